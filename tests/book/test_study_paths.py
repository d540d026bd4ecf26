"""Paths over L, starting points, pins, and the picture that plays: what they show is what the records hold."""

from __future__ import annotations

import json
import re

import pytest
from book.levied import levied

from claimbook.book import show
from claimbook.errors import UsageError
from claimbook.models.levy import levy

LADDER = "0.9,0.5,0.1"


@pytest.fixture(scope="module")
def table_1(tmp_path_factory):
    arms = ["n2-hta-batched", "n2-plain-batched", "path-hta", "path-plain"]
    return levied("levy", tmp_path_factory.mktemp("levy"), arms, ladder=LADDER)


@pytest.fixture(scope="module")
def readings(tmp_path_factory):
    given = {"sizes": "2", "sweep_pins": "-5,0,4", "sweep_starts": 36, "ladder": LADDER}
    return levied(
        "levy-readings", tmp_path_factory.mktemp("readings"), ["plain", "decoupled-alone", "pin-sweep"], **given
    )


def rows_of(shown, first):
    """The lines of the text from the one that begins with `first`, as cells."""
    lines = shown.text.splitlines()
    at = next(i for i, line in enumerate(lines) if line.startswith(first))
    return [re.split(r"  +", line) for line in lines[at:]]


def test_a_row_an_arm_with_what_the_paper_prints(table_1):
    shown = show.starting_points(table_1, arms=["n2-hta-batched", "n2-plain-batched", "path-hta"])
    cells = {row[0]: row for row in rows_of(shown, "n = 2") if len(row) > 4}
    assert [row[2] for row in cells.values()][:2] == ["36 of 36", "24 of 36"]
    assert [row[1] for row in cells.values()] == ["–", "–", "1"]  # the paper's numbers are compared with SciPy's
    assert "Preset smoke" in shown.text and 'scope="col">differing' in shown.html


def test_a_column_a_grid(readings):
    head, *rows = rows_of(show.starting_points(readings), "how")
    assert head[1:6] == ["n = 2", "n = 4", "n = 6", "n = 8", "n = 8 wide"]
    assert {row[0]: row[1] for row in rows if len(row) == 7 and "-" not in row[0][:2]} == {
        "BFGS alone": "24 of 36",
        "pins at 0, decoupled stage, no path in L (the control)": "36 of 36",
    }


def test_a_path_has_its_stations_in_order(table_1):
    shown = show.path(table_1, arms=["path-hta"])
    rows = rows_of(shown, "decoupled")
    assert [row[0] for row in rows[:6]] == ["decoupled", "L = 0.9", "L = 0.5", "L = 0.1", "f alone", "in all"]
    table = table_1.of("path-hta")[0].tables["path"]
    assert rows[1][1] == str(table[1]["iterations"]) and rows[5][1] == str(sum(row["iterations"] for row in table))
    assert shown.html.count("<svg") == 2 and "x1 from 0 to 1" in shown.html and "y1" in shown.html
    alone = show.path(table_1, arms=["path-plain"])
    assert "y1" not in alone.text and "iteration 10" in alone.text and "f(y)" not in alone.html


def test_the_picture_has_every_path_of_the_record(table_1):
    shown = show.descent(table_1, "n2-hta-batched", "n2-plain-batched", levy)
    data = json.loads(re.search(r'<script type="application/json">(.*?)</script>', shown.html, re.S)[1])
    assert data["stages"] == ["initial guess", "decoupled", "L = 0.9", "L = 0.5", "L = 0.1", "f alone"]
    assert len(data["paths"]) == len(data["plain"]) == 36 and data["starts"][data["first"]] == [5.0, 4.0]
    own = table_1.of("n2-hta-batched")[0].curves["stations"]
    for number, (start, path) in enumerate(zip(data["starts"], data["paths"], strict=True)):
        assert path[0] == [*start, *start] and path[-1] == [1, 1, 1, 1] and path[1][0] == path[1][3] == 0
        assert path[2][0] == pytest.approx(own["x1"][5 * number + 1], abs=0.006)
    assert sum(end == [1, 1] for end in data["plain"]) == 24
    assert "initial guess: θ at (5, 4)" in shown.text and shown.text.splitlines()[0] in shown.html.replace(
        "&#x27;", "'"
    )


def test_the_picture_stands_without_its_script_and_is_light(table_1):
    shown = show.descent(table_1, "n2-hta-batched", "n2-plain-batched", levy)
    still = shown.html[: shown.html.index("<script")]
    ways = re.findall(r'<path class="way \w+" d="M([^"]*)"', still)
    assert len(ways) == 2 and all(way.count("L") == 5 for way in ways) and "With JavaScript" in still
    assert len(re.findall('class="level"', still)) == 7 and len(shown.html.encode()) < 60_000
    assert not re.search(r"https?://(?!www\.w3\.org)", shown.html)
    assert shown.html == show.descent(table_1, "n2-hta-batched", "n2-plain-batched", levy).html


def test_the_pins_of_a_sweep(readings):
    shown = show.pins(readings)
    rows = {row[0]: row for row in rows_of(shown, "n = 2: of 36")}
    assert rows["0"][rows["pin"].index("no path")] == "36" and "brings 24 to the global" in shown.text
    assert set(rows) >= {"-5", "0", "4", "the initial guess", "random in ±10"}
    assert shown.html.count("<svg") == 2 and "no decoupled stage" in shown.html  # a panel with the stage, one without


def test_what_is_not_there_is_told(table_1, readings):
    assert "No record with a sweep of pins" in show.pins(table_1).text
    assert "No record with a path" in show.path(readings).text
    assert "No record of path-hta" in show.descent(table_1, "path-hta", "path-plain", levy).text
    with pytest.raises(UsageError, match="start"):
        show.descent(table_1, "n2-hta-batched", "n2-plain-batched", levy, start=(7, 7))
    with pytest.raises(UsageError, match="arm"):
        show.descent(table_1, "n9", "n2-plain-batched", levy)
