"""The line integral of the update's field F around a ring segment, for the l_p loss on data.

By quadrature with an error bound, and in closed form, which the quadrature does not use. The loss is a polynomial, so
both exist: a part of degree k, with ψ_k(u) its value at the unit vector u, has on the ring from angle 0 to α

    (R^s − r^s) (ψ_k(u_0) − ψ_k(u_α)) (N − 1)(kN − 2) / (N s),   s = k + 2 − 2/N

(radial part of F: N ρ^(s−1) k ψ_k; along the arcs: ρ^(s−1) ψ_k'). It is zero for N = 1, and for N = 2 where k = 1.
"""

from __future__ import annotations

import dataclasses
import math

import numpy as np

from claimbook.papers.overparameterization.ring import Ring
from claimbook.papers.overparameterization.theory import Gradient, update_field

FIRST_NODES, MOST_NODES = 8, 1024


@dataclasses.dataclass(frozen=True)
class Circulation:
    """A line integral once around: `value` is off by no more than `bound`.

    length: the integral of |F| |dW| over the same curve, which |value| can at most reach. nodes: of each leg.
    """

    value: float
    bound: float
    length: float
    nodes: int


def lp_gradient(x: np.ndarray, y: np.ndarray, p: int) -> Gradient:
    """dL/dW of L(W) = Σ_i (x_i·W − y_i)^p / (p n), for x (n, d) and y (n,)."""
    return lambda points: (points @ x.T - y) ** (p - 1) @ x / len(y)


def circulation(x: np.ndarray, y: np.ndarray, p: int, ring: Ring, depth: int) -> Circulation:
    """Quadrature with twice the nodes until what the rule leaves out is below what rounding may have done.

    Args:
        x: (n, d), y: (n,), float64. p: even. depth: N ≥ 1.

    Raises:
        ValueError: the nodes are too many; the ring comes too close to the origin.
    """
    nodes = FIRST_NODES
    while (cut := truncation(x, y, p, ring, depth, nodes)) > (rounded := rounding(x, y, p, ring, depth, nodes)):
        nodes *= 2
        if nodes > MOST_NODES:
            raise ValueError(f"more than {MOST_NODES} nodes for a ring from {ring.inner} to {ring.outer}")
    points, steps = ring.walk(nodes)
    field = update_field(points, lp_gradient(x, y, p), depth)
    length = (np.linalg.norm(field, axis=-1) * np.linalg.norm(steps, axis=-1)).sum()
    return Circulation(float((field * steps).sum()), cut + rounded, float(length), nodes)


def closed_form(x: np.ndarray, y: np.ndarray, p: int, ring: Ring, depth: int) -> float:
    """The same line integral by the formula above, summed over the degrees k = 1 … p of the loss."""
    start, end = _ends(x, ring)
    total = 0.0
    for k in range(1, p + 1):
        s = k + 2 - 2 / depth
        fall = math.comb(p, k) / p * np.mean((start**k - end**k) * (-y) ** (p - k))
        total += (ring.outer**s - ring.inner**s) * fall * (depth - 1) * (k * depth - 2) / (depth * s)
    return float(total)


def truncation(x: np.ndarray, y: np.ndarray, p: int, ring: Ring, depth: int, nodes: int) -> float:
    """What Gauss–Legendre with `nodes` nodes a leg can leave out at most.

    An integrand that is analytic in the Bernstein ellipse of parameter σ and at most M there has Chebyshev coefficients
    of at most 2 M σ^−k; the rule is exact below degree 2n and off by at most 8/3 on any even T_k after it. Summed:
    16/3 M σ^(−2n) / (1 − σ^−2) (as Trefethen, Approximation Theory and Approximation Practice, theorem 19.3). M is
    bounded from the data, for many σ, and the least bound is taken.
    """
    a = 2 - 2 / depth
    centre, half = (ring.outer + ring.inner) / 2, (ring.outer - ring.inner) / 2
    nearest = centre / half  # the ellipse of a ray ends before W = 0, where |W|^a is not analytic
    sigma = 1 + (nearest + math.sqrt(nearest**2 - 1) - 1) * np.linspace(0.05, 0.99, 40)
    reach = centre + half * (sigma + 1 / sigma) / 2
    total = 0.0
    for slope in _ends(x, ring):
        size = half * depth * reach**a * _largest(reach[:, None] * np.abs(slope), np.abs(slope), y, p)
        total += _left_out(size, sigma, nodes)
    slope = np.hypot(*(x @ ring.plane.T).T)
    sigma = np.geomspace(1.1, 60, 40)
    stretch = np.cosh(ring.angle / 2 * (sigma - 1 / sigma) / 2)[:, None]  # of |cos| and |sin| off the real line
    for radius in (ring.inner, ring.outer):
        size = ring.angle / 2 * radius ** (a + 1) * _largest(radius * slope * stretch, slope * stretch, y, p)
        total += _left_out(size, sigma, nodes)
    return total


def rounding(x: np.ndarray, y: np.ndarray, p: int, ring: Ring, depth: int, nodes: int) -> float:
    """What float64 can have done to the sum at most: as many unit errors as operations follow on each other.

    They act on the same sum with every term replaced by its absolute value, in whatever order a library adds.
    """
    points, steps = (np.abs(part) for part in ring.walk(nodes))
    terms = update_field(points, lp_gradient(np.abs(x), -np.abs(y), p), depth) * steps
    operations = (p - 1) * (x.shape[1] + 3) + len(y) + 4 * x.shape[1] + 4 * nodes + 50 * p
    unit = operations * np.finfo(float).eps
    return float(unit / (1 - unit) * terms.sum())


def _ends(x: np.ndarray, ring: Ring) -> np.ndarray:
    """x·u (2, n) for the directions of the two rays."""
    return ring.directions(np.array([0.0, ring.angle])) @ x.T


def _largest(prediction: np.ndarray, slope: np.ndarray, y: np.ndarray, p: int) -> np.ndarray:
    return ((prediction + np.abs(y)) ** (p - 1) * slope).mean(-1)


def _left_out(size: np.ndarray, sigma: np.ndarray, nodes: int) -> float:
    return float((16 / 3 * size * sigma ** (-2.0 * nodes) / (1 - sigma**-2)).min())
