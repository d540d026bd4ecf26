"""Mean absolute gradients, after the first epoch and the newest one."""

from __future__ import annotations

import pytest
from train.scripted import run

from claimbook.train.frequency import every_epoch
from claimbook.train.gradient_size import GradientSizes, gradient_sizes
from claimbook.train.loop import mx


def weights():
    made = {name: mx.gluon.Parameter(name, shape=(2, 2)) for name in ("a", "b")}
    for parameter in made.values():
        parameter.initialize()
    return made


def test_a_size_is_the_mean_of_absolute_values():
    two = weights()
    two["a"].grad()[:] = mx.nd.array([[-1, 2], [0, -5]])
    two["b"].grad()[:] = 0.5
    assert gradient_sizes(two, ["a"]) == {"a": 2.0}
    assert gradient_sizes(two, ["b", "a"]) == {"b": 0.5, "a": 2.0}


def test_the_first_and_the_newest_epoch_are_kept_over_a_stop():
    two = weights()
    sizes = GradientSizes(two, ["a"])

    def stand(training):  # after step n the gradient is n
        two["a"].grad()[:] = training.step

    run([1.0] * 8, [stand, every_epoch(sizes)], epoch_steps=4)
    assert sizes.first == {"a": 4.0} and sizes.last == {"a": 8.0}
    again = GradientSizes(two, ["a"])
    again.go_on_from(sizes.state())
    run([1.0] * 12, [stand, every_epoch(again)], step=8, epoch_steps=4)
    assert again.first == {"a": 4.0} and again.last == {"a": 12.0} and sizes.last == {"a": 8.0}


def test_a_weight_that_is_not_there_is_a_mistake():
    with pytest.raises(KeyError):
        gradient_sizes(weights(), ["c"])
