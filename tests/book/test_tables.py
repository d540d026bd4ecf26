"""One table in three forms: nothing is lost, nothing is taken for markup."""

from html.parser import HTMLParser

from markdown_it import MarkdownIt

from claimbook.book.links import Link, claim_link, notebook_link, page_root, record_link
from claimbook.book.tables import Piece, Table, badge, escape, plain, to_html, to_myst

RECORD = "overparameterization/depth-lp/n1-l2-s0-2a7a7f17"
TABLE = Table(
    ["what", "how much"],
    [["a < b & c", [Piece("0.05", record_link(RECORD)), " ", badge("not reproduced")]], ["x | y", "–"]],
    caption="Losses",
)


def test_html_escapes_text_and_links_to_the_record():
    text = to_html(TABLE, "../../")
    assert "a &lt; b &amp; c" in text
    href = "../../records/overparameterization/depth-lp.html#record-overparameterization-depth-lp-n1-l2-s0-2a7a7f17"
    assert f'<a href="{href}">0.05</a>' in text
    assert '<span class="verdict v-not-reproduced">not reproduced</span>' in text


def test_html_without_a_book_around_it_has_no_links():
    assert "<a " not in to_html(TABLE, None)


def test_html_is_well_formed():
    class Balance(HTMLParser):
        open = []

        def handle_starttag(self, tag, attrs):
            self.open.append(tag)

        def handle_endtag(self, tag):
            assert self.open.pop() == tag

    reader = Balance()
    reader.feed(to_html(TABLE, ""))
    assert reader.open == []


def test_plain_text_is_aligned():
    assert plain(TABLE).splitlines() == [
        "Losses",
        "what       how much",
        "---------  -------------------",
        "a < b & c  0.05 not reproduced",
        "x | y      –",
    ]


def test_myst_has_one_line_a_row_and_links_by_label():
    lines = to_myst(TABLE).splitlines()
    assert lines[0] == "*Losses*"
    assert lines[-1] == "| x \\| y | – |"
    assert "[0.05](#record-overparameterization-depth-lp-n1-l2-s0-2a7a7f17)" in lines[-2]
    assert "[not reproduced]{.verdict .v-not-reproduced}" in lines[-2]


def test_escaped_text_comes_out_as_it_went_in():
    text = "W_{j+1}^T *x* <b> [a](b) `code` 100 ~ #1 \\ end"
    html = MarkdownIt().render(escape(text))
    shown = "W_{j+1}^T *x* &lt;b&gt; [a](b) <code>code</code> 100 ~ #1 \\ end"
    assert html.strip() == f"<p>{shown}</p>"


def test_maths_keeps_its_marks():
    assert escape("at $W_1 | W_2$ and _this_") == "at $W_1 \\| W_2$ and \\_this\\_"


def test_space_that_must_not_break_stays():
    assert escape("[1,\u00a02]\n x") == "\\[1,\u00a02\\] x"


def test_where_things_stand():
    assert claim_link("OP-2.1") == Link("ledger", "claim-op-2-1")
    assert notebook_link("a/b").target == "/notebooks/a/b.ipynb"
    assert notebook_link("a/b").href("../") == "../notebooks/a/b.html"
    assert page_root("notebooks/a/b") == "../../"
