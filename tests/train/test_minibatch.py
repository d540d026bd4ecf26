"""The minibatch loop: callbacks, the order of the data, dropout masks, losses that stop a run."""

from __future__ import annotations

import numpy as np
import pytest

from claimbook.train.minibatch import Losses, NonFinite, at_steps, dropout_mask, every, in_order, mx, train


class Scripted:
    """An objective whose loss is the number it is given, and a descent that notes the steps."""

    def __init__(self):
        self.weight, self.updates = mx.gluon.Parameter("w", shape=(1,)), []
        self.weight.initialize(mx.init.One())

    def __call__(self, value):
        return self.weight.data() * value

    def update(self, step):
        self.updates.append(step)


def run(values, callbacks, at=0):
    scripted = Scripted()
    train(scripted, scripted, lambda step: (values[step],), len(values), callbacks, at)
    return scripted


def test_callbacks_come_in_order_and_as_often_as_they_say():
    seen = []
    callbacks = [
        every(3, 8, lambda at: seen.append(("every", at))),
        at_steps([2, 6], lambda at: seen.append(("at", at))),
    ]
    scripted = run([1.0] * 8, callbacks)
    assert scripted.updates == list(range(8))
    assert seen == [("at", 2), ("every", 3), ("every", 6), ("at", 6), ("every", 8)]


def test_a_run_that_goes_on_takes_the_steps_that_are_left():
    losses = Losses()
    assert run([1.0, 2.0, 3.0, 4.0], [losses], at=2).updates == [2, 3]
    losses.read()
    assert losses.values == [3.0, 4.0]


def test_the_first_loss_that_is_not_finite_stops_a_run():
    losses = Losses()
    with pytest.raises(NonFinite) as stopped:
        run([1.0, 2.0, float("nan"), float("inf"), 1.0], [losses, every(2, 5, lambda at: losses.read())])
    assert stopped.value.by == 3 and losses.values == [1.0, 2.0]


def test_batches_in_the_tutorials_order():
    """55,000 images by 64: 858 whole batches fit below 55,000 − 64; the next begins anew at 859 · 64 − 54,936 = 40."""
    assert in_order(0, 64, 55_000) == slice(0, 64)
    assert in_order(858, 64, 55_000) == slice(54_912, 54_976)
    assert in_order(859, 64, 55_000) == slice(40, 104)
    assert all(in_order(step, 64, 55_000).stop <= 55_000 for step in range(8_593))


def test_dropout_masks_depend_on_seed_and_step_only():
    mask = dropout_mask(1, 7, (64, 512))
    assert np.array_equal(mask, dropout_mask(1, 7, (64, 512))) and mask.dtype == np.float32
    assert not np.array_equal(mask, dropout_mask(1, 8, (64, 512)))
    assert not np.array_equal(mask, dropout_mask(2, 7, (64, 512)))
    assert set(np.unique(mask)) == {0.0, 2.0} and mask.mean() == pytest.approx(1, abs=0.03)
    assert set(np.unique(dropout_mask(1, 7, (64, 512), keep=0.8))) == {0.0, 1.25}
