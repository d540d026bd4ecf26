"""Figures: the same bytes each time, the page's ink, and words for those who cannot see them."""

import dataclasses
import math
import re
import xml.etree.ElementTree as xml

import pytest

from claimbook.book.figures import Curve, Panel, Points, Row, describe, svg
from claimbook.book.inline_svg import line_style
from claimbook.book.study_curves import at_most, mean_of_runs

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


def test_a_plain_mean_where_the_axis_is_linear():
    assert mean_of_runs([([1, 2], [-1.0, 4.0]), ([1, 2], [3.0, 16.0])], logs=False) == ([1, 2], [1.0, 10.0])


def test_a_long_run_is_drawn_at_fewer_points_with_both_ends():
    run = (list(range(1, 10_001)), [float(i) for i in range(10_000)])
    for logs in (True, False):
        x, y = at_most(run, logs)
        assert 100 < len(x) <= 400 and (x[0], x[-1], y[-1]) == (1, 10_000, 9_999.0)
        assert [run[1][at - 1] for at in x] == y
    assert at_most(([1, 2], [3.0, 4.0]), True) == ([1, 2], [3.0, 4.0])


def test_a_linear_axis_takes_zero_and_below():
    panel = Panel("t", [Curve("a", [0, 1, 2], [-1.0, 0.0, 2.5])], "step", "change", xscale="linear", yscale="linear")
    drawn = svg(panel)
    assert svg(panel) == drawn and xml.fromstring(drawn) is not None
    ticks = re.findall(r"<text[^>]*>([^<]*)</text>", drawn)
    assert "0.0" not in ticks and "0" in ticks and {"−1", "-1"} & set(ticks)


def test_no_two_of_many_lines_look_the_same():
    styles = [tuple(line_style(i).values()) for i in range(36)]
    assert len(set(map(str, styles))) == 36


POINTS = Points("loss", [Row("depth 1", [1.0, 3.0], 2.0, (-10.7, 14.7)), Row("a long name of an arm", [5.0], 5.0)], "x")


def test_points_say_what_they_show_and_are_the_same_each_time():
    drawn = svg(POINTS)
    assert svg(POINTS) == drawn
    assert xml.fromstring(drawn).get("aria-label") == describe(POINTS)
    assert describe(POINTS) == "loss: depth 1 2 [-10.7,\u00a014.7]; a long name of an arm 5."


@pytest.mark.parametrize("scale", ["linear", "log"])
def test_an_interval_of_two_seeds_does_not_push_the_points_together(scale):
    wide = dataclasses.replace(POINTS, rows=[Row("a", [1.0, 2.0], 1.4, (1e-9, math.inf))], scale=scale)
    ticks = [float(t) for t in re.findall(r"<text[^>]*>([0-9.]+)</text>", svg(wide))]
    assert ticks and 0 <= min(ticks) and max(ticks) <= 5
