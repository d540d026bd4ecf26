"""Callbacks that watch a number: curves, the best weights, early stopping, a rate that falls on a plateau."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from claimbook.compat import mxnet
from claimbook.errors import UsageError
from claimbook.train.loop import Training
from claimbook.train.weights import set_values, values

mx = mxnet()


class Curve:
    """What `measure(training)` gives, column by column, each time it is called; a record's curve.

    Attributes:
        columns: "iteration", and those that `measure` named; all of one length.
    """

    def __init__(self, name: str, measure: Callable[[Training], Mapping[str, float]]):
        self.name, self._measure = name, measure
        self.columns: dict[str, list[float]] = {"iteration": []}

    def __call__(self, training: Training) -> None:
        row = {"iteration": training.step, **self._measure(training)}
        if self.columns["iteration"] and set(row) != set(self.columns):
            raise ValueError(f"curve {self.name}: columns {sorted(row)} after {sorted(self.columns)}")
        for column, value in row.items():
            self.columns.setdefault(column, []).append(value)

    def last(self, column: str) -> float:
        """The newest value of a column."""
        return self.columns[column][-1]

    def state(self) -> dict[str, Any]:
        """The columns so far."""
        return {"columns": {name: list(column) for name, column in self.columns.items()}}

    def go_on_from(self, state: Mapping[str, Any]) -> None:
        """Take the columns that were kept."""
        self.columns = {name: list(column) for name, column in state["columns"].items()}


class Best:
    """The best value so far of what `value_of()` gives, and how often in a row it was not beaten.

    mode: "lower" or "higher" is better. min_delta: by how much at least, ≥ 0; a value that is not finite beats none.
    """

    def __init__(self, value_of: Callable[[], float], mode: str = "lower", min_delta: float = 0.0):
        if mode not in ("lower", "higher"):
            raise UsageError(f"mode = {mode!r}.", "A value is better where it is lower or higher.", "Give one of them.")
        if not min_delta >= 0:
            raise UsageError(
                f"min_delta = {min_delta}.", "It says by how much a value must be better.", "Give 0 or more."
            )
        self._value_of, self._sign, self._min_delta = value_of, 1.0 if mode == "lower" else -1.0, min_delta
        self.value: float | None = None
        self.at, self.waited = 0, 0

    def beaten(self, training: Training) -> bool:
        """Look at today's value: is it the best so far?"""
        value = self._value_of()
        gain = np.inf if self.value is None else self._sign * (self.value - value)
        if np.isfinite(value) and gain > self._min_delta:
            self.value, self.at, self.waited = value, training.step, 0
            return True
        self.waited += 1
        return False

    def state(self) -> dict[str, Any]:
        """Best value, the step of it, and how often it was not beaten since."""
        return {"value": self.value, "at": self.at, "waited": self.waited}

    def go_on_from(self, state: Mapping[str, Any]) -> None:
        """Take what was kept."""
        self.value, self.at, self.waited = state["value"], state["at"], state["waited"]


class EarlyStopping:
    """Stops the training when the value was not beaten `patience` times in a row (Keras' EarlyStopping)."""

    name = "early-stopping"

    def __init__(self, value_of: Callable[[], float], patience: int, mode: str = "lower", min_delta: float = 0.0):
        if patience < 1:
            raise UsageError(f"patience = {patience}.", "At least one look must be waited for.", "Give 1 or more.")
        self.best, self._patience = Best(value_of, mode, min_delta), patience

    def __call__(self, training: Training) -> None:
        if not self.best.beaten(training) and self.best.waited >= self._patience:
            training.stop(f"no better for {self._patience} looks than at step {self.best.at}")

    def state(self) -> dict[str, Any]:
        """What the best value was."""
        return self.best.state()

    def go_on_from(self, state: Mapping[str, Any]) -> None:
        """Take what was kept."""
        self.best.go_on_from(state)


class BestWeights:
    """Keeps the weights of the best value, running statistics included; `restore` puts them back."""

    name = "best-weights"

    def __init__(self, weights: Mapping[str, Any], value_of: Callable[[], float], mode: str = "lower"):
        self.best, self._weights = Best(value_of, mode), weights
        self.arrays: dict[str, np.ndarray] | None = None

    def __call__(self, training: Training) -> None:
        if self.best.beaten(training):
            self.arrays = values(self._weights)

    def restore(self) -> None:
        """Give the network its best weights; nothing happens where no value was ever finite."""
        if self.arrays is not None:
            set_values(self._weights, self.arrays)

    def state(self) -> dict[str, Any]:
        """The best value and its weights."""
        return {"best": self.best.state(), "arrays": self.arrays}

    def go_on_from(self, state: Mapping[str, Any]) -> None:
        """Take what was kept."""
        self.best.go_on_from(state["best"])
        self.arrays = state["arrays"]


class GradientFlow:
    """A curve's `measure`: the Euclidean norm of every weight's gradient, by the weight's name."""

    def __init__(self, weights: Mapping[str, Any]):
        self._weights = {name: parameter for name, parameter in weights.items() if parameter.grad_req != "null"}

    def __call__(self, training: Training) -> dict[str, float]:
        """Norms of the gradients of the last step. A dot product: MXNet's `norm` is up to a hundred times slower."""
        flat = {name: parameter.grad().reshape(-1) for name, parameter in self._weights.items()}
        return {name: float(mx.nd.dot(gradient, gradient).asscalar()) ** 0.5 for name, gradient in flat.items()}
