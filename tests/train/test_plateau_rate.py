"""A plateau at work on an optimizer's rate."""

from __future__ import annotations

import json

import numpy as np
import pytest
from train.scripted import Scripted

from claimbook.train.frequency import every
from claimbook.train.loop import Training, train
from claimbook.train.optimizers import Optimizer
from claimbook.train.plateau import Plateau
from claimbook.train.plateau_rate import PlateauRate

VALUES = [1.0, 0.9, 0.9, 0.9, 0.9, 0.95, 0.5, 0.5, 0.5, 0.5]
"""Of an epoch each: the third in a row that is no better than 0.9 is that of epoch 5; of 0.5 it is epoch 10's."""


class Falling(Scripted):
    """Gradient descent at the rate 0.5 on w · 1, whose gradient is 1."""

    def __init__(self):
        super().__init__()
        self.optimizer = Optimizer({"w": self.weight}, "sgd", 0.5)
        self.rates = []

    def update(self, step):
        before = self.weight.data().asscalar()
        self.optimizer.update(step)
        self.rates.append(round(float(before - self.weight.data().asscalar()), 6))


def parts(epochs=iter):
    scripted, values = Falling(), epochs(VALUES)
    return scripted, PlateauRate(scripted.optimizer, lambda: next(values), Plateau(0.5, 3, floor=0.3))


def trained(scripted, callback, steps, step=0):
    train(scripted, scripted, lambda at: (1.0,), Training(steps, 2, step), [every("1ep", callback)])


def test_the_steps_after_a_plateau_are_smaller():
    scripted, callback = parts()
    trained(scripted, callback, 20)
    assert scripted.rates == [0.5] * 10 + [0.25] * 10 and callback.lowered == [10, 20]
    assert scripted.optimizer.scale == 0.3, "the floor, in place of a quarter"


@pytest.mark.parametrize("stop", [2, 8, 10, 18])
def test_it_goes_on_over_a_stop(stop):
    whole, callback = parts()
    trained(whole, callback, 20)
    first, early = parts()
    trained(first, early, stop)
    rest, late = parts(lambda values: iter(values[stop // 2 :]))
    late.go_on_from(json.loads(json.dumps(early.state())))
    assert rest.optimizer.scale == first.optimizer.scale
    trained(rest, late, 20, stop)
    assert np.array_equal(first.rates + rest.rates, whole.rates) and late.state() == callback.state()
