"""Momentum against NumPy in float64, with a rate that changes and L2 on some weights; going on; the staircase."""

from __future__ import annotations

import numpy as np
import pytest

from claimbook.train.momentum import Momentum, mx, staircase

HESSIANS = {"a": np.array([1.0, 3.0, 10.0]), "b": np.array([0.5, 2.0])}
START = {"a": np.array([1.0, -2.0, 0.5]), "b": np.array([3.0, 1.0])}
L2 = {"a": 0.3}


def rate(step):
    return 0.02 * 0.5 ** (step // 7)


def descent():
    weights = {name: mx.gluon.Parameter(name, shape=start.shape) for name, start in START.items()}
    for name, parameter in weights.items():
        parameter.initialize(mx.init.Zero())
        parameter.set_data(mx.nd.array(START[name]))
    return Momentum(weights, rate, 0.9, L2)


def take(made, steps):
    """Steps on Σ h w² / 2, whose gradient is h w."""
    for step in steps:
        for name, parameter in made.weights.items():
            with mx.autograd.record():
                loss = (mx.nd.array(HESSIANS[name]) * parameter.data() ** 2).sum() / 2
            loss.backward()
        made.update(step)
    return {name: parameter.data().asnumpy() for name, parameter in made.weights.items()}


def test_the_update_is_tensorflows():
    w = {name: start.copy() for name, start in START.items()}
    v = {name: np.zeros_like(start) for name, start in START.items()}
    for step in range(30):
        for name in w:
            v[name] = 0.9 * v[name] + HESSIANS[name] * w[name] + L2.get(name, 0) * w[name]
            w[name] = w[name] - rate(step) * v[name]
    found = take(descent(), range(30))
    for name in w:
        np.testing.assert_allclose(found[name], w[name], rtol=2e-5, atol=1e-6)


@pytest.mark.parametrize("stop", [1, 7, 8, 20])
def test_going_on_is_the_same_bit_for_bit(stop):
    whole = take(descent(), range(25))
    first, second = descent(), descent()
    take(first, range(stop))
    second.go_on_from(first.state())
    again = take(second, range(stop, 25))
    assert all(np.array_equal(whole[name], again[name]) for name in whole)


def test_squares():
    assert descent().squares() == pytest.approx({"a": 5.25, "b": 10.0})


def test_the_tutorials_staircase():
    """An epoch is 55,000 / 64 = 859.375 steps, so step 859 is still in the first one."""
    rate_of = staircase(0.01, 0.95, 64, 55_000)
    assert [rate_of(step) for step in (0, 859, 860, 1718, 1719)] == pytest.approx(
        [0.01, 0.01, 0.0095, 0.0095, 0.009025]
    )
    assert rate_of(8_592) == pytest.approx(0.01 * 0.95**9)
