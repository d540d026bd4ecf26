"""What is left out of the book that Jupyter Book built, and what stays."""

from __future__ import annotations

import json

from claimbook.book.prune import prune

NOTEBOOK = json.dumps(
    {
        "cells": [
            {"cell_type": "code", "execution_count": 3, "outputs": [{"output_type": "display_data"}], "source": "1"},
            {"cell_type": "markdown", "source": "# A"},
        ]
    }
)


def test_pruning_leaves_out_translations_and_the_sources_of_generated_pages_with_their_buttons(tmp_path):
    button = '<li><a href="../../_sources/{}"\n class="btn"><span>.md</span></a>\n</li>'
    pages = {"records/a/b.html": "records/a/b.md", "notebooks/a/b.html": "notebooks/a/b.ipynb"}
    for page, source in pages.items():
        for name, text in ((page, f"<ul>{button.format(source)}<li>print</li></ul>"), (f"_sources/{source}", NOTEBOOK)):
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text)
    (tmp_path / "_static" / "locales" / "de").mkdir(parents=True)
    prune(tmp_path)
    assert (tmp_path / "records/a/b.html").read_text() == "<ul><li>print</li></ul>"
    assert "_sources/notebooks/a/b.ipynb" in (tmp_path / "notebooks/a/b.html").read_text()
    (left,) = (path for path in (tmp_path / "_sources").rglob("*") if path.is_file())
    code, prose = json.loads(left.read_text())["cells"]
    assert (
        code == {"cell_type": "code", "execution_count": None, "outputs": [], "source": "1"}
        and prose["source"] == "# A"
    )
    assert not (tmp_path / "_static" / "locales").exists()


def test_pruning_keeps_what_pages_need_of_mathjax(tmp_path):
    mathjax = tmp_path / "_static" / "mathjax"
    for name in (
        "tex-chtml.js",
        "sre/speech.js",
        "output/chtml/fonts/woff-v2/a.woff",
        "input/tex/extensions/x.js",
        "ui/m.js",
    ):
        (mathjax / name).parent.mkdir(parents=True, exist_ok=True)
        (mathjax / name).write_text("")
    prune(tmp_path)
    kept = sorted(path.relative_to(mathjax).as_posix() for path in mathjax.rglob("*") if path.is_file())
    assert kept == ["input/tex/extensions/x.js", "output/chtml/fonts/woff-v2/a.woff", "tex-chtml.js"]
    assert not (mathjax / "sre").exists()


def test_pruning_takes_fonts_for_old_browsers_out_of_the_folder_and_of_the_style(tmp_path):
    static = tmp_path / "_static"
    (static / "fonts").mkdir(parents=True)
    for name in ("solid.woff2", "solid.ttf"):
        (static / "fonts" / name).write_text("")
    face = '@font-face{src:url(fonts/solid.woff2) format("woff2")%s;font-weight:900}'
    (static / "theme.css").write_text(face % ',url(fonts/solid.ttf) format("truetype")')
    prune(tmp_path)
    assert [path.name for path in (static / "fonts").iterdir()] == ["solid.woff2"]
    assert (static / "theme.css").read_text() == face % ""


def test_pruning_keeps_the_words_of_code_and_what_only_speaks_of_such_markup(tmp_path):
    page, prose = tmp_path / "index.html", '<p>&lt;span class="pre">x'
    code = '<code class="literal"><span class="pre">a</span> <span class="pre">b_c</span></code>'
    page.write_text(f'{code}<tr class="row-odd"><td class="row-odd">{prose}')
    prune(tmp_path)
    assert page.read_text() == f'<code class="literal">a b_c</code><tr><td class="row-odd">{prose}'


def test_pruning_takes_the_script_of_icons_away_and_no_other(tmp_path):
    scripts = tmp_path / "_static" / "scripts"
    scripts.mkdir(parents=True)
    for name in ("fontawesome.js", "fontawesome.js.LICENSE.txt", "theme.js"):
        (scripts / name).write_text("")
    theme = '<script defer src="../_static/scripts/theme.js?digest=1"></script>'
    icons = theme.replace("theme.js", "fontawesome.js")
    (tmp_path / "index.html").write_text(f"<head>\n{icons}\n{theme}</head>")
    prune(tmp_path)
    assert [path.name for path in scripts.iterdir()] == ["theme.js"]
    assert (tmp_path / "index.html").read_text() == f"<head>\n{theme}</head>"
