"""Every page of the built book as a reader sees it: from a file, wide and narrow, light and dark."""

import re

import pytest

from claimbook.book.check import problems
from claimbook.book.text import number, slug
from claimbook.experiment.registry import experiments, papers
from claimbook.notebook import names

PAGES = [
    "index.html",
    "ledger.html",
    "errata.html",
    "verdicts.html",
    "rerun.html",
    "checks.html",
    "data.html",
    "machine.html",
    "records.html",
    "references.html",
    *(f"papers/{slug}.html" for slug in papers()),
    *(f"notebooks/{name}.html" for name in names()),
    *(f"records/{name}.html" for name in experiments()),
]


def test_no_page_is_left_out(book):
    made = {path.relative_to(book).as_posix() for path in book.rglob("*.html") if "_static" not in path.parts}
    assert made - {"search.html", "genindex.html"} == set(PAGES)


def test_links_lead_somewhere_and_nothing_comes_from_elsewhere(book):
    assert problems(book) == []


def test_the_book_is_light(book):
    assert sum(path.stat().st_size for path in book.rglob("*") if path.is_file()) < 25e6


def test_no_button_leads_to_a_repository_that_has_no_address(book):
    text = (book / "index.html").read_text(encoding="utf-8")
    assert not re.search(r"colab|mybinder|launch-button|source-repository-button|thebe", text)


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (400, "dark")])
def test_a_page_loads_cleanly_and_fits(look, name, width, scheme):
    page = look(name, width, scheme)
    assert page.evaluate("document.documentElement.dataset.theme") == scheme
    over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert over <= 0, f"{name} is {over} px too wide at {width} px"
    assert page.troubles == []


@pytest.mark.parametrize("name", [f"papers/{slug}.html" for slug in papers()])
def test_maths_is_typeset(look, name):
    page = look(name)
    page.wait_for_selector("mjx-container", timeout=20_000)
    page.wait_for_function(
        "document.querySelectorAll('.math').length <= document.querySelectorAll('mjx-container').length"
    )
    assert page.locator("mjx-container").first.bounding_box()["width"] > 5
    assert page.locator("mjx-merror").count() == 0 and page.troubles == []


def test_the_front_page_has_the_judges_verdicts_and_numbers(look, content):
    page = look("index.html")
    rows = page.locator("table tbody tr").all_inner_texts()
    expected = [verdict for paper in content.papers for verdict in paper.verdicts]
    assert len(rows) == len(expected)
    for row, verdict in zip(rows, expected, strict=True):
        cells = [cell.strip() for cell in row.split("\t")]
        assert (cells[0], cells[-1]) == (verdict.id, verdict.verdict)
        if verdict.measured is not None:
            assert cells[2] == number(verdict.measured)
        for part in verdict.parts if len(verdict.parts) <= 3 else []:
            assert part.measured is None or number(part.measured) in cells[2]


def test_a_verdict_leads_to_its_entry_and_from_there_to_the_records(look, content):
    page = look("index.html")
    verdict = content.papers[0].verdicts[0]
    page.get_by_role("link", name=verdict.id, exact=True).first.click()
    assert page.url.endswith(f"ledger.html#claim-{verdict.id.lower().replace('.', '-')}")
    found = next((v for paper in content.papers for v in paper.verdicts if v.records), None)
    if found is not None:
        anchor = "record-" + found.records[0].replace("/", "-")
        page.locator(f'a[href$="#{anchor}"]').first.click()
        page.wait_for_selector(f"#{anchor}", state="attached")  # the address changes before the page is there
        assert page.locator(f"#{anchor}").count() == 1 and "/records/" in page.url


def test_a_verdict_leads_to_its_records_and_they_show_the_command_that_remakes_them(look, content):
    """From a claim to a record of its verdict and to one of its last reading; there, unfolded, the command."""
    claims = {claim.id: claim for paper in content.papers for claim in paper.book.paper.claims}
    for verdict in (v for paper in content.papers for v in paper.verdicts if v.records):
        page = look("ledger.html")
        entry = page.locator(f"section:has(> span#claim-{slug(verdict.id)})")
        rows = [text for text in entry.locator("dt").all_inner_texts() if text.startswith("Records with ")]
        labels = [", ".join(f"{n} = {v}" for n, v in reading.items()) for reading in claims[verdict.id].readings]
        assert len(rows) == sum(f"With {label}: not run." not in verdict.reason for label in labels), verdict.id
        links = entry.locator("dd a[href*='#record-']")
        targets = links.evaluate_all("found => found.map(link => link.getAttribute('href'))")
        assert len(targets) >= len(verdict.records)
        for target in (targets[0], targets[-1]):
            page.goto(page.url.split("#")[0].rsplit("/", 1)[0] + "/" + target)
            own = f"[id='{target.split('#')[1]}']"
            command = page.locator(f"{own} + .facts code, :has(> {own}) + .facts code", has_text="claimbook run").first
            assert command.is_visible()
            assert re.fullmatch(r"claimbook run .* --arm \S+ --seed \d+ --refresh", command.inner_text())
            page.go_back()


def test_a_wide_table_scrolls_in_its_own_box(look, content):
    page = look("index.html", 400)
    box = page.locator("table").first.locator("xpath=ancestor::*[contains(@class, 'scroll')][1]")
    assert box.evaluate("box => box.scrollWidth > box.clientWidth && getComputedStyle(box).overflowX != 'visible'")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_badges_and_figures_have_contrast(look, scheme):
    page = look("verdicts.html", scheme=scheme)
    for pair in page.eval_on_selector_all(".verdict", COLOURS):
        assert contrast(*pair) >= 4.5, pair
    for name in names():
        page = look(f"notebooks/{name}.html", scheme=scheme)
        for pair in page.eval_on_selector_all("svg.cb-figure text", COLOURS):
            assert contrast(*pair) >= 4.5, pair


# Each element's ink and the first opaque ground behind it.
COLOURS = """found => found.map(element => {
  const style = getComputedStyle(element);
  const ink = element instanceof SVGElement ? style.fill : style.color;
  let ground = 'rgb(255, 255, 255)';
  for (let at = element; at; at = at.parentElement) {
    const colour = getComputedStyle(at).backgroundColor;
    if (!/rgba\\(.*, 0\\)|transparent/.test(colour)) { ground = colour; break; }
  }
  return [ink, ground];
})"""


def contrast(ink: str, ground: str) -> float:
    """WCAG 2's contrast ratio of two colours written as rgb(r, g, b)."""
    lights = sorted(luminance(*map(float, re.findall(r"[\d.]+", colour)[:3])) for colour in (ink, ground))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def luminance(*channels: float) -> float:
    """WCAG 2's relative luminance of 8-bit sRGB channels."""
    linear = [c / 255 / 12.92 if c / 255 <= 0.04045 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_the_contrast_of_black_and_white_is_21():
    assert contrast("rgb(0, 0, 0)", "rgb(255, 255, 255)") == pytest.approx(21)
