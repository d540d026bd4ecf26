"""Batched networks of any width against NumPy float64 and the plain Gluon network; rows independent of each other."""

from __future__ import annotations

import numpy as np
import pytest

from claimbook.train.deep_linear import train
from claimbook.train.lp_blocks import UNROLL
from claimbook.train.lp_nets import HEIGHT, LpNets, imbalance

D = 12


def problem(n: int = 40):
    random = np.random.default_rng(0)
    x = random.standard_normal((n, D))
    return x, x @ random.standard_normal(D) * 0.3 + 0.1 * random.standard_normal(n)


def start(depth: int, width: int, rows: int = 1):
    """Random matrices that keep a row's product at the size of 1 for every width."""
    random = np.random.default_rng(depth * 100 + width)
    sizes = [D] + [width] * (depth - 1) + [1]
    shapes = zip(sizes[1:], sizes, strict=False)
    return tuple(random.standard_normal((rows, *shape)) * 0.5 / np.sqrt(shape[1]) for shape in shapes)


def by_hand(x, y, matrices, p, rate, iterations):
    """The chain rule in float64, layer by layer through the whole batch of examples."""
    matrices = [matrix.copy() for matrix in matrices]
    for _ in range(iterations):
        layers = [x.T]
        for matrix in matrices:
            layers.append(matrix @ layers[-1])
        error = (layers[-1] - y) ** (p - 1) / len(y)
        slopes = []
        for matrix, below in zip(reversed(matrices), reversed(layers[:-1]), strict=True):
            slopes.append(error @ below.T)
            error = matrix.T @ error
        matrices = [w - rate * slope for w, slope in zip(matrices, reversed(slopes), strict=True)]
    return matrices


@pytest.mark.parametrize(("depth", "width", "p"), [(1, 1, 4), (2, 1, 6), (2, 7, 2), (3, 1, 2), (3, 7, 4), (4, 5, 2)])
def test_float64_equals_numpy(depth, width, p):
    x, y = problem()
    state = start(depth, width)
    found = LpNets(x, y, p, "float64").advance(state, np.array([0.01]), 0, UNROLL + 3)
    for matrix, expected in zip(found, by_hand(x, y, [array[0] for array in state], p, 0.01, UNROLL + 3), strict=True):
        np.testing.assert_allclose(matrix[0], expected, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(("p", "dtype", "bound"), [(2, "float64", 1e-10), (4, "float32", 2e-5)])
def test_equals_the_plain_gluon_network(p, dtype, bound):
    x, y = problem()
    state = start(3, 5)
    losses, trained = train(x, y, [array[0] for array in state], p, 0.01, 30, dtype)
    nets, batched = LpNets(x, y, p, dtype), []
    for _ in range(30):
        batched.append(nets.loss(state)[0])
        state = nets.advance(state, np.array([0.01]), 0, 1)
    np.testing.assert_allclose(batched, losses, rtol=bound)
    for own, other in zip(state, trained, strict=True):
        np.testing.assert_allclose(own[0], other, rtol=50 * bound, atol=bound)


@pytest.mark.parametrize(
    ("p", "depth", "width", "dtype"),
    [(2, 2, 10, "float64"), (2, 3, 1, "float32"), (4, 3, 10, "float32"), (4, 2, 100, "float64")],
)
def test_a_row_depends_on_nothing_but_itself(p, depth, width, dtype):
    """Bit for bit: the place in the block, the number of rows, and neighbours that hold NaN change nothing."""
    rows = HEIGHT + 3
    state, rates = start(depth, width, rows), np.geomspace(1e-4, 1e-2, HEIGHT + 3)
    nets = LpNets(*problem(257), p, dtype)
    together = nets.advance(state, rates, 0, UNROLL + 3)
    order = np.random.default_rng(0).permutation(rows)
    shuffled = nets.advance(tuple(array[order] for array in state), rates[order], 0, UNROLL + 3)
    assert all(np.array_equal(own, array[order]) for own, array in zip(shuffled, together, strict=True))
    for row in (slice(0, 1), slice(5, 6), slice(rows - 1, rows)):
        alone = nets.advance(tuple(array[row] for array in state), rates[row], 0, UNROLL + 3)
        assert all(np.array_equal(own, array[row]) for own, array in zip(alone, together, strict=True))
    for array in state:
        array[1::2] = np.nan
    beside_nan = nets.advance(state, rates, 0, UNROLL + 3)
    assert all(np.array_equal(own[::2], array[::2]) for own, array in zip(beside_nan, together, strict=True))


def test_the_long_graph_equals_single_steps():
    state, rates = start(3, 4, 3), np.array([1e-3, 2e-3, 4e-3])
    nets = LpNets(*problem(), 4)
    at_once, step_by_step = nets.advance(state, rates, 0, UNROLL + 2), state
    for _ in range(UNROLL + 2):
        step_by_step = nets.advance(step_by_step, rates, 0, 1)
    assert all(np.array_equal(own, other) for own, other in zip(at_once, step_by_step, strict=True))


def test_a_blown_up_row_has_no_finite_loss():
    nets = LpNets(*problem(), 4)
    assert not np.isfinite(nets.loss(nets.advance(start(2, 3), np.array([100.0]), 0, UNROLL))).any()


def test_imbalance_by_hand():
    """W_1 = (3, 4)ᵀ as a column of one input: W_1 W_1ᵀ = ((9, 12), (12, 16)), of norm 25 = ‖W_1‖²."""
    lower = np.array([[3.0], [4.0]])
    assert imbalance([lower, lower.T]) == 0.0
    assert imbalance([lower, 0 * lower.T]) == pytest.approx(1.0)
    assert imbalance([lower]) == 0.0 and imbalance([0 * lower, 0 * lower.T]) == 0.0


def test_balance_once_true_stays_true_in_the_limit():
    """OP-T.0 on a wide network: halving the rate halves what a balanced start loses of its balance in a given time."""
    x, y = problem()
    random = np.random.default_rng(4)
    a, v = (part / np.linalg.norm(part) for part in (random.standard_normal(6), random.standard_normal(D)))
    state = tuple(0.5 * part[None] for part in (np.outer(a, v), np.outer(a, a), a[None]))
    nets, found = LpNets(x, y, 2, "float64"), []
    for halving in range(3):
        moved = nets.advance(state, np.array([0.1 / 2**halving]), 0, 50 * 2**halving)
        found.append(imbalance([array[0] for array in moved]))
    assert found[0] < 0.1
    np.testing.assert_allclose(np.array(found[:-1]) / found[1:], 2.0, rtol=0.1)
