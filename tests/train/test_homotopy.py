"""The homotopy's quadratic terms over a net's weights: by hand, at both ends of L, explicit against implicit."""

from __future__ import annotations

import numpy as np
import pytest

from claimbook.errors import UsageError
from claimbook.seeds import stream
from claimbook.train.homotopy import Homotopy
from claimbook.train.loop import mx
from claimbook.train.splits import split

SHAPES = {"a.weight": (4, 3), "a.bias": (4,), "b.weight": (5, 4)}
KINDS = ("output-halves", "layer-halves", "random")


def parameters(name, scale=1.0):
    made = {}
    for own, shape in SHAPES.items():
        made[own] = mx.gluon.Parameter(own, shape=shape)
        made[own].initialize()
        made[own].set_data(mx.nd.array(scale * stream(0, f"{name}/{own}").normal(size=shape)))
        made[own].grad()[:] = 0
    return made


def arrays(weights):
    return {name: parameter.data().asnumpy().astype(np.float64) for name, parameter in weights.items()}


def pins():
    return {name: stream(0, f"pins/{name}").normal(size=shape) for name, shape in SHAPES.items()}


def value_by_hand(theta, eta, first, pin, level):
    total = 0.0
    for name in SHAPES:
        off = np.where(first[name], theta[name], eta[name]) - pin[name]
        total += level * (off**2).sum() + ((theta[name] - eta[name]) ** 2).sum() / level
    return total


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("pinned", [True, False])
def test_value_and_gradient_by_hand(kind, pinned):
    """The gradient is the central difference of the value, in float64 by NumPy."""
    theta, eta, first = parameters("theta"), parameters("eta"), split(SHAPES, kind)
    pin = pins() if pinned else {name: np.zeros(shape) for name, shape in SHAPES.items()}
    homotopy = Homotopy(theta, eta, first, pin if pinned else None, level=0.3)
    at = arrays(theta), arrays(eta)
    assert homotopy.value() == pytest.approx(value_by_hand(*at, first, pin, 0.3), rel=1e-6)
    homotopy.add_gradients()
    for copy, weights in enumerate((theta, eta)):
        for name in SHAPES:
            for place in [(0,) * len(SHAPES[name]), tuple(size - 1 for size in SHAPES[name])]:
                ends = []
                for sign in (1, -1):
                    moved = [{own: each.copy() for own, each in one.items()} for one in at]
                    moved[copy][name][place] += sign * 1e-5
                    ends.append(value_by_hand(*moved, first, pin, 0.3))
                slope = (ends[0] - ends[1]) / 2e-5
                assert weights[name].grad().asnumpy()[place] == pytest.approx(slope, rel=1e-4, abs=1e-5)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("level", "rate"), [(0.3, 0.05), (0.005, 0.05), (100.0, 10.0)])
def test_the_implicit_step_is_the_minimum_of_its_problem(kind, level, rate):
    """Each entry's two equations, solved by NumPy."""
    theta, eta, first, pin = parameters("theta"), parameters("eta"), split(SHAPES, kind), pins()
    before = arrays(theta), arrays(eta)
    Homotopy(theta, eta, first, pin, level).implicit_step(rate)
    p, c = 2 * rate * level, 2 * rate / level
    for name in SHAPES:
        pairs = zip(*(each[name].reshape(-1) for each in (*before, first, pin)), strict=True)
        expected = []
        for own, other, in_first, t in pairs:
            matrix = np.array([[1 + c + p * in_first, -c], [-c, 1 + c + p * (not in_first)]])
            expected.append(np.linalg.solve(matrix, [own + p * t * in_first, other + p * t * (not in_first)]))
        for copy, weights in enumerate((theta, eta)):
            found = weights[name].data().asnumpy().reshape(-1)
            np.testing.assert_allclose(found, np.array(expected)[:, copy], rtol=2e-5, atol=2e-6)


def distances(level, rate, steps, implicit):
    """‖θ − η‖ over steps of the quadratic terms alone."""
    theta, eta = parameters("theta"), parameters("eta")
    homotopy, seen = Homotopy(theta, eta, split(SHAPES, "output-halves"), level=level), []
    for _ in range(steps):
        if implicit:
            homotopy.implicit_step(rate)
        else:
            for weights in (theta, eta):
                for parameter in weights.values():
                    parameter.grad()[:] = 0
            homotopy.add_gradients()
            for weights in (theta, eta):
                for parameter in weights.values():
                    parameter.set_data(parameter.data() - rate * parameter.grad())
        seen.append(homotopy.distance())
    return seen


def test_the_explicit_step_blows_up_where_the_implicit_one_does_not():
    """The paper's rate and L: rate · 4 / L = 20, ten times too much. Each explicit step multiplies by about 1 − 20."""
    explicit, implicit = (distances(0.01, 0.05, 5, way) for way in (False, True))
    growth = [later / earlier for earlier, later in zip(explicit, explicit[1:], strict=False)]
    np.testing.assert_allclose(growth, 19, rtol=1e-3)
    assert implicit[0] > implicit[-1] and implicit[-1] < 1e-4 * explicit[0]


def test_both_agree_where_both_are_stable():
    """For a small rate they differ by its square."""
    gaps = []
    for rate in (1e-3, 5e-4):
        explicit, implicit = (distances(0.5, rate, 1, way)[0] for way in (False, True))
        gaps.append(abs(explicit - implicit) / rate)
    assert gaps[1] == pytest.approx(gaps[0] / 2, rel=0.1)


def test_a_large_l_decouples_and_a_small_one_makes_both_one():
    """L → ∞: the pinned halves are at their pins and the free ones stay as they are. L → 0: θ = η, their mean."""
    theta, eta, first, pin = parameters("theta"), parameters("eta"), split(SHAPES, "output-halves"), pins()
    before = arrays(theta), arrays(eta)
    Homotopy(theta, eta, first, pin, level=1e7).implicit_step(1.0)
    for name in SHAPES:
        np.testing.assert_allclose(arrays(theta)[name][first[name]], pin[name][first[name]], atol=1e-5)
        np.testing.assert_allclose(arrays(theta)[name][~first[name]], before[0][name][~first[name]], atol=1e-5)
        np.testing.assert_allclose(arrays(eta)[name][first[name]], before[1][name][first[name]], atol=1e-5)
    theta, eta = parameters("theta"), parameters("eta")
    Homotopy(theta, eta, first, pin, level=1e-7).implicit_step(1.0)
    for name in SHAPES:
        mean = (before[0][name] + before[1][name]) / 2
        np.testing.assert_allclose(arrays(theta)[name], mean, atol=1e-5)
        np.testing.assert_allclose(arrays(eta)[name], mean, atol=1e-5)


@pytest.mark.parametrize("level", [0.0, -1.0, float("nan"), "a"])
def test_an_l_that_is_not_above_0_is_told(level):
    with pytest.raises(UsageError, match="L = "):
        Homotopy(parameters("theta"), parameters("eta"), split(SHAPES, "random"), level=level)
    homotopy = Homotopy(parameters("theta"), parameters("eta"), split(SHAPES, "random"))
    with pytest.raises(UsageError, match="L = "):
        homotopy.level = level


def test_what_does_not_fit_is_told():
    theta, eta, first = parameters("theta"), parameters("eta"), split(SHAPES, "random")
    with pytest.raises(UsageError, match=r"b.weight is \(4, 5\) in the pins and \(5, 4\)"):
        Homotopy(theta, eta, first, pins() | {"b.weight": np.zeros((4, 5))})
    with pytest.raises(UsageError, match="a.bias is not there in the copy"):
        Homotopy(theta, {name: eta[name] for name in ("a.weight", "b.weight")}, first)
    with pytest.raises(UsageError, match="a.bias is not there in the split"):
        Homotopy(theta, eta, {name: first[name] for name in ("a.weight", "b.weight")})
    with pytest.raises(UsageError, match="θ₁ empty"):
        Homotopy(theta, eta, {name: np.zeros(shape, bool) for name, shape in SHAPES.items()})
