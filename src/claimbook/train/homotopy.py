"""The homotopy training algorithm for nets: two copies of the weights, pinned apart, that are pulled together.

H(θ, η; L) = f(θ) + L ‖θ₁ − t₁‖² + f(η) + L ‖η₂ − t₂‖² + ‖θ − η‖² / L

for weights θ = (θ₁, θ₂), a copy η, and pins t. L falls from stage to stage. Source: the homotopy paper, equation (3).

The quadratic terms can be stepped implicitly: after the optimizer's step on f(θ) + f(η) with rate η they are minimised
in closed form around where it led (a proximal step),

    argmin  ‖θ − θ'‖² / (2η) + ‖η − η'‖² / (2η) + L ‖θ₁ − t₁‖² + L ‖η₂ − t₂‖² + ‖θ − η‖² / L,

two linear equations for each entry. That is stable for every L and rate. The explicit step multiplies θ − η by
1 − 4 rate / L, so it grows without bound where rate · 4 / L > 2.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from claimbook.compat import mxnet
from claimbook.errors import UsageError
from claimbook.train import splits
from claimbook.train.ranges import number

mx = mxnet()


class Homotopy:
    """The quadratic terms of H over pairs of weights.

    Args:
        theta, eta: name → initialised Gluon parameter, of the same names and shapes. first: name → which entries are in
            θ₁, bool arrays of the weights' shapes (`splits.split`). pins: name → t, arrays of the weights' shapes; None
            for 0. level: L > 0.

    Attributes:
        level: L; set it from stage to stage.

    Raises:
        UsageError: names or shapes that do not fit, an L that is not above 0, a split with an empty side.
    """

    def __init__(
        self,
        theta: Mapping[str, Any],
        eta: Mapping[str, Any],
        first: Mapping[str, np.ndarray],
        pins: Mapping[str, np.ndarray] | None = None,
        level: float = 1.0,
    ):
        _check(theta, eta, first, pins)
        splits.check(first)
        self._pairs = [
            _Pair(theta[name], eta[name], first[name], None if pins is None else pins[name]) for name in theta
        ]
        self.level = level

    @property
    def level(self) -> float:
        """L. Setting it raises UsageError for a number that is not above 0."""
        return self._level

    @level.setter
    def level(self, level: float) -> None:
        self._level = number("L", level, above=0)

    def implicit_step(self, rate: float) -> None:
        """The proximal step of all quadratic terms with this rate ≥ 0, in place; does not wait for the device."""
        for pair in self._pairs:
            pair.step(rate * self.level, rate / self.level)

    def add_gradients(self) -> None:
        """Add the gradients of the quadratic terms to those that stand in the parameters, for an explicit step."""
        for pair in self._pairs:
            pair.add_gradients(self.level)

    def value(self) -> float:
        """L ‖θ₁ − t₁‖² + L ‖η₂ − t₂‖² + ‖θ − η‖² / L, summed in float64; this waits for the device."""
        parts = [pair.squares() for pair in self._pairs]
        off, apart = (sum(part[i] for part in parts) for i in (0, 1))
        return self.level * off + apart / self.level

    def distance(self) -> float:
        """‖θ − η‖, over all pairs."""
        return sum(pair.squares()[1] for pair in self._pairs) ** 0.5


class _Pair:
    """One weight, twice. Where θ₁ is the first rows, as with halves of outputs, its parts are views; else a mask."""

    def __init__(self, theta: Any, eta: Any, first: np.ndarray, pin: np.ndarray | None):
        self._theta, self._eta, self._first = theta, eta, first
        self._rows = int(first.reshape(len(first), -1)[:, 0].sum())
        in_rows = np.array_equal(
            first, np.broadcast_to(_column(np.arange(len(first)) < self._rows, first), first.shape)
        )
        self._mask = None if in_rows else self._like_theta(first)
        self._pin = None if pin is None else self._like_theta(pin)

    def step(self, pinned: float, coupled: float) -> None:
        """pinned: rate · L. coupled: rate / L."""
        theta, eta, rows = self._theta.data(), self._eta.data(), self._rows
        if self._mask is not None:
            one, other = mx.nd.where(self._mask, theta, eta), mx.nd.where(self._mask, eta, theta)
            _proximal(one, other, self._pin, pinned, coupled)
            mx.nd.where(self._mask, one, other, out=theta)
            mx.nd.where(self._mask, other, one, out=eta)
            return
        for part, one, other in ((slice(0, rows), theta, eta), (slice(rows, len(theta)), eta, theta)):
            if part.start < part.stop:
                pin = None if self._pin is None else self._pin[part]
                _proximal(one[part], other[part], pin, pinned, coupled)

    def add_gradients(self, level: float) -> None:
        """2 L (θ₁ − t₁) + 2 (θ − η) / L, and for η alike."""
        theta, eta = self._theta.data(), self._eta.data()
        first = self._like_theta(self._first)
        together = (2 / level) * (theta - eta)
        off = [2 * level * (copy if self._pin is None else copy - self._pin) for copy in (theta, eta)]
        self._theta.grad()[:] += together + first * off[0]
        self._eta.grad()[:] += (1 - first) * off[1] - together

    def squares(self) -> tuple[float, float]:
        """‖θ₁ − t₁‖² + ‖η₂ − t₂‖², and ‖θ − η‖²."""
        theta, eta = (copy.data().asnumpy().astype(np.float64) for copy in (self._theta, self._eta))
        pin = 0.0 if self._pin is None else self._pin.asnumpy().astype(np.float64)
        off = np.where(self._first, theta, eta) - pin
        return float((off**2).sum()), float(((theta - eta) ** 2).sum())

    def _like_theta(self, array: np.ndarray) -> Any:
        data = self._theta.data()
        return mx.nd.array(array, ctx=data.context, dtype=data.dtype)


def _proximal(pinned: Any, free: Any, pin: Any, by_pin: float, by_copy: float) -> None:
    """Move entries of which one copy is pinned to the minimum, in place: views that need not be the whole weight.

    (1 + p + c) a − c b = a' + p t and (1 + c) b − c a = b', with p = 2 · rate · L and c = 2 · rate / L: first a, then,
    by the second equation, b from the new a. So each is one pass over the entries and nothing is set aside.
    """
    p, c = 2 * by_pin, 2 * by_copy
    determinant = 1 + p + 2 * c + p * c
    _combine(pinned, (1 + c) / determinant, free, c / determinant)
    if pin is not None:
        _combine(pinned, 1.0, pin, (1 + c) * p / determinant)
    _combine(free, 1 / (1 + c), pinned, c / (1 + c))


def _combine(array: Any, own: float, other: Any, times: float) -> None:
    """array ← own · array + times · other, as a product of matrices, which uses the processor's vectors."""
    row, one = array.reshape((1, -1)), mx.nd.ones((1, 1), ctx=array.context, dtype=array.dtype)
    mx.nd.linalg.gemm(one, other.reshape((1, -1)), row, out=row, alpha=times, beta=own)


def _column(rows: np.ndarray, like: np.ndarray) -> np.ndarray:
    return rows.reshape((-1,) + (1,) * (like.ndim - 1))


def _check(theta: Mapping[str, Any], eta: Mapping[str, Any], first: Mapping[str, Any], pins: Mapping | None) -> None:
    wanted = {name: tuple(parameter.shape) for name, parameter in theta.items()}
    given = {"copy": {name: tuple(parameter.shape) for name, parameter in eta.items()}}
    given["split"] = {name: np.shape(each) for name, each in first.items()}
    if pins is not None:
        given["pins"] = {name: np.shape(each) for name, each in pins.items()}
    for what, shapes in given.items():
        for name in sorted(wanted.keys() | shapes.keys()):
            there, asked = shapes.get(name, "not there"), wanted.get(name, "not there")
            if there != asked:
                raise UsageError(
                    f"{name} is {there} in the {what} and {asked} in θ.",
                    "Each entry of a weight has its copy, its group and its pin.",
                    "Give arrays of the weights' names and shapes.",
                )
