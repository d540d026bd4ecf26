"""What every run of a net has in common: it stops at a step, goes on from there, tells of its steps, may blow up."""

from __future__ import annotations

import numpy as np
import pytest
from train.test_resume import STEPS, Room, flat

from claimbook.train.frequency import every_epoch
from claimbook.train.net_run import NetRun


def begun(batch_of=None):
    room = Room()
    room.callbacks.insert(1, every_epoch(room.losses.read))
    parts = (room.objective, room.weights, room.optimizer, batch_of or room.batch_of, room.training)
    return NetRun(*parts, room.losses, room.callbacks)


def test_it_tells_of_each_step_and_of_each_epoch_of_four():
    run, told, kept = begun(), [], []
    run.train(step_done=told.append, keep=lambda: kept.append(run.state()["step"]))
    assert told == list(range(1, STEPS + 1)) and kept == [4, 8, 12]
    assert run.steps == STEPS == len(run.losses.values) and run.diverged_by is None


@pytest.mark.parametrize("until", [4, 6])
def test_it_goes_on_from_where_it_was_left_bit_for_bit(until):
    whole, first, rest = begun(), begun(), begun()
    whole.train()
    first.train(until=until)
    assert first.state()["step"] == until
    rest.train(first.state())
    wanted, found = flat(whole.state()), flat(rest.state())
    assert wanted.keys() == found.keys() and all(np.array_equal(leaf, found[path]) for path, leaf in wanted.items())


def test_a_loss_that_is_not_finite_ends_it_and_says_at_which_step():
    first = begun()
    usual = first._batch_of
    run = begun(lambda step: (usual(step)[0] * float("nan"),) if step == 5 else usual(step))
    run.train()
    assert run.diverged_by == 6 and len(run.losses.values) == 5
