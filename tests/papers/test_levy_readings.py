"""The experiment levy-readings: the counts of each reading for two variables, the sweep of pins, bad input."""

from __future__ import annotations

import copy
import json

import numpy as np
import pytest

from claimbook.errors import UsageError
from claimbook.papers.homotopy.levy_counts import wide
from claimbook.papers.homotopy.levy_readings import READINGS, SWEEP, LevyReadings
from claimbook.papers.homotopy.levy_solve import pinned
from claimbook.record.unfinished import Unfinished

EXPERIMENT = LevyReadings()
COUNTS = {
    "plain": 24,
    "hta": 36,
    "decoupled-alone": 36,
    "hta-rising": 24,
    "coupled": 25,
    "pins-at-start": 24,
    "pins-at-start-rising": 24,
    "pins-at-start-wide": 24,
    "pins-at-start-global": 36,
    "half-zero": 36,
    "first-zero": 36,
    "l-bfgs-b": 24,
    "cg": 24,
    "newton-cg": 23,
}
"""Reading → of the 36 starts of n = 2, by an earlier, independent computation in SciPy."""


def task(arm, seed=0, preset="smoke", **given):
    return EXPERIMENT.task(EXPERIMENT.parameters(preset, given), arm, seed, preset == "smoke")


def measured(own, unfinished=None):
    ((_, found),) = EXPERIMENT.measure([own], lambda done, total: None, unfinished or Unfinished())
    return found


@pytest.mark.parametrize("arm", COUNTS)
def test_the_count_of_each_reading_for_two_variables(arm):
    more = {"stations": 31} if "wide" in arm else {}
    found = measured(task(arm, sizes="2", **more))
    assert found.metrics["found-n2"] == COUNTS[arm] and found.metrics["starts-n2"] == 36
    assert found.metrics["share-n2"] == COUNTS[arm] / 36 and found.metrics["found-n4"] is None
    assert found.first_losses == EXPERIMENT.first_losses(task(arm, sizes="2", **more)) and found.first_losses


def test_every_reading_is_run_and_has_all_metrics():
    assert set(COUNTS) | {"coupled-wide", "pins-random", "all-zero"} == set(READINGS)
    names = {metric.name for metric in EXPERIMENT.metrics}
    for arm in ("pins-random", "all-zero", "plain"):
        found = measured(task(arm, starts=20))
        assert set(found.metrics) == names and found.metrics["starts-n4"] == (1 if arm == "all-zero" else 20)
        json.dumps([found.metrics, found.data])
    assert measured(task("all-zero")).metrics["found-n2"] == 1


def test_the_control_at_four_and_eight_variables():
    """Without any path every start is found, of samples of the paper's grids."""
    own = measured(task("decoupled-alone", sizes="4,8", starts=60)).metrics
    assert [own[f"found-{grid}"] for grid in ("n4", "n8", "n8-wide")] == [60, 60, 60] and own["found-n2"] is None
    plain = measured(task("plain", sizes="4,8", starts=60)).metrics
    assert 0.5 < plain["share-n4"] < 0.8 and plain["share-n8"] < 0.5 < plain["share-n8-wide"]


def test_pins():
    start = np.array([[1.0, 2.0], [3.0, 4.0]])
    np.testing.assert_array_equal(pinned({"pins": "start"}, start, 0), start)
    np.testing.assert_array_equal(pinned({"pins": -3.0}, start, 0), np.full((2, 2), -3.0))
    drawn = pinned({"pins": "random"}, start, 0)
    assert np.abs(drawn).max() <= 10 and not np.array_equal(drawn, pinned({"pins": "random"}, start, 1))


def test_the_sweep_of_pins_for_two_variables():
    """The counts at constant pins by an earlier, independent computation: 12 at −5, 36 at −1, 24 at 4, 0 at 8."""
    own = task(SWEEP, sizes="2", sweep_starts=36, sweep_pins="-8,-5,-3,-1,0,2,3,4,5,8")
    found = measured(own)
    table = found.sweep
    rows = [dict(zip(table, row, strict=True)) for row in zip(*table.values(), strict=True)]
    falling = {row["pin"]: row["found"] for row in rows if (row["ladder"], row["decoupled"]) == ("falling", 1)}
    constants = {-8: 0, -5: 12, -3: 36, -1: 36, 0: 36, 2: 36, 3: 24, 4: 24, 5: 24, 8: 0}
    assert {pin: count for pin, count in falling.items() if not isinstance(pin, str)} == constants
    assert falling["start"] == 24 and falling["random"] < 30
    assert next(row["found"] for row in rows if (row["pin"], row["ladder"]) == (0, "none")) == 36
    assert {row["plain"] for row in rows} == {24} and {row["starts"] for row in rows} == {36}
    assert len(rows) == 12 * 7  # pins and the two words; four ladders, one of them empty, which needs the stage
    paths = [row["found"] - row["plain"] for row in rows if row["ladder"] != "none"]
    metrics = found.metrics
    assert metrics["settings"] == 72 and metrics["settings-better"] == sum(gain > 0 for gain in paths)
    assert metrics["settings"] == sum(metrics[f"settings-{name}"] for name in ("better", "equal", "worse"))
    assert found.first_losses == EXPERIMENT.first_losses(own)


@pytest.mark.parametrize("arm", ["hta", SWEEP])
def test_a_stop_changes_nothing(arm):
    own, states = task(arm, starts=6, sweep_starts=4, sweep_pins="0", ladder="0.9,0.1", stations=2), []
    whole = measured(own)

    class Watched(Unfinished):
        def due(self):
            return True

        def save(self, kept):
            states.append(json.loads(json.dumps(kept)))

    assert measured(own, Watched()) == whole and len(states) == (2 if arm == "hta" else 14)

    class Stopped(Unfinished):
        def load(self, key):
            return copy.deepcopy(states[len(states) // 2 - 1][key])

    assert measured(own, Stopped()) == whole


def test_a_reading_has_what_touches_it_and_no_more():
    assert task("hta").settings["levels"] == [0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1]
    assert task("hta-rising").settings["levels"] == [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]
    assert task("decoupled-alone").settings["levels"] == [] and "levels" not in task("plain").settings
    assert task("cg", preset="paper").settings["sizes"] == [2, 4]
    assert wide(10.0, 0.01, 4) == [10.0, 1.0, 0.1, 0.01]
    for same in ("plain", "hta"):
        assert task(same).key == task(same, widest=20).key
    assert task("coupled-wide").key != task("coupled-wide", widest=20).key


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"sizes": "3"}, "sizes = 3 has no grid"),
        ({"sizes": "10"}, "sizes"),
        ({"ladder": "0.1,0.9"}, "rises from L = 0.1"),
        ({"ladder": "0"}, "ladder"),
        ({"narrowest": 20}, "not below widest"),
        ({"sweep_pins": "inf"}, "sweep_pins"),
        ({"starts": 0}, "starts"),
    ],
    ids=str,
)
def test_bad_input_is_refused_before_anything_runs(given, said):
    with pytest.raises(UsageError, match=said):
        task("hta", **given)


def test_an_unknown_reading_is_named():
    with pytest.raises(UsageError, match="pins-at-start"):
        EXPERIMENT.arm("pins-at-strat")
