"""Means over the iterates, weighted by the step sizes, as equations (9) and (20) of the homotopy paper have them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from claimbook.compat import mxnet
from claimbook.train import logistic
from claimbook.train.loop import Training
from claimbook.train.losses import NonFinite

mx = mxnet()

AN_OCTAVE = 4  # looks whenever the number of steps doubles


class Means:
    """A callback: Σ_{k ≤ K} γ_k s_k / Σ_{k ≤ K} γ_k, where s_k is what `seen` sees at the iterate θ_k, before step k.

    Args:
        seen: `Convex` or `Nonconvex`. steps: knows γ (`rate_at`) and L (`level_of`) of a step. settings: those of the
            run; "steps" and "first" say when it looks.

    Attributes:
        columns: "iteration" K, "steps" Σ γ_k, "level" the mean of L, "norm" the largest so far, and those of `seen`.
    """

    name = "means"

    def __init__(self, seen: Any, steps: Any, settings: Mapping[str, Any]):
        self._seen, self._steps, self._at = seen, steps, looks(settings)
        self._now = self._mean = np.zeros(0)
        self._sum = self._level = self.largest = 0.0
        self.columns: dict[str, list[float]] = {}

    def begin(self) -> None:
        """See the first iterate; the means begin with it."""
        self._now = self._seen.iterate()
        self._mean = np.zeros_like(self._now)
        self.largest = self._seen.norm

    def __call__(self, training: Training) -> None:
        """Take in the iterate before the step that was just done, and see the one after it."""
        step = training.step - 1
        rate = self._steps.rate_at(step)
        self._sum += rate
        share = rate / self._sum
        self._mean += share * (self._now - self._mean)
        self._level += share * (self._steps.level_of(step) - self._level)
        if training.step in self._at:
            own = {"iteration": training.step, "steps": self._sum, "level": self._level, "norm": self.largest}
            for name, value in {**own, **self._seen.row(self._mean, self._now, self._level)}.items():
                self.columns.setdefault(name, []).append(value)
        self._now = self._seen.iterate()
        self.largest = max(self.largest, self._seen.norm)
        if not np.isfinite(self._seen.norm) or not np.isfinite(self._now).all():
            raise NonFinite(training.step)

    def state(self) -> dict[str, Any]:
        """All of it."""
        numbers = {"sum": self._sum, "level": self._level, "largest": self.largest}
        return {
            "now": self._now,
            "mean": self._mean,
            "columns": {k: list(v) for k, v in self.columns.items()},
            **numbers,
        }

    def go_on_from(self, state: Mapping[str, Any]) -> None:
        """Take what was kept."""
        self._now, self._mean = np.array(state["now"]), np.array(state["mean"])
        self._sum, self._level, self.largest = state["sum"], state["level"], state["largest"]
        self.columns = {name: list(column) for name, column in state["columns"].items()}


class Convex:
    """Logistic regression: the iterates themselves are averaged, and g is worked out at the means, in float64.

    Args:
        weights: the parameters "theta.net.0.weight" and so on. x (n, d), y (n,): all examples. best: g(·, 0).
    """

    def __init__(self, weights: Mapping[str, Any], x: np.ndarray, y: np.ndarray, best: float):
        self._weights, self._x, self._y, self._best = weights, x, y, best
        self.norm = 0.0

    def iterate(self) -> np.ndarray:
        """(2, classes, d + 1): θ and η, the biases in the last column; its norm goes to `norm`."""
        found = {name: parameter.data().asnumpy().astype(np.float64) for name, parameter in self._weights.items()}
        copies = [
            np.concatenate([found[f"{copy}.net.0.weight"], found[f"{copy}.net.0.bias"][:, None]], axis=1)
            for copy in ("theta", "eta")
        ]
        self.norm = float(np.sqrt(sum((copy**2).sum() for copy in copies)))
        return np.array(copies)

    def row(self, mean: np.ndarray, now: np.ndarray, level: float) -> dict[str, float]:
        """How far g of the mean iterate at the mean L is from g(·, 0); and f(θ) + f(η) of the last iterate from it."""
        plain = sum(logistic.loss(copy, self._x, self._y)[0] for copy in now)
        return {"value": abs(self.g(mean, level) - self._best), "last": plain - self._best}

    def g(self, both: np.ndarray, level: float) -> float:
        """f(θ) + L ‖θ₁‖² + f(η) + L ‖η₂‖² + ‖θ − η‖² / L over all examples; θ₁ the first half of the classes."""
        (theta, eta), half = both, both.shape[1] // 2
        off = (theta[:half] ** 2).sum() + (eta[half:] ** 2).sum()
        plain = sum(logistic.loss(copy, self._x, self._y)[0] for copy in both)
        return float(plain + level * off + ((theta - eta) ** 2).sum() / level)


class Nonconvex:
    """A net: ‖∇g(θ_k; L)‖² is averaged, the gradient of H over all examples at every iterate.

    Args:
        weights: name → parameter. homotopy: the quadratic terms over them. block: f(θ) + f(η). x, y: all examples, on
            the device.
    """

    def __init__(self, weights: Mapping[str, Any], homotopy: Any, block: Any, x: Any, y: Any):
        self._weights, self._homotopy, self._block, self._all = weights, homotopy, block, (x, y)
        self.norm = 0.0

    def iterate(self) -> np.ndarray:
        """(1,), the squared norm; that of the weights goes to `norm`. The minibatch's gradients are overwritten."""
        with mx.autograd.record():
            loss = self._block(*self._all)
        loss.backward()
        self._homotopy.add_gradients()
        arrays = [(p.grad().asnumpy(), p.data().asnumpy()) for p in self._weights.values()]
        squares = [sum(float((each[i].astype(np.float64) ** 2).sum()) for each in arrays) for i in (0, 1)]
        self.norm = squares[1] ** 0.5
        return np.array([squares[0]])

    def row(self, mean: np.ndarray, now: np.ndarray, level: float) -> dict[str, float]:
        """The weighted mean of the squared norms, and that of the last iterate."""
        return {"value": float(mean[0]), "last": float(now[0])}


def doublings(settings: Mapping[str, Any]) -> list[int]:
    """first, 2 · first, 4 · first … as far as there are steps."""
    found = [settings["first"]]
    while 2 * found[-1] <= settings["steps"]:
        found.append(2 * found[-1])
    return found


def looks(settings: Mapping[str, Any]) -> set[int]:
    """The numbers of steps at which the means are written down: the doublings, some between them, and the last."""
    found, at = set(doublings(settings)) | {settings["steps"]}, 1.0
    while at <= settings["steps"]:
        found.add(round(at))
        at *= 2 ** (1 / AN_OCTAVE)
    return {at for at in found if at <= settings["steps"]}
