"""Line integrals of the update's field, eigenvalues of the preconditioner: closed forms, SciPy, bounds that hold."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.integrate import quad

from claimbook.papers.overparameterization.circulation import (
    circulation,
    closed_form,
    lp_gradient,
    rounding,
    truncation,
)
from claimbook.papers.overparameterization.eigenvalues import SHAPES, gaps, random_matrix
from claimbook.papers.overparameterization.not_a_regulariser import plane
from claimbook.papers.overparameterization.ring import Ring
from claimbook.papers.overparameterization.theory import eigenvalue_formula, preconditioner, update_field, work

GENERATOR = np.random.default_rng(7)
X, Y = GENERATOR.normal(size=(40, 6)) * [1, 2, 3, 4, 5, 6], GENERATOR.normal(size=40)
RING = Ring(plane(0, 6), 0.5, 1.5, math.radians(70))


def by_scipy(p, depth, ring=RING):
    """The line integral with adaptive quadrature, and its error estimate: another rule on another parametrisation."""
    first, second = ring.plane
    gradient = lp_gradient(X, Y, p)

    def ray(radius, angle):
        unit = math.cos(angle) * first + math.sin(angle) * second
        return update_field(radius * unit, gradient, depth) @ unit

    def arc(angle, radius):
        unit = math.cos(angle) * first + math.sin(angle) * second
        tangent = -math.sin(angle) * first + math.cos(angle) * second
        return update_field(radius * unit, gradient, depth) @ tangent * radius

    legs = [
        quad(ray, ring.inner, ring.outer, args=(0.0,)),
        quad(arc, 0.0, ring.angle, args=(ring.outer,)),
        quad(ray, ring.outer, ring.inner, args=(ring.angle,)),
        quad(arc, ring.angle, 0.0, args=(ring.inner,)),
    ]
    return sum(value for value, _ in legs), sum(error for _, error in legs)


@pytest.mark.parametrize("p", [2, 4])
@pytest.mark.parametrize("depth", [1, 2, 3, 8])
def test_the_line_integral_is_scipys_and_that_of_the_closed_form(p, depth):
    found = circulation(X, Y, p, RING, depth)
    expected, error = by_scipy(p, depth)
    assert abs(found.value - expected) <= found.bound + error
    assert abs(found.value - closed_form(X, Y, p, RING, depth)) <= found.bound
    assert found.bound < 1e-9 * found.length and abs(found.value) <= found.length


@pytest.mark.parametrize("p", [2, 4])
def test_it_vanishes_for_a_gradient_field_and_only_there(p):
    assert abs(circulation(X, Y, p, RING, 1).value) <= circulation(X, Y, p, RING, 1).bound
    for depth in (2, 3, 4, 8):
        found = circulation(X, Y, p, RING, depth)
        assert abs(found.value) > 1e6 * found.bound


@pytest.mark.parametrize("depth", [1, 2, 3, 4, 8])
def test_a_constant_gradient_gives_the_known_value(depth):
    """(R^a − r^a)(N − 1)(N − 2)/(3N − 2) times the fall of <g, u> from one end to the other, a = 3 − 2/N."""
    g = np.array([2.0, -1.0])
    ring = Ring(np.eye(2), 1.0, 2.0, math.pi / 2)
    power = 3 - 2 / depth
    exact = (2**power - 1) * (g[0] - g[1]) * (depth - 1) * (depth - 2) / (3 * depth - 2)
    assert work(ring, lambda w: np.broadcast_to(g, w.shape), depth, 32) == pytest.approx(exact, abs=1e-12)
    assert (exact == 0) == (depth in (1, 2))


def test_half_a_ring_hides_the_quadratic_at_depth_2():
    """Degree 2 is the same at both ends of a half ring, and degree 1 gives nothing at N = 2: only l4 shows there."""
    half = Ring(RING.plane, 0.5, 1.5, math.pi)
    l2, l4 = (circulation(X, Y, p, half, 2) for p in (2, 4))
    assert abs(l2.value) <= l2.bound and abs(l4.value) > 1e6 * l4.bound


@pytest.mark.parametrize("angle", [30, 90, 330])
@pytest.mark.parametrize("nodes", [2, 4, 8, 16])
def test_the_truncation_bound_holds_with_few_nodes(nodes, angle):
    ring = Ring(RING.plane, 0.5, 1.5, math.radians(angle))
    for p in (2, 4):
        for depth in (1, 3, 8):
            off = abs(work(ring, lp_gradient(X, Y, p), depth, nodes) - closed_form(X, Y, p, ring, depth))
            bound = truncation(X, Y, p, ring, depth, nodes)
            assert off <= bound + rounding(X, Y, p, ring, depth, nodes)
            assert nodes < 16 or angle > 90 or bound < 1e-6  # it is of use, not only true


def test_the_rounding_bound_holds_where_terms_cancel():
    """Features that share a huge part which the curve does not see: the sums lose digits, and the bound knows it."""
    hidden = np.cross(*plane(3, 3))
    x = GENERATOR.normal(size=(30, 3)) + 1e6 * hidden
    ring = Ring(plane(3, 3))
    found = circulation(x, Y[:30], 4, ring, 1)
    assert abs(found.value) <= found.bound and found.bound > 1e-9


def test_a_walk_is_closed_and_as_long_as_the_curve():
    points, steps = RING.walk(16, pieces=3)
    assert points.shape == steps.shape == (12, 16, 6)
    assert np.abs(steps.sum((0, 1))).max() < 1e-14
    assert np.linalg.norm(steps, axis=-1).sum() == pytest.approx(2 * 1.0 + RING.angle * (0.5 + 1.5), rel=1e-14)
    radii = np.linalg.norm(points, axis=-1)
    assert radii.min() == pytest.approx(0.5) and radii.max() == pytest.approx(1.5)
    assert np.linalg.norm(np.diff(points.reshape(-1, 6), axis=0), axis=1).max() < 0.2  # in order, without a jump


@pytest.mark.parametrize("depth", [1, 2, 3, 4, 8])
@pytest.mark.parametrize("shape", SHAPES)
def test_only_the_corrected_formula_gives_the_eigenvalues(shape, depth):
    found = gaps(random_matrix(0, *shape), shape[2], depth)
    assert found.correct < 1e-12 and found.vectors < 1e-12
    assert found.printed is None or found.printed > 0.05
    zeros = shape[1] - shape[2]  # singular values of 0 that meet the negative power
    assert found.not_finite == shape[0] * zeros and (found.printed is None) == (zeros > 0)


def test_a_single_output_has_the_eigenvalues_of_the_single_output_rule():
    """|W|^(2−2/N), d − 1 times across W, and N times that along it."""
    w = np.array([[3.0, 0.0, 4.0]])
    found = np.linalg.eigvalsh(preconditioner(w, 3))
    assert found == pytest.approx(5 ** (4 / 3) * np.array([1.0, 1.0, 3.0]))
    along = preconditioner(w, 3) @ w[0]
    assert along == pytest.approx(3 * 5 ** (4 / 3) * w[0])
    assert sorted(eigenvalue_formula([5.0], [5.0, 0.0, 0.0], 3, 1).ravel()) == pytest.approx(found)


def test_planes_are_orthonormal_and_of_their_seed():
    first = plane(1, 128)
    assert np.abs(first @ first.T - np.eye(2)).max() < 1e-14
    assert np.array_equal(first, plane(1, 128)) and not np.array_equal(first, plane(2, 128))


def test_the_nodes_grow_towards_the_origin():
    x, y = X[:5], Y[:5]
    near, far = (circulation(x, y, 2, Ring(RING.plane, inner, 2.0), 3) for inner in (0.02, 1.0))
    assert near.nodes > far.nodes
    assert abs(near.value - closed_form(x, y, 2, Ring(RING.plane, 0.02, 2.0), 3)) <= near.bound
    with pytest.raises(ValueError, match="more than 1024 nodes"):
        circulation(x, y, 2, Ring(RING.plane, 1e-9, 2.0), 3)
