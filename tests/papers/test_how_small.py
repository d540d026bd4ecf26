"""The experiment how-small-is-small: its sweep against teacher-student's steps, what converges, stops, bad input."""

from __future__ import annotations

import copy
import dataclasses
import json

import numpy as np
import pytest

from claimbook.errors import UsageError
from claimbook.models import theory_net
from claimbook.papers.identity_mapping.how_small import HowSmall
from claimbook.papers.identity_mapping.how_small_sweep import part_settings, parts
from claimbook.papers.identity_mapping.lessons import examples, matrix
from claimbook.record.unfinished import Unfinished
from claimbook.train.teacher_student import order

EXPERIMENT = HowSmall()
SHORT = {"sizes": "4,10", "norms": "0.1,5", "batches": "50,100", "examples": 500, "steps": 300, "close": 0.05}


def task(arm: str, seed: int = 0, **overrides):
    return EXPERIMENT.task(EXPERIMENT.parameters("paper", {**SHORT, **overrides}), arm, seed, True)


def measured(own, unfinished=None):
    ((_, measurement),) = EXPERIMENT.measure([own], lambda done, total: None, unfinished or Unfinished())
    return dataclasses.asdict(measurement)


def rows(found):
    return [dict(zip(found["sweep"], row, strict=True)) for row in zip(*found["sweep"].values(), strict=True)]


def test_a_setting_equals_a_float64_loop():
    own = task("random", 2, sizes="4", norms="0.3", batches="100", precision="float64", steps=25, close=1e-9)
    (row,) = rows(measured(own))
    # At d = 4 examples and batch are 0.4 of those at d = 10, and the rate is 2.5 times as large.
    w, teacher, x = matrix(2, "start", 4, 0.3), matrix(2, "teacher", 4, 0.3), examples(2, "examples", 200, 4)
    for at in range(10):
        own = order(2, 200, at // 5)[40 * (at % 5) :][:40]
        w = w - 0.25 * theory_net.loss_gradient(w[None], teacher[None], x[own])[0]
    assert row["distance"] == pytest.approx(np.linalg.norm(w - teacher), rel=1e-9)
    assert (row["d"], row["batch"], row["converged"], row["step"]) == (4, 40, 0, None)
    loss = theory_net.loss(w[None], teacher[None], examples(2, "fresh", 200, 4))[0]
    assert row["loss"] == pytest.approx(loss, rel=1e-9)


def test_the_sweep_says_what_converged_and_the_metrics_count_it():
    found = measured(task("zero"))
    table, metrics = rows(found), found["metrics"]
    settings = {(row["d"], row["batch"], row["norm"]) for row in table}
    assert settings == {(4, 20, n) for n in (0.1, 5)} | {(4, 40, n) for n in (0.1, 5)} | {
        (10, batch, n) for batch in (50, 100) for n in (0.1, 5)
    }
    for row in table:
        assert row["converged"] == (row["step"] is not None) == (row["distance"] < 0.05)
    assert metrics["settings"] == 8 and metrics["settings-converged"] == sum(row["converged"] for row in table)
    assert metrics["converged-share"] == metrics["settings-converged"] / 8 == 0.5
    assert metrics["norm-converged"] == 0.1 and metrics["norm-failed"] == 5


def test_a_setting_that_blows_up_has_no_distance():
    found = measured(task("random", rate=20.0, norms="1", sizes="4", batches="100"))
    assert found["diverged"] and rows(found)[0]["distance"] is None and found["metrics"]["settings-diverged"] == 1
    assert found["metrics"]["norm-converged"] is None and found["metrics"]["norm-failed"] == 1


def test_a_record_depends_neither_on_the_other_settings_nor_on_a_stop():
    own, states = task("random", 1), []
    whole = measured(own)

    class Watched(Unfinished):
        def due(self):
            return True

        def save(self, kept):
            states.append(copy.deepcopy(kept))

    assert measured(own, Watched()) == whole and len(states) > 100

    class Stopped(Unfinished):
        def __init__(self, state):
            super().__init__()
            self.state = copy.deepcopy(state)

        def load(self, key):
            return self.state[key]

    for state in states[3::150]:
        assert measured(own, Stopped(state)) == whole
    single = rows(measured(task("random", 1, sizes="10", norms="5", batches="50")))
    assert single == [row for row in rows(whole) if (row["d"], row["batch"], row["norm"]) == (10, 50, 5)]
    assert EXPERIMENT.first_losses(own) == whole["first_losses"] and json.dumps(whole["sweep"])


def test_a_record_does_not_depend_on_the_seeds_beside_it():
    own = [task("random", seed, norms="0.5,1,5") for seed in (0, 1, 2)]
    together = EXPERIMENT.measure(own, lambda done, total: None, Unfinished())
    assert [dataclasses.asdict(found) for _, found in together] == [measured(one) for one in own]


def test_what_grows_with_d():
    settings = task("zero", examples=5_000).settings
    assert parts(settings) == [(4, 50), (4, 100), (10, 50), (10, 100)]
    own, big = part_settings(settings, (10, 100)), part_settings(settings, (100, 100))
    assert (own["examples"], own["batch"], own["rate"], own["steps"]) == (5_000, 100, 0.1, 300)
    assert (big["examples"], big["batch"], big["rate"], big["steps"]) == (50_000, 1_000, pytest.approx(0.01), 3_000)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"sizes": "2.5"}, "no whole number"),
        ({"sizes": "0"}, "sizes"),
        ({"batches": "600"}, "more than examples = 500"),
        ({"norms": "-1"}, "norms"),
        ({"activation": "sigmoid"}, "activation"),
        ({"steps": 0}, "steps"),
    ],
    ids=str,
)
def test_bad_input_is_refused_before_anything_runs(given, said):
    with pytest.raises(UsageError, match=said):
        task("zero", **given)
