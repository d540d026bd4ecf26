"""The net of the identity-mapping report's theory: y(x) = Σ_i σ(⟨e_i + w_i, x⟩), with the gradient of its loss.

Equations (1), (4) and (5) of Jiang, Wang, Xiao. The sum is the plain one of equation (4), and W the only parameter.
Where a slope changes, at 0, the derivative is that of the positive side, 1, as in equation (5): from a zero start
without the identity every neuron stands exactly there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from claimbook.compat import mxnet
from claimbook.errors import UsageError, unknown

mx = mxnet()

SLOPES = {"prelu": 0.25, "relu": 0.0, "leaky-relu": 0.01}
"""Fixed slope of the negative side; section 4.1 of the report treats PReLU's as a constant."""
SMOOTH: dict[str, tuple[Callable[[np.ndarray], np.ndarray], Callable[[np.ndarray], np.ndarray]]] = {
    "softplus": (lambda z: np.logaddexp(0, z), lambda z: 0.5 * (1 + np.tanh(z / 2))),
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
}
"""Activation and its derivative. Section 6.3 of the report leaves other activations open."""
ACTIVATIONS = (*SLOPES, *SMOOTH)


class TheoryNet(mx.gluon.HybridBlock):
    """One student or teacher: y(x) = Σ_i σ(⟨e_i + w_i, x⟩), or Σ_i σ(⟨w_i, x⟩) without the identity.

    Args:
        d: size of the input, and number of neurons. identity: whether e_i is added to w_i.
        activation: one of `ACTIVATIONS`; slopes are fixed.

    Shapes: in (batch, d), out (batch,). The parameter `weight` is (d, d), its rows the w_i.

    Raises:
        UsageError: an unknown activation, or d is no whole number of at least 1.
    """

    def __init__(self, d: int, identity: bool = True, activation: str = "prelu", **kwargs):
        super().__init__(**kwargs)
        check_activation(activation)
        if isinstance(d, bool) or not isinstance(d, (int, np.integer)) or d < 1:
            raise UsageError(f"d = {d!r} is no size of a net.", do="Give a whole number of at least 1.")
        self._d, self._identity, self._activation = d, identity, activation
        with self.name_scope():
            self.weight = self.params.get("weight", shape=(d, d))

    def hybrid_forward(self, F, x, weight):
        """The outputs of a batch."""
        z = F.FullyConnected(x, weight, no_bias=True, num_hidden=self._d)
        return F.sum(activate(F, z + x if self._identity else z, self._activation), axis=1)


def activate(F: Any, z: Any, activation: str) -> Any:
    """σ(z) in MXNet, for arrays and symbols of any shape."""
    if activation in SLOPES:
        return z + (1 - SLOPES[activation]) * F.relu(-z)  # in this form the derivative at 0 is 1
    return F.Activation(z, act_type={"softplus": "softrelu", "tanh": "tanh"}[activation])


def outputs(weights: np.ndarray, x: np.ndarray, identity: bool = True, activation: str = "prelu") -> np.ndarray:
    """The outputs of many students on one batch, in NumPy: the reference for what runs on MXNet.

    Args:
        weights: (students, d, d). x: (batch, d).

    Returns:
        (students, batch).
    """
    return _sigma(_neurons(weights, x, identity), activation).sum(axis=-1)


def loss(
    weights: np.ndarray, teacher: np.ndarray, x: np.ndarray, identity: bool = True, activation: str = "prelu"
) -> np.ndarray:
    """Mean over the batch of (y(x, W) − y(x, W*))², equation (2): (students,). Shapes as for `loss_gradient`."""
    return (_gaps(weights, teacher, x, identity, activation) ** 2).mean(axis=-1)


def loss_gradient(
    weights: np.ndarray, teacher: np.ndarray, x: np.ndarray, identity: bool = True, activation: str = "prelu"
) -> np.ndarray:
    """The gradient of the loss by W, equations (5) and (6): row j is 2 mean[(y − y*) σ'(⟨e_j + w_j, x⟩) x].

    Args:
        weights: (students, d, d). x: (batch, d).
        teacher: (students, d, d), W* of each student's teacher, or (1, d, d) of a common one. The identity is off in
            both nets where it is off.

    Returns:
        (students, d, d).
    """
    gaps = _gaps(weights, teacher, x, identity, activation)
    slopes = _sigma_prime(_neurons(weights, x, identity), activation)
    return 2 / len(x) * np.swapaxes(gaps[..., None] * slopes, -1, -2) @ x


def check_activation(activation: str) -> None:
    """Raises UsageError where there is no such activation."""
    if activation not in ACTIVATIONS:
        raise unknown("activation", str(activation), ACTIVATIONS)


def _neurons(weights: np.ndarray, x: np.ndarray, identity: bool) -> np.ndarray:
    """⟨e_i + w_i, x⟩, or ⟨w_i, x⟩: (students, batch, d)."""
    return x @ np.swapaxes(weights, -1, -2) + (x if identity else 0)


def _gaps(weights: np.ndarray, teacher: np.ndarray, x: np.ndarray, identity: bool, activation: str) -> np.ndarray:
    return outputs(weights, x, identity, activation) - outputs(teacher, x, identity, activation)


def _sigma(z: np.ndarray, activation: str) -> np.ndarray:
    check_activation(activation)
    return np.where(z >= 0, z, SLOPES[activation] * z) if activation in SLOPES else SMOOTH[activation][0](z)


def _sigma_prime(z: np.ndarray, activation: str) -> np.ndarray:
    return np.where(z >= 0, 1.0, SLOPES[activation]) if activation in SLOPES else SMOOTH[activation][1](z)
