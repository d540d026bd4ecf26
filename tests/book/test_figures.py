"""Figures: the same bytes each time, the page's ink, and words for those who cannot see them."""

import re
import xml.etree.ElementTree as xml

import pytest

from claimbook.book.figures import Curve, Panel, describe, svg
from claimbook.book.study_curves import mean_of_runs

X = [1, 10, 100, 1000]
PANEL = Panel(
    "p = 2",
    [Curve("depth 1", X, [1, 0.5, 0.2, 0.1], [(X, [1, 0.4, 0.2, 0.1])]), Curve("depth 2", X, [2, 1, 0.4, 0.2])],
    "iteration",
    "loss",
    0.05,
    "least possible",
)


@pytest.fixture(scope="module")
def drawn():
    return svg(PANEL)


def test_it_is_the_same_each_time(drawn):
    assert svg(PANEL) == drawn


def test_it_is_well_formed_and_says_what_it_shows(drawn):
    root = xml.fromstring(drawn)
    assert root.get("role") == "img"
    assert root.get("aria-label") == describe(PANEL)
    assert "depth 2 from 2 to 0.2" in describe(PANEL)


def test_its_ink_is_the_pages(drawn):
    assert "currentColor" in drawn
    assert "#010203" not in drawn and "#000000" not in drawn
    assert "var(--cb-line-1, #0072b2)" in drawn and "var(--cb-line-2, #d55e00)" in drawn


def test_lines_differ_in_more_than_colour(drawn):
    bold = re.findall(r'style="fill: none; (?:stroke-dasharray: ([^;]*); )?[^"]*stroke-width: 2', drawn)
    assert len(set(bold)) == 2


def test_nothing_in_it_touches_the_rest_of_the_page(drawn):
    assert not re.search(r"<style[^>]*>\s*\*", drawn)
    ids = re.findall(r'id="([^"]*)"', drawn)
    assert len(ids) == len(set(ids))
    other = svg(Panel("p = 4", PANEL.curves, "iteration", "loss"))
    assert not set(ids) & set(re.findall(r'id="([^"]*)"', other))


def test_the_bold_line_is_the_geometric_mean_over_what_all_seeds_have():
    x, y = mean_of_runs([([1, 2, 3], [1.0, 4.0, 9.0]), ([1, 2], [4.0, 16.0])])
    assert x == [1, 2]
    assert y == pytest.approx([2.0, 8.0])
    assert mean_of_runs([]) == ([], [])
