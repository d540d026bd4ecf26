"""The page of a sweep, driven as a reader does: by mouse and keyboard, without a server, also without JavaScript."""

from __future__ import annotations

import pytest
from book.swept import NAME, loss_of, swept_store

from claimbook.book import show
from claimbook.record.places import RECORDS, STORE
from claimbook.study import reproduce


@pytest.fixture(scope="module")
def page_file(tmp_path_factory, page_of):
    """The output of the cell as a page of its own, with the book's style sheet."""
    folder = tmp_path_factory.mktemp("what-if")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(RECORDS, str(swept_store(folder / "records", seeds=2).root))
        patch.setenv(STORE, str(folder / "own"))
        shown = show.what_if(reproduce(NAME, preset="published"))
    return page_of(folder, shown)


def rows_of(page):
    rows = page.locator(".cb-pick tbody tr").all_inner_texts()
    return [[cell.strip() for cell in row.split("\t")] for row in rows]


def test_a_reader_picks_a_setting(opened):
    page = opened()
    assert page.get_by_text("With JavaScript").count() == 0
    assert [row[0] for row in rows_of(page)] == ["1", "2", "3", "4"]
    page.get_by_label("Loss", exact=True).select_option("l4 loss")
    page.get_by_label("Scaling of the data").select_option("min-max")
    slider = page.get_by_role("slider")
    slider.focus()
    for _ in range(20):
        page.keyboard.press("ArrowLeft")
    for _ in range(8):
        page.keyboard.press("ArrowRight")
    assert slider.get_attribute("aria-valuetext") == "0.03"
    page.get_by_label("3", exact=True).uncheck()
    one, two, four = rows_of(page)
    low, high = (f"{loss_of(1, 0.03, 20_000, seed):.4g}" for seed in (0, 1))
    assert one == ["1", "0.03", f"loss {low} to {high} after 20,000 iterations", "mxnet-batched-descent", "0 1"]
    assert two[2].startswith("blew up in 1 of 2 seeds: no finite loss any more at iteration 50; loss 0.05")
    assert four[2].startswith("has hardly moved: loss 0.5")
    setting = "-p scaling=min-max -p depths=1,2,4 -p rates_l4=0.03"
    assert page.locator(".cb-pick pre").all_inner_texts() == [
        f"claimbook run {NAME} --preset paper --seeds 2 --arm l4 {setting}"
    ]


def test_each_depth_at_its_own_best_rate(opened):
    page = opened()
    page.get_by_label("each depth at its own best rate").check()
    assert [row[1] for row in rows_of(page)] == ["0.02", "0.01", "0.05", "0.0001"]
    commands = page.locator(".cb-pick pre").all_inner_texts()
    assert len(commands) == 4 and commands[1].endswith("-p depths=2 -p rates_l2=0.01")
    page.get_by_role("slider").press("ArrowRight")
    assert not page.get_by_label("each depth at its own best rate").is_checked()


def test_the_drawing_follows_and_says_what_it_shows(opened):
    page = opened()
    picture = page.locator(".cb-pick svg[role=img]")
    lines = picture.locator('path[stroke^="var(--cb-line-1"]')
    before = lines.last.get_attribute("d")
    assert lines.count() == 3  # two seeds and their mean
    page.get_by_role("slider").press("ArrowLeft")
    assert lines.last.get_attribute("d") != before
    page.get_by_role("slider").press("End")
    said = picture.get_attribute("aria-label")
    assert "depth 1: blew up in 2 of 2 seeds" in said and said.startswith("Loss over iteration, l2 loss, z-score.")
    for depth in "1234":
        page.get_by_label(depth, exact=True).uncheck()
    assert "No depth is picked" in picture.get_attribute("aria-label") and rows_of(page) == []
    assert page.locator(".cb-pick pre").count() == 0


def test_a_record_leads_to_its_page(opened):
    href = opened().locator(".cb-pick tbody a").first.get_attribute("href")
    assert href.startswith(f"../../records/{NAME}.html#record-overparameterization-what-if-l2-s0-")


@pytest.mark.parametrize("width", [360, 1280])
def test_it_fits_and_its_words_stay_readable(opened, width):
    page = opened(width)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    sizes = page.eval_on_selector_all(
        ".cb-pick svg[role=img] text", "all => all.map(text => text.getBoundingClientRect().height)"
    )
    assert len(sizes) > 6 and min(sizes) > 10
    page.set_viewport_size({"width": 640 if width == 360 else 400, "height": 900})
    page.wait_for_function("document.querySelector('.cb-pick svg[role=img]').viewBox.baseVal.width < 660")


def test_without_javascript_the_table_remains(opened):
    page = opened(javascript=False)
    assert page.locator("table.cb-table tbody tr").count() == 9
    assert page.get_by_text("With JavaScript, a figure stands here").is_visible()
