"""Plateaus against sequences that were traced by hand through Keras' ReduceLROnPlateau.on_epoch_end."""

from __future__ import annotations

import json

import pytest

from claimbook.errors import UsageError
from claimbook.train.plateau import Plateau

N = None

# settings, values, and what each look says
TRACES = {
    # 0.9999 is not more than 1e-4 below 1.0, nor is what follows: the third look in a row lowers the rate, and the
    # third after that. 0.5 is better. Then the floor of 0.2 comes in place of 0.125, and nothing happens any more.
    "math symbols": (
        {"factor": 0.5, "patience": 3, "floor": 0.2},
        [1.0, 0.9999, 1.0, 1.2, 1.0, 1.0, 1.0, 0.5, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6],
        [N, N, N, 0.5, N, N, 0.25, N, N, N, 0.2, N, N, N],
    ),
    # of the two looks after a reduction the first is not counted; the second, with which the cooldown ends, is
    "cooldown": (
        {"factor": 0.1, "patience": 2, "cooldown": 2},
        [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.5, 0.5, 0.5],
        [N, N, 0.1, N, N, 0.01, N, N, 0.001],
    ),
    # better during the cooldown is still better: best becomes 0.4, so 0.7 is no improvement
    "better while cooling": (
        {"factor": 0.5, "patience": 1, "cooldown": 3},
        [1.0, 1.0, 0.4, 0.7, 0.7],
        [N, 0.5, N, N, 0.25],
    ),
    "higher": (
        {"factor": 0.5, "patience": 2, "mode": "higher", "min_delta": 0.1},
        [0.5, 0.55, 0.7, 0.75, 0.79, 0.9],
        [N, N, N, N, 0.5, N],
    ),
    "patience 0 is 1": ({"factor": 0.5, "patience": 0}, [1.0, 1.0, 0.0, 0.0], [N, 0.5, N, 0.25]),
    "no number is no better": (
        {"factor": 0.5, "patience": 2},
        [float("nan"), float("nan"), 3.0, float("nan"), 2.0, 2.0, float("inf")],
        [N, 0.5, N, N, N, N, 0.25],
    ),
}


def told(seen):
    return [None if scale is None else pytest.approx(scale, rel=1e-12) for scale in seen]


@pytest.mark.parametrize("name", TRACES)
def test_the_trace(name):
    settings, values, wanted = TRACES[name]
    plateau = Plateau(**settings)
    assert [plateau.seen(value) for value in values] == told(wanted)
    assert plateau.scale == pytest.approx([1.0, *(scale for scale in wanted if scale)][-1])


@pytest.mark.parametrize("name", TRACES)
def test_going_on_at_any_look_is_the_same(name):
    settings, values, wanted = TRACES[name]
    for stop in range(len(values)):
        first, second = Plateau(**settings), Plateau(**settings)
        for value in values[:stop]:
            first.seen(value)
        second.go_on_from(json.loads(json.dumps(first.state(), allow_nan=False)))
        assert second.scale == first.scale
        assert [second.seen(value) for value in values[stop:]] == told(wanted[stop:])


@pytest.mark.parametrize(
    "wrong",
    [
        {"factor": 1.0},
        {"factor": 0},
        {"patience": -1},
        {"patience": 2.5},
        {"min_delta": -1e-4},
        {"cooldown": -1},
        {"floor": 1.0},
        {"floor": -0.1},
        {"mode": "min"},
    ],
)
def test_mistakes_are_said(wrong):
    with pytest.raises(UsageError, match=next(iter(wrong))):
        Plateau(**wrong)
