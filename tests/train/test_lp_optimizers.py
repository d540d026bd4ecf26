"""The batched optimizers against Keras' formulas in NumPy float64, with gradients by finite differences."""

import numpy as np
import pytest

from claimbook.errors import UsageError
from claimbook.seeds import stream
from claimbook.train.lp_descent import LpDescent
from claimbook.train.lp_optimizers import LpOptimizer
from claimbook.train.rules import RULES, rule_named

D, N_ROWS = 5, 23


@pytest.fixture(scope="module")
def data():
    generator = stream(0, "test/lp-optimizers")
    x = 0.5 * generator.standard_normal((N_ROWS, D))
    return x, x @ generator.standard_normal(D) + 0.3 + 0.1 * generator.standard_normal(N_ROWS)


def start(depth, seed=1):
    generator = stream(seed, "test/start")
    return 0.4 * generator.standard_normal(D), 0.7 + 0.3 * generator.standard_normal(depth - 1)


def loss_of(theta, x, y, depth, p, biases):
    """The network written out layer by layer."""
    hidden = x @ theta[:D]
    factors, offsets = theta[D : D + depth - 1], theta[D + depth - 1 :]
    if biases:
        hidden = hidden + offsets[0]
    for j, factor in enumerate(factors):
        hidden = hidden * factor
        if biases:
            hidden = hidden + offsets[j + 1]
    return np.mean((hidden - y) ** p) / p


def gradient_of(theta, *problem, h=1e-6):
    steps = h * np.eye(len(theta))
    return np.array([(loss_of(theta + e, *problem) - loss_of(theta - e, *problem)) / (2 * h) for e in steps])


def keras(rule, theta, rate, iterations, gradient):
    """keras/optimizers.py, version 2.2, as published: one array, one rate."""
    theta = theta.copy()
    a, b = np.zeros_like(theta), np.zeros_like(theta)
    for t in range(1, iterations + 1):
        g = gradient(theta)
        if rule == "gradient-descent":
            theta = theta - rate * g
        elif rule in ("momentum", "nesterov"):
            a = 0.9 * a - rate * g
            theta = theta + 0.9 * a - rate * g if rule == "nesterov" else theta + a
        elif rule == "adagrad":
            a = a + g**2
            theta = theta - rate * g / (np.sqrt(a) + 1e-7)
        elif rule == "adadelta":
            a = 0.95 * a + 0.05 * g**2
            update = g * np.sqrt(b + 1e-7) / np.sqrt(a + 1e-7)
            theta = theta - rate * update
            b = 0.95 * b + 0.05 * update**2
        elif rule == "adam":
            lr_t = rate * np.sqrt(1 - 0.999**t) / (1 - 0.9**t)
            a, b = 0.9 * a + 0.1 * g, 0.999 * b + 0.001 * g**2
            theta = theta - lr_t * a / (np.sqrt(b) + 1e-7)
    return theta


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize(("depth", "p", "biases"), [(1, 2, False), (2, 4, False), (3, 6, True)])
def test_every_rule_is_keras(data, rule, depth, p, biases):
    x, y = data
    descent = LpOptimizer(x, y, depth, p, rule, biases, "float64")
    own = descent.start(*start(depth))
    state = tuple(array[None] for array in own)
    rate = 0.002 if rule in ("gradient-descent", "momentum", "nesterov") else 0.02  # within the stable ones
    moved = descent.advance(state, np.array([rate]), 0, 57)  # 57: the long graph once, single steps seven times
    expected = keras(rule, own[0], rate, 57, lambda theta: gradient_of(theta, x, y, depth, p, biases))
    assert moved[0][0] == pytest.approx(expected, rel=1e-6, abs=1e-7)
    assert descent.loss(moved)[0] == pytest.approx(loss_of(moved[0][0], x, y, depth, p, biases), rel=1e-12)
    assert np.abs(moved[0][0] - own[0]).max() > 1e-3  # it went somewhere


def test_adam_counts_its_steps_from_where_the_rows_stand(data):
    descent = LpOptimizer(*data, 2, 4, "adam", dtype="float64")
    state = tuple(array[None] for array in descent.start(*start(2)))
    at_once = descent.advance(state, np.array([0.01]), 0, 109)
    in_parts = descent.advance(state, np.array([0.01]), 0, 50)
    in_parts = descent.advance(in_parts, np.array([0.01]), 50, 59)
    for whole, part in zip(at_once, in_parts, strict=True):
        assert np.array_equal(whole, part)
    assert rule_named("adam").corrections(0, 1)[0] == pytest.approx(np.sqrt(0.001) / 0.1)


def test_plain_descent_is_the_other_path(data):
    x, y = data
    w, factors = start(3)
    rates = np.array([0.01])
    theta = LpOptimizer(x, y, 3, 4, "gradient-descent", dtype="float64")
    moved = theta.advance(tuple(a[None] for a in theta.start(w, factors)), rates, 0, 60)[0][0]
    plain = LpDescent(x, y, 3, 4, "float64").advance((w[None], factors[None]), rates, 0, 60)
    assert moved == pytest.approx(np.concatenate([plain[0][0], plain[1][0]]), rel=1e-12)


@pytest.mark.parametrize("rule", ["nesterov", "adadelta", "adam"])
def test_a_row_is_the_same_whatever_stands_beside_it(data, rule):
    descent = LpOptimizer(*data, 2, 4, rule)
    rows = [descent.start(*start(2, seed)) for seed in range(30)]  # more than a block
    state = tuple(np.stack(arrays) for arrays in zip(*rows, strict=True))
    rates = np.full(30, 0.01)
    state[0][4], rates[7] = np.nan, 1e30  # one is lost, one blows up
    together = descent.advance(state, rates, 0, 60)
    for row in (0, 5, 25, 26, 29):
        alone = descent.advance(tuple(array[row : row + 1] for array in state), rates[row : row + 1], 0, 60)
        for whole, own in zip(together, alone, strict=True):
            assert np.array_equal(whole[row], own[0])
    assert np.isfinite(together[0][0]).all() and not np.isfinite(descent.loss(together)[[4, 7]]).any()


def test_an_unknown_rule_is_named():
    with pytest.raises(UsageError, match="(?s)adagard.*adagrad"):
        rule_named("adagard")
