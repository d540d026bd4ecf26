"""The experiment levy: its counts by SciPy itself, the batched BFGS beside it, its views, stops, and bad input."""

from __future__ import annotations

import copy
import dataclasses
import itertools
import json

import numpy as np
import pytest
from scipy.optimize import minimize

from claimbook.errors import UsageError
from claimbook.papers.homotopy import levy as module
from claimbook.papers.homotopy.levy import Levy
from claimbook.papers.homotopy.levy_starts import GRIDS, size, starts
from claimbook.record.unfinished import Unfinished

EXPERIMENT = Levy()
GRID = list(itertools.product(range(6), repeat=2))


def task(arm, seed=0, **given):
    return EXPERIMENT.task(EXPERIMENT.parameters("smoke", given), arm, seed, True)


def measured(own, unfinished=None):
    ((_, found),) = EXPERIMENT.measure([own], lambda done, total: None, unfinished or Unfinished())
    return found


@pytest.fixture(scope="module")
def found():
    return {arm.id: measured(task(arm.id)) for arm in EXPERIMENT.arms}


def f(x):
    """Equation (33), written out anew."""
    y, n = 1 + (np.asarray(x) - 1) / 4, len(x)
    total = 10 * np.sin(np.pi * y[0]) ** 2 + (y[-1] - 1) ** 2
    total += sum((y[i] - 1) ** 2 * (1 + 10 * np.sin(np.pi * y[i + 1]) ** 2) for i in range(n - 1))
    return np.pi / n * total


def h(both, level):
    theta, eta = np.split(both, 2)
    half = len(theta) // 2
    pins = level * (theta[:half] ** 2).sum() + level * (eta[half:] ** 2).sum()
    return f(theta) + f(eta) + pins + ((theta - eta) ** 2).sum() / level


def by_hand(start):
    """The default reading in plain SciPy, by finite differences."""
    half = len(start) // 2
    theta = np.array([*[0.0] * half, *minimize(lambda x: f([*[0.0] * half, *x]), start[half:]).x])
    eta = np.array([*minimize(lambda x: f([*x, *[0.0] * half]), start[:half]).x, *[0.0] * half])
    for level in np.arange(9, 0, -1) / 10:
        theta, eta = np.split(minimize(h, np.concatenate([theta, eta]), (level,)).x, 2)
    return minimize(f, theta).fun


def test_table_1_for_two_variables_is_scipys_own(found):
    """The paper prints 24 and 36."""
    plain = [minimize(f, start).fun < 1e-4 for start in GRID]
    assert sum(plain) == 24 and found["n2-plain"].metrics["found"] == 24
    assert found["n2-plain"].sweep["found"] == [int(one) for one in plain]
    assert found["n2-hta"].metrics["found"] == found["n2-hta"].metrics["starts"] == 36
    assert all(by_hand(start) < 1e-4 for start in [(5, 4), (4, 0), (5, 5)])


def test_the_batched_bfgs_goes_scipys_way(found):
    for grid, algorithm in itertools.product(("n2", "n4", "n6"), ("plain", "hta")):
        ours, theirs = found[f"{grid}-{algorithm}-batched"], found[f"{grid}-{algorithm}"]
        assert ours.sweep["iterations"] == theirs.sweep["iterations"]
        assert ours.metrics["found"] == theirs.metrics["found"] and ours.metrics["differing"] is None
        assert theirs.metrics["differing"] == sum(theirs.sweep["differs"]) == 0
        assert {name: ours.sweep[name] for name in ("x1", "found")} == {
            name: theirs.sweep[name] for name in ("x1", "found")
        }


def test_a_start_whose_end_is_another_counts_as_differing(monkeypatch):
    real = module.ended

    def moved(settings, start, pins, seed):
        whole = real(settings, start, pins, seed)
        shift = np.where(np.arange(len(start)) < 3, 0.0 if settings["solver"] == "scipy" else 0.2, 0.0)
        return dataclasses.replace(whole, x=whole.x + shift[:, None])

    monkeypatch.setattr(module, "ended", moved)
    whole = measured(task("n2-plain"))
    assert whole.metrics["differing"] == 3 and whole.sweep["differs"][:4] == [1, 1, 1, 0]


def test_what_a_record_says_agrees_with_itself(found):
    for arm in EXPERIMENT.arms:
        one = found[arm.id]
        assert set(one.metrics) == {metric.name for metric in EXPERIMENT.metrics}
        assert one.metrics["share"] == one.metrics["found"] / one.metrics["starts"]
        assert one.first_losses and min(one.first_losses) > 1e-3
        assert one.first_losses == EXPERIMENT.first_losses(task(arm.id))
        json.dumps([one.metrics, one.tables, one.curves, one.sweep], allow_nan=False)
        if one.sweep:
            assert sum(one.sweep["found"]) == one.metrics["found"] and len(one.sweep["e1"]) == one.metrics["starts"]
            assert np.mean(one.sweep["iterations"]) == pytest.approx(one.metrics["iterations"])


def test_the_path_from_5455(found):
    """Iterations and places as an earlier, independent computation had them."""
    path, plain = (found[f"path-{name}"].tables["path"] for name in ("hta", "plain"))
    assert [row["iterations"] for row in path[1:]] == [22, 14, 9, 12, 12, 15, 13, 16, 19, 12]
    assert [row["L"] for row in path[1:-1]] == [0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1]
    assert path[0]["x1"] == path[0]["x2"] == path[0]["y3"] == path[0]["y4"] == 0.0
    assert path[1]["x1"] == pytest.approx(1.36, abs=0.01) and path[-1]["f-x"] < 1e-8 and "y1" not in path[-1]
    assert path[0]["f-x"] == pytest.approx(f([path[0][f"x{i}"] for i in (1, 2, 3, 4)]), rel=1e-3)
    assert found["path-hta"].metrics["found"] == 1 and found["path-plain"].metrics["found"] == 0
    assert found["path-hta"].metrics["iterations"] == sum(row["iterations"] for row in path)
    assert len(plain) == 11 and [plain[0][f"x{i}"] for i in (1, 2, 3, 4)] == [5, 4, 5, 5]
    assert plain[-1]["f-x"] == pytest.approx(3.1096, abs=1e-3) and found["path-plain"].metrics["iterations"] == 10


def test_the_stations_of_two_variables(found):
    own = found["n2-hta"].curves["stations"]
    assert len({len(column) for column in own.values()}) == 1 and len(own["x1"]) == 36 * 11
    ends = [(x, y) for at, x, y in zip(own["station"], own["x1"], own["y1"], strict=True) if at == 10]
    np.testing.assert_allclose(ends, np.ones((36, 2)), atol=1e-3)
    assert {x for at, x in zip(own["station"], own["x1"], strict=True) if at == 0} == {0.0}


def test_a_stop_changes_nothing(monkeypatch):
    monkeypatch.setattr(module, "CHUNK", 5)
    own, states = task("n2-plain"), []
    whole = measured(own)

    class Watched(Unfinished):
        def due(self):
            return True

        def save(self, kept):
            states.append(copy.deepcopy(kept))

    assert measured(own, Watched()) == whole and len(states) == 8

    class Stopped(Unfinished):
        def load(self, key):
            return states[2][key]

    assert measured(own, Stopped()) == whole


def test_the_batched_ends_do_not_depend_on_how_many_are_solved():
    many, few = (measured(task("n4-hta-batched", starts_n4=most)).sweep for most in (1_296, 6))
    rows = [{name: cells[i] for name, cells in table.items()} for table in (many, few) for i in range(len(table["x1"]))]
    assert len(rows) == 1_302 and all(row in rows[:1_296] for row in rows[1_296:])


def test_grids_and_samples():
    assert {grid: size(grid) for grid in GRIDS} == {
        "n2": 36, "n4": 1_296, "n6": 4_096, "n8": 65_536, "n8-wide": 6**8
    }  # fmt: skip
    np.testing.assert_array_equal(starts("n2", 36, 0), GRID)
    np.testing.assert_array_equal(starts("n6", 4_096, 0), list(itertools.product((3, 4, 5, 6), repeat=6)))
    some = starts("n8-wide", 50, 0)
    assert some.shape == (50, 8) and len(np.unique(some, axis=0)) == 50 and set(np.unique(some)) <= set(range(6))
    assert not np.array_equal(some, starts("n8-wide", 50, 1))


def test_the_seed_changes_nothing_where_all_starts_are_taken():
    assert measured(task("n2-plain-batched", 3)) == measured(task("n2-plain-batched"))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"ladder": "0.5,0"}, "ladder"),
        ({"ladder": "-1"}, "ladder"),
        ({"ladder": "0.1,0.9"}, "rises from L = 0.1 to 0.9"),
        ({"pin": "nan"}, "pin"),
        ({"starts_n4": 0}, "starts_n4"),
        ({"starts_n6": 5_000}, "starts_n6"),
        ({"gtol": 0}, "gtol"),
    ],
    ids=str,
)
def test_bad_input_is_refused_before_anything_runs(given, said):
    with pytest.raises(UsageError, match=said):
        task("n2-hta", **given)


def test_a_ladder_may_rise_where_that_is_said():
    rising = measured(task("n2-hta-batched", ladder="0.1,0.2,0.3,0.4,0.5,0.6,0.7,0.8,0.9", rising="true"))
    assert rising.metrics["found"] == 24
