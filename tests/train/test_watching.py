"""Curves, best values, early stopping, best weights, gradient norms."""

from __future__ import annotations

import numpy as np
import pytest
from train.scripted import run

from claimbook.errors import UsageError
from claimbook.train.frequency import every
from claimbook.train.loop import mx
from claimbook.train.watching import Best, BestWeights, Curve, EarlyStopping, GradientFlow
from claimbook.train.weights import weights_of


def watched(values, *watchers):
    """A run of one step a value, with a curve of them before the watchers."""
    curve = Curve("error", lambda training: {"error": values[training.step - 1]})
    _, training = run([1.0] * len(values), [curve, *(watcher(curve) for watcher in watchers)])
    return curve, training


def test_a_curve_has_a_row_a_call_and_goes_on():
    curve = Curve("c", lambda training: {"twice": 2 * training.step})
    run([1.0] * 5, [every("2it", curve)])
    assert curve.columns == {"iteration": [2, 4, 5], "twice": [4, 8, 10]} and curve.last("twice") == 10
    again = Curve("c", lambda training: {"twice": 2 * training.step})
    again.go_on_from(curve.state())
    run([1.0] * 7, [every("7it", again)], step=5)
    assert again.columns["iteration"] == [2, 4, 5, 7] and curve.columns["iteration"] == [2, 4, 5]


def test_a_curve_whose_columns_change_is_a_mistake():
    curve = Curve("c", lambda training: {f"at{training.step}": 1.0})
    with pytest.raises(ValueError, match="at2"):
        run([1.0] * 2, [curve])


def test_training_stops_after_as_many_looks_as_are_waited():
    """Best at step 2; not beaten by 0.05 or more at 3, 4, 5, where a NaN is no gain either."""
    values = [1.0, 0.5, 0.5, 0.47, float("nan"), 0.1, 0.1]
    _, training = watched(values, lambda c: EarlyStopping(lambda: c.last("error"), patience=3, min_delta=0.05))
    assert training.step == 5 and "step 2" in training.stopped


def test_training_goes_on_where_the_value_rises_and_higher_is_better():
    _, training = watched(
        [0.1, 0.2, 0.15, 0.3], lambda c: EarlyStopping(lambda: c.last("error"), patience=2, mode="higher")
    )
    assert training.stopped is None and training.step == 4


def test_patience_goes_on_over_a_stop():
    values = iter([1.0, 2.0, 2.0])
    first = EarlyStopping(lambda: next(values), patience=3)
    run([1.0] * 3, [first])
    again = EarlyStopping(lambda: 2.0, patience=3)
    again.go_on_from(first.state())
    _, training = run([1.0] * 9, [again], step=3)
    assert training.step == 4 and again.best.value == 1.0


@pytest.mark.parametrize("wrong", [{"mode": "up"}, {"min_delta": -0.1}, {"min_delta": float("nan")}])
def test_a_wrong_option_is_told(wrong):
    with pytest.raises(UsageError):
        Best(lambda: 0.0, **wrong)
    with pytest.raises(UsageError, match="patience"):
        EarlyStopping(lambda: 0.0, patience=0)


def net():
    made = mx.gluon.nn.HybridSequential()
    made.add(mx.gluon.nn.Dense(2, in_units=2, use_bias=False), mx.gluon.nn.BatchNorm(in_channels=2))
    made.initialize(mx.init.One())
    return made


def test_best_weights_come_back_with_running_statistics():
    made = net()
    weights = weights_of(made)
    assert list(weights) == ["0.weight", "1.beta", "1.gamma", "1.running_mean", "1.running_var"]
    values, step = [3.0, 1.0, 2.0], iter(range(3))
    keeper = BestWeights(weights, lambda: values[next(step)])

    def change(training):
        for parameter in weights.values():
            parameter.set_data(mx.nd.full(parameter.shape, training.step))

    run([1.0] * 3, [change, keeper])
    again = BestWeights(weights, lambda: 0.0)
    again.go_on_from(keeper.state())
    again.restore()
    assert all((parameter.data().asnumpy() == 2).all() for parameter in weights.values())


def test_gradient_norms_are_those_of_numpy():
    made = net()
    x = mx.nd.array([[1.0, 2.0], [3.0, 5.0]])
    with mx.autograd.record():
        loss = (made(x) * mx.nd.array([[1.0, 2.0], [3.0, -4.0]])).sum()
    loss.backward()
    found = GradientFlow(weights_of(made))(None)
    assert set(found) == {"0.weight", "1.beta", "1.gamma"}
    for name, norm in found.items():
        assert norm == pytest.approx(np.linalg.norm(weights_of(made)[name].grad().asnumpy()), rel=1e-6)
    assert found["1.beta"] == pytest.approx(np.sqrt(4.0**2 + 2.0**2), rel=1e-6)
