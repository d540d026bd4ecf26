"""What is looked at of a student and its teacher: loss, distances, potential, and how the gradient points.

All in NumPy float64, one student at a time, and without a part in the training. A net is the matrix of its neurons'
vectors v_i, which are e_i + w_i with identity mapping and w_i without; V − V* is W − W* either way.
"""

from __future__ import annotations

import dataclasses

import numpy as np


@dataclasses.dataclass(frozen=True)
class Activation:
    """σ. name: "tanh", "softplus", or "prelu" with `slope` on its negative side and the derivative 1 at 0."""

    name: str
    slope: float = 0.0

    def value(self, z: np.ndarray) -> np.ndarray:
        """σ(z)."""
        if self.name == "tanh":
            return np.tanh(z)
        return np.logaddexp(0, z) if self.name == "softplus" else z * self.derivative(z)

    def derivative(self, z: np.ndarray) -> np.ndarray:
        """σ'(z)."""
        if self.name == "tanh":
            return 1 - np.tanh(z) ** 2
        return 0.5 + 0.5 * np.tanh(z / 2) if self.name == "softplus" else np.maximum(z >= 0, self.slope)


def outputs(neurons: np.ndarray, x: np.ndarray, activation: Activation) -> np.ndarray:
    """y(x) = Σ_i σ(⟨v_i, x⟩), (n,). neurons: (d, d). x: (n, d)."""
    return activation.value(x @ np.asarray(neurons, np.float64).T).sum(axis=1)


def loss(neurons: np.ndarray, x: np.ndarray, targets: np.ndarray, activation: Activation) -> float:
    """The mean of (y − y*)²; not finite where the student blew up."""
    with np.errstate(all="ignore"):
        return float(np.mean((outputs(neurons, x, activation) - targets) ** 2))


def gradient(neurons: np.ndarray, x: np.ndarray, targets: np.ndarray, activation: Activation) -> np.ndarray:
    """The gradient of `loss`, (d, d)."""
    z = x @ np.asarray(neurons, np.float64).T
    gap = activation.value(z).sum(axis=1) - targets
    return (activation.derivative(z) * (2 / len(x) * gap)[:, None]).T @ x


def inner_ratio(
    neurons: np.ndarray, teacher: np.ndarray, x: np.ndarray, targets: np.ndarray, activation: Activation
) -> float:
    """⟨−∇L(W), W* − W⟩ / ‖W* − W‖²: above 0 where a small step comes closer (definition 1 of the report)."""
    way = teacher - np.asarray(neurons, np.float64)
    return float(-(gradient(neurons, x, targets, activation) * way).sum() / (way**2).sum())


def potential(neurons: np.ndarray, teacher: np.ndarray) -> np.ndarray:
    """f_A = Σ_i (‖v*_i‖ − ‖v_i‖), with e_i + w_i where definition 2 of the report prints e_i − w_i.

    Shapes (…, d, d) to (…).
    """
    neurons = np.asarray(neurons, np.float64)
    return (np.linalg.norm(teacher, axis=-1) - np.linalg.norm(neurons, axis=-1)).sum(axis=-1)


def frobenius(neurons: np.ndarray, teacher: np.ndarray) -> float:
    """‖W − W*‖_F."""
    return float(np.linalg.norm(np.asarray(neurons, np.float64) - teacher))


def spectral(matrix: np.ndarray) -> float:
    """The largest singular value; not finite where an entry is not."""
    return float(np.linalg.norm(matrix, 2)) if np.isfinite(matrix).all() else float("nan")


def matched_distance(neurons: np.ndarray, teacher: np.ndarray) -> float:
    """‖P V − V*‖_F for the permutation P of the student's neurons that makes it least.

    The net's output does not depend on the order of its neurons, so this tells a student who has found the teacher's
    neurons in another order from one who has not found them.
    """
    from scipy.optimize import linear_sum_assignment

    apart = np.asarray(neurons, np.float64)[:, None, :] - teacher[None, :, :]
    squares = (apart**2).sum(axis=-1)
    return float(np.sqrt(squares[linear_sum_assignment(squares)].sum()))
