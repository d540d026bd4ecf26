"""The picture of the two copies, driven as a reader does: it plays, it is picked from, it stands without JavaScript."""

from __future__ import annotations

import pytest
from book.levied import levied

from claimbook.book import show
from claimbook.models.levy import levy


@pytest.fixture(scope="module")
def page_file(tmp_path_factory, page_of):
    """The output of the cell as a page of its own."""
    folder = tmp_path_factory.mktemp("descent")
    study = levied("levy", folder / "store", ["n2-hta-batched", "n2-plain-batched"], ladder="0.9,0.1")
    shown = show.descent(study, "n2-hta-batched", "n2-plain-batched", levy)
    return page_of(folder, shown)


def test_it_plays_to_the_end(opened):
    page = opened()
    said = page.locator(".cb-play output")
    assert said.inner_text().startswith("f alone")
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("document.querySelector('.cb-play output').textContent.startsWith('initial guess')")
    page.get_by_role("button", name="Pause").wait_for()
    page.get_by_role("button", name="Play").wait_for()  # it has come to its end
    assert said.inner_text().startswith("f alone: θ (blue) at (1.00, 1.00)")


def test_a_reader_goes_by_stations_and_picks_a_start(opened):
    page = opened(width=360)
    page.get_by_role("slider").press("Home")
    said = page.locator(".cb-play output")
    assert "θ (blue) at (5.00, 4.00), η (orange) at (5.00, 4.00)" in said.inner_text()
    page.get_by_role("slider").press("ArrowRight")
    assert said.inner_text().startswith("decoupled: θ (blue) at (0.00,")
    page.locator(".starts circle").first.click()
    page.get_by_role("button", name="Pause").click()
    assert page.get_by_role("combobox").input_value() == "0"
    page.get_by_role("slider").press("Home")
    assert page.locator("svg.cb-figure").get_attribute("aria-label").startswith("From (0, 0). initial guess")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_without_javascript_the_picture_remains(opened):
    page = opened(javascript=False)
    assert page.get_by_text("With JavaScript").is_visible() and page.get_by_role("button").count() == 0
    assert page.locator(".way").count() == 2
