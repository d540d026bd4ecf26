"""The theory of the slides in NumPy: gradients of a linear net, its preconditioner, the update as a vector field."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from claimbook.seeds import stream

Gradient = Callable[[np.ndarray], np.ndarray]
"""dL/dW at points (n, 2)."""


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
    """A power of a symmetric matrix without negative eigenvalues, through its eigenvectors."""
    values, vectors = np.linalg.eigh(symmetric)
    return (vectors * np.maximum(values, 0.0) ** exponent) @ vectors.T


def eigenvalue_formula(singular: np.ndarray, depth: int, shift: int) -> np.ndarray:
    """The printed sum over j for all pairs of singular values (d, d), with the second exponent 2(j − shift)/N."""
    r, s = singular[:, None], singular[None, :]
    return sum(r ** (2 * (depth - j) / depth) * s ** (2 * (j - shift) / depth) for j in range(1, depth + 1))


def update_field(points: np.ndarray, gradient: Gradient, depth: int) -> np.ndarray:
    """F(W) = |W|^(2−2/N) (g + (N − 1) Proj_W g) at points (n, 2)."""
    g = gradient(points)
    norm = np.linalg.norm(points, axis=1, keepdims=True)
    unit = points / norm
    return norm ** (2 - 2 / depth) * (g + (depth - 1) * (g * unit).sum(1, keepdims=True) * unit)


def quarter_ring(gradient: Gradient, depth: int) -> tuple[float, float]:
    """Line integral of F around the quarter ring 1 ≤ |W| ≤ 2, and its error from halving the step."""
    fine, coarse = (_around(gradient, depth, count) for count in (2000, 1000))
    return fine, abs(fine - coarse) + 1e-12


def _around(gradient: Gradient, depth: int, count: int) -> float:
    middle = (np.arange(count) + 0.5) / count
    angle, radius = math.pi / 2 * middle, 1 + middle
    outer = np.stack([np.cos(angle), np.sin(angle)], 1)
    tangent = np.stack([-np.sin(angle), np.cos(angle)], 1)
    east, north = np.array([1.0, 0.0]), np.array([0.0, 1.0])
    integral = (update_field(radius[:, None] * east, gradient, depth) @ east).mean()  # out along angle 0
    integral += math.pi * (update_field(2 * outer, gradient, depth) * tangent).sum(1).mean()  # along the outer arc
    integral -= (update_field(radius[:, None] * north, gradient, depth) @ north).mean()  # in along angle pi/2
    integral -= math.pi / 2 * (update_field(outer, gradient, depth) * tangent).sum(1).mean()  # back along the inner arc
    return float(integral)


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
