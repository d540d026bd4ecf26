"""Batched descent against the plain Gluon network and against NumPy float64, and rows independent of each other."""

from __future__ import annotations

import numpy as np
import pytest

from claimbook.train.deep_linear import train
from claimbook.train.lp_descent import HEIGHT, LpDescent

D = 12


def problem(seed: int = 0, n: int = 40):
    random = np.random.default_rng(seed)
    x = random.standard_normal((n, D))
    return x, x @ random.standard_normal(D) * 0.3 + 0.1 * random.standard_normal(n)


def start(depth: int, seed: int = 1, rows: int = 1):
    random = np.random.default_rng(seed)
    return random.standard_normal((rows, D)) * 0.3, random.uniform(0.5, 1.5, (rows, depth - 1))


def by_hand(x, y, w, factors, p, rate, iterations):
    """Gradient descent in float64, written from the chain rule, one matrix after the other."""
    w, factors, losses = w.copy(), factors.copy(), []
    for _ in range(iterations):
        scale = np.prod(factors)
        residual = x @ (w * scale) - y
        losses.append(np.mean(residual**p) / p)
        end_to_end = x.T @ residual ** (p - 1) / len(y)
        own = np.array([end_to_end @ w * np.prod(np.delete(factors, j)) for j in range(len(factors))])
        w, factors = w - rate * scale * end_to_end, factors - rate * own
    return np.array(losses), w, factors


@pytest.mark.parametrize("p", [2, 4, 6])
@pytest.mark.parametrize("depth", [1, 2, 3, 4])
def test_float64_equals_numpy(depth, p):
    x, y = problem()
    w, factors = start(depth)
    _, w_hand, factors_hand = by_hand(x, y, w[0], factors[0], p, 0.01, 73)
    w_batched, factors_batched = LpDescent(x, y, depth, p, "float64").advance((w, factors), np.array([0.01]), 0, 73)
    np.testing.assert_allclose(w_batched[0], w_hand, rtol=1e-10, atol=1e-13)
    np.testing.assert_allclose(factors_batched[0], factors_hand, rtol=1e-10)


@pytest.mark.parametrize("p", [2, 4])
@pytest.mark.parametrize("depth", [1, 2, 3])
@pytest.mark.parametrize(("dtype", "bound"), [("float64", 1e-10), ("float32", 2e-5)])
def test_equals_the_plain_gluon_network(depth, p, dtype, bound):
    """In float32 within 2e-5 of the loss over 60 steps: the sums are taken in another order."""
    x, y = problem()
    w, factors = start(depth)
    matrices = [w, *(factor.reshape(1, 1) for factor in factors[0])]
    losses, trained = train(x, y, matrices, p, 0.01, 60, dtype)
    descent = LpDescent(x, y, depth, p, dtype)
    batched, state = [], (w, factors)
    for _ in range(60):
        batched.append(descent.loss(state)[0])
        state = descent.advance(state, np.array([0.01]), 0, 1)
    np.testing.assert_allclose(batched, losses, rtol=bound)
    np.testing.assert_allclose(state[0][0], trained[0][0], rtol=50 * bound, atol=bound)


def test_plain_gluon_network_of_any_width_equals_numpy():
    x, y = problem()
    random = np.random.default_rng(3)
    w1, w2, w3 = (
        random.standard_normal((5, D)) * 0.2,
        random.standard_normal((5, 5)) * 0.4,
        random.standard_normal((1, 5)),
    )
    losses, trained = train(x, y, [w1, w2, w3], 4, 0.01, 30, "float64")
    expected = []
    for _ in range(30):
        residual = x @ (w3 @ w2 @ w1)[0] - y
        expected.append(np.mean(residual**4) / 4)
        gradient = (x.T @ residual**3 / len(y))[None]
        g1, g2, g3 = (w3 @ w2).T @ gradient, w3.T @ gradient @ w1.T, gradient @ w1.T @ w2.T
        w1, w2, w3 = w1 - 0.01 * g1, w2 - 0.01 * g2, w3 - 0.01 * g3
    np.testing.assert_allclose(losses, expected, rtol=1e-10)
    np.testing.assert_allclose(trained[1], w2, rtol=1e-9)


@pytest.mark.parametrize("p", [2, 4])
def test_a_row_depends_on_nothing_but_itself(p):
    """Bit for bit: the place in the block, the number of rows, and neighbours that hold NaN change nothing."""
    x, y = problem(n=257)
    rows = 2 * HEIGHT["gram" if p == 2 else "residual"] + 3
    w, factors = start(3, rows=rows)
    rates = np.geomspace(1e-4, 1e-2, rows)
    descent = LpDescent(x, y, 3, p)
    together_w, together_f = descent.advance((w, factors), rates, 0, 103)
    order = np.random.default_rng(0).permutation(rows)
    shuffled_w, shuffled_f = descent.advance((w[order], factors[order]), rates[order], 0, 103)
    assert np.array_equal(shuffled_w, together_w[order]) and np.array_equal(shuffled_f, together_f[order])
    for row in (0, 5, rows - 1):
        alone_w, alone_f = descent.advance((w[row : row + 1], factors[row : row + 1]), rates[row : row + 1], 0, 103)
        assert np.array_equal(alone_w[0], together_w[row]) and np.array_equal(alone_f[0], together_f[row])
    w[1::2] = np.nan
    beside_nan, _ = descent.advance((w, factors), rates, 0, 103)
    assert np.array_equal(beside_nan[::2], together_w[::2]) and np.isnan(beside_nan[1::2]).all()


@pytest.mark.parametrize("p", [2, 4])
def test_the_long_graph_equals_single_steps(p):
    x, y = problem(n=257)
    w, factors = start(2, rows=3)
    rates = np.array([1e-3, 2e-3, 4e-3])
    descent = LpDescent(x, y, 2, p)
    at_once = descent.advance((w, factors), rates, 0, 107)
    step_by_step = (w, factors)
    for _ in range(107):
        step_by_step = descent.advance(step_by_step, rates, 0, 1)
    assert np.array_equal(at_once[0], step_by_step[0]) and np.array_equal(at_once[1], step_by_step[1])


def test_the_loss_is_the_slides_loss():
    """x = (1), y = (0, 2), prediction 1 · 0.5 · 2 = 1 for each: residuals 1 and −1, so Σ r^4 / (4 · 2) = 1/4."""
    descent = LpDescent(np.ones((2, 1)), np.array([0.0, 2.0]), 2, 4)
    assert descent.loss((np.array([[0.5]]), np.array([[2.0]]))) == pytest.approx([0.25], rel=1e-15)


def test_a_blown_up_row_has_no_finite_loss():
    x, y = problem()
    descent = LpDescent(x, y, 1, 4)
    w, factors = descent.advance(start(1), np.array([100.0]), 0, 50)
    assert not np.isfinite(descent.loss((w, factors))).any()
