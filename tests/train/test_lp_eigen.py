"""The eigenbasis against MXNet's batched descent and NumPy in float64, numba against NumPy, and rows by themselves."""

from __future__ import annotations

import importlib.util
import json
import sys

import numpy as np
import pytest

from claimbook.train.lp_descent import LpDescent
from claimbook.train.lp_eigen import HEIGHT, LpEigen
from claimbook.train.rate_search import best_row, rows_of, search_rates

D = 12
NUMBA = importlib.util.find_spec("numba") is not None
needs_numba = pytest.mark.skipif(not NUMBA, reason="numba (the optional extra `fast`) is not installed")


def problem(n: int = 40):
    """Features of very different size, so that the eigenvalues span six decades, and one column twice: one is zero."""
    random = np.random.default_rng(0)
    x = random.standard_normal((n, D)) * np.geomspace(1e-3, 1, D)
    x[:, 0] = x[:, 1]
    return x, x @ random.standard_normal(D) * 0.3 + 0.1 * random.standard_normal(n)


def start(depth: int, rows: int = 1):
    random = np.random.default_rng(1)
    return random.standard_normal((rows, D)) * 0.3, random.uniform(0.5, 1.5, (rows, depth - 1))


def equal(found, expected):
    return all(np.array_equal(a, b, equal_nan=True) for a, b in zip(found, expected, strict=True))


@pytest.mark.parametrize("depth", [1, 2, 3, 4])
def test_equals_the_mxnet_path_in_float64(depth):
    """Slow, fast and, last, too fast: that row blows up in both, and the losses of the others agree."""
    x, y = problem()
    state, rates = start(depth, rows=4), np.array([1e-3, 1e-2, 5e-2, 30.0])
    eigen, mxnet = LpEigen(x, y, depth), LpDescent(x, y, depth, 2, "float64")
    for iterations in (1, 73, 3000):
        found, expected = (descent.advance(state, rates, 0, iterations) for descent in (eigen, mxnet))
        good = np.isfinite(mxnet.loss(expected))
        assert np.array_equal(np.isfinite(eigen.loss(found)), good)
        assert good[:3].all()
        for one, other in zip(found, expected, strict=True):
            np.testing.assert_allclose(one[good], other[good], rtol=1e-10, atol=1e-12)
        np.testing.assert_allclose(eigen.loss(found)[good], mxnet.loss(expected)[good], rtol=1e-10)
    assert not good[3]


@pytest.mark.parametrize("depth", [1, 3])
def test_equals_numpy_written_from_the_chain_rule(depth):
    x, y = problem()
    (w,), (factors,) = state = start(depth)
    for _ in range(500):
        end_to_end = x.T @ (x @ w * np.prod(factors) - y) / len(y)
        own = np.array([end_to_end @ w * np.prod(np.delete(factors, j)) for j in range(depth - 1)])
        w, factors = w - 0.02 * np.prod(factors) * end_to_end, factors - 0.02 * own
    found = LpEigen(x, y, depth).advance(state, np.array([0.02]), 0, 500)
    np.testing.assert_allclose(found[0][0], w, rtol=1e-11)
    np.testing.assert_allclose(found[1][0], factors, rtol=1e-11)


@needs_numba
@pytest.mark.parametrize("depth", [1, 2, 3, 8])
def test_numba_and_numpy_give_the_same_bits(depth):
    """Also where rows blow up. So a record says the same whichever of the two made it."""
    x, y = problem()
    state, rates = start(depth, rows=HEIGHT + 5), np.geomspace(1e-4, 50, HEIGHT + 5)
    fast, plain = (LpEigen(x, y, depth, compiled).advance(state, rates, 0, 400) for compiled in (True, False))
    assert equal(fast, plain)
    assert np.isfinite(plain[0]).all(axis=1).any() and np.isnan(plain[0]).any()


@pytest.mark.parametrize("compiled", [False, pytest.param(True, marks=needs_numba)])
@pytest.mark.parametrize("depth", [1, 3])
def test_a_row_depends_on_nothing_but_itself(depth, compiled):
    """Bit for bit: the place in the block, the number of rows, and neighbours that hold NaN change nothing."""
    x, y = problem(n=257)
    rows = 2 * HEIGHT + 3
    w, factors = start(depth, rows=rows)
    rates = np.geomspace(1e-4, 1e-1, rows)
    descent = LpEigen(x, y, depth, compiled)
    together = descent.advance((w, factors), rates, 0, 103)
    order = np.random.default_rng(0).permutation(rows)
    shuffled = descent.advance((w[order], factors[order]), rates[order], 0, 103)
    assert equal(shuffled, [array[order] for array in together])
    for row in (0, 5, rows - 1):
        alone = descent.advance((w[[row]], factors[[row]]), rates[[row]], 0, 103)
        assert equal(alone, [array[[row]] for array in together])
    assert equal([descent.loss(shuffled)], [descent.loss(together)[order]])
    w[1::2] = np.nan
    beside_nan = descent.advance((w, factors), rates, 0, 103)[0]
    assert np.array_equal(beside_nan[::2], together[0][::2]) and np.isnan(beside_nan[1::2]).all()


def test_what_is_given_stays_as_it_is():
    x, y = problem()
    w, factors = start(2, rows=3)
    before = w.copy(), factors.copy()
    LpEigen(x, y, 2).advance((w, factors), np.full(3, 1e-2), 0, 50)
    assert equal((w, factors), before)


def test_numba_is_started_only_for_much_work(monkeypatch):
    """A short run does not wait seconds for a compiler; a long one, or many short ones, may."""
    monkeypatch.setattr("claimbook.train.lp_eigen.WORTH_COMPILING", 100)
    x, y = problem()
    descent = LpEigen(x, y, 1)
    for _ in range(3):
        descent.advance(start(1, rows=3), np.full(3, 1e-2), 0, 33)
        assert descent._compiled is None
    descent.advance(start(1, rows=3), np.full(3, 1e-2), 0, 1)
    assert descent._compiled is NUMBA


def test_without_numba_numpy_does_the_work(monkeypatch):
    monkeypatch.setattr("claimbook.train.lp_eigen.WORTH_COMPILING", 1)
    monkeypatch.setitem(sys.modules, "numba", None)
    x, y = problem()
    descent = LpEigen(x, y, 2)
    found = descent.advance(start(2), np.array([0.01]), 0, 20)
    assert equal(found, LpEigen(x, y, 2, compiled=False).advance(start(2), np.array([0.01]), 0, 20))


def test_the_loss_is_the_slides_loss():
    """x = (1), y = (0, 2), prediction 1 · 0.5 · 2 = 1 for each: residuals 1 and −1, so Σ r² / (2 · 2) = 1/2."""
    descent = LpEigen(np.ones((2, 1)), np.array([0.0, 2.0]), 2)
    assert descent.loss((np.array([[0.5]]), np.array([[2.0]]))) == pytest.approx([0.5], rel=1e-15)


def test_a_rate_search_chooses_as_with_mxnet():
    """The same rate wins, the same ones are discarded, and the losses agree at every observation."""
    x, y = problem(n=60)
    w, factors = start(2)
    found = []
    for descent in (LpEigen(x, y, 2), LpDescent(x, y, 2, 2, "float64")):
        rows = rows_of((w[0], factors[0]), (1e-3, 1e-2, 0.1, 50.0))
        search_rates(descent, [rows], 130, 700, lambda done, total: None)
        found.append(rows)
    assert [row.diverged_by is None for row in found[0]] == [row.diverged_by is None for row in found[1]]
    best = [best_row(rows, 130) for rows in found]
    assert best[0].rate == best[1].rate == 0.1
    assert best[0].iterations == best[1].iterations
    np.testing.assert_allclose(best[0].losses, best[1].losses, rtol=1e-10)
    json.dumps([row.state() for row in found[0]])
