"""The theory of the slides in NumPy: gradients of a linear net, its preconditioner, the update as a vector field."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from claimbook.papers.overparameterization.ring import Ring
from claimbook.seeds import stream

Gradient = Callable[[np.ndarray], np.ndarray]
"""dL/dW at points (…, d)."""


def layer_gradients(weights: list[np.ndarray], gradient: np.ndarray) -> list[np.ndarray]:
    """∂L/∂W_j = (W_N…W_{j+1})ᵀ (dL/dW_e) (W_{j−1}…W_1)ᵀ, for weights listed from W_1 to W_N."""
    found = []
    for j in range(len(weights)):
        above = np.eye(gradient.shape[0])
        for weight in reversed(weights[j + 1 :]):
            above = above @ weight
        below = np.eye(gradient.shape[1])
        for weight in weights[:j]:
            below = weight @ below
        found.append(above.T @ gradient @ below.T)
    return found


def matrix_power(symmetric: np.ndarray, exponent: float) -> np.ndarray:
    """A power of a symmetric matrix without negative eigenvalues, by its eigenvectors; the power 0 is the identity.

    Eigenvalues below the rounding error count as 0: a small power would make them large (1e-17 to 1/8 is 0.008).
    """
    values, vectors = np.linalg.eigh(symmetric)
    noise = len(values) * np.finfo(float).eps * values[-1]
    return (vectors * np.where(values > noise, values, 0.0) ** exponent) @ vectors.T


def eigenvalue_formula(left: np.ndarray, right: np.ndarray, depth: int, shift: int) -> np.ndarray:
    """The printed sum over j for all pairs of singular values, with the second exponent 2(j − shift)/N.

    Args:
        left: σ_r (k,), the first factor's. right: σ_r' (d,), the second's. Both with zeros up to their length.
        shift: 1 is correct, 2 is printed.

    Returns:
        (k, d); not finite where a negative power meets a singular value of 0.
    """
    r, s = np.asarray(left, float)[:, None], np.asarray(right, float)[None, :]
    with np.errstate(divide="ignore", invalid="ignore"):
        return sum(r ** (2 * (depth - j) / depth) * s ** (2 * (j - shift) / depth) for j in range(1, depth + 1))


def preconditioner(matrix: np.ndarray, depth: int) -> np.ndarray:
    """P_W = Σ_j [WᵀW]^((N−j)/N) ⊗ [WWᵀ]^((j−1)/N) of a matrix (k, d): (kd, kd), for vec(W) in column-first order."""
    inner, outer = matrix.T @ matrix, matrix @ matrix.T
    return sum(
        np.kron(matrix_power(inner, (depth - j) / depth), matrix_power(outer, (j - 1) / depth))
        for j in range(1, depth + 1)
    )


def update_field(points: np.ndarray, gradient: Gradient, depth: int) -> np.ndarray:
    """F(W) = |W|^(2−2/N) (g + (N − 1) Proj_W g) at points (…, d) other than the origin."""
    g = gradient(points)
    norm = np.linalg.norm(points, axis=-1, keepdims=True)
    unit = points / norm
    return norm ** (2 - 2 / depth) * (g + (depth - 1) * (g * unit).sum(-1, keepdims=True) * unit)


def quarter_ring(gradient: Gradient, depth: int) -> tuple[float, float]:
    """Line integral of F around the quarter ring 1 ≤ |W| ≤ 2 in the plane, and its error from halving the nodes."""
    ring = Ring(np.eye(2))
    fine, coarse = (work(ring, gradient, depth, nodes) for nodes in (64, 32))
    return fine, abs(fine - coarse) + 1e-12


def work(ring: Ring, gradient: Gradient, depth: int, nodes: int) -> float:
    """Line integral of F once around the edge of a ring segment, by Gauss–Legendre with `nodes` nodes a leg."""
    points, steps = ring.walk(nodes)
    return float((update_field(points, gradient, depth) * steps).sum())


def one_step(depth: int) -> tuple[float, float]:
    """How far one small gradient step moves the product of a balanced net of width 4 and |W| = 0.5.

    Returns (move along W, move across it), each per unit of the gradient's part in that direction and of the rate.
    """
    generator = stream(depth, "gain")
    across, along = np.linalg.qr(generator.normal(size=(6, 2)))[0].T
    inner = np.zeros(4)
    inner[0] = 1.0
    size = 0.5 ** (1 / depth)
    weights = [size * np.outer(inner, along), *[size * np.outer(inner, inner)] * (depth - 2), size * inner[None, :]]
    gradient, rate = (along + across)[None, :], 1e-7
    moved = [w - rate * g for w, g in zip(weights, layer_gradients(weights, gradient), strict=True)]
    step = (product(moved) - product(weights))[0] / -rate
    return float(step @ along), float(step @ across)


def product(weights: list[np.ndarray]) -> np.ndarray:
    """W_N … W_1 of weights listed from W_1 to W_N."""
    result = weights[0]
    for weight in weights[1:]:
        result = weight @ result
    return result
