"""One method at work on the weights of a network."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from claimbook.compat import mxnet
from claimbook.errors import UsageError
from claimbook.train.optimizers.base import Step
from claimbook.train.optimizers.methods import method_named
from claimbook.train.ranges import number


class Optimizer:
    """Changes weights by the gradients that stand in their parameters.

    Weights of a half type (float16, bfloat16) are rounded copies of a float32 master, which the method works on; what
    is written into them from elsewhere is lost at the next update.
    A parameter that is there under two names is updated once, under the first; one whose grad_req is "null" (running
    statistics) never.

    Args:
        weights: name → Gluon parameter, initialised, its gradient dense.
        method: one of METHODS ("sgd", "adam" …).
        rate: the learning rate, > 0, or step (from 0) → learning rate, ≥ 0 (`claimbook.train.schedules`).
        options: of the method; its docstring has their ranges.

    Attributes:
        scale: what every rate is multiplied by, 1 until a plateau lowers it. count: updates so far.

    Raises:
        UsageError: no such method or option, a number out of range, or nothing to train.
    """

    def __init__(self, weights: Mapping[str, Any], method: str, rate: float | Callable[[int], float], **options: Any):
        self.method, self._rule = method, method_named(method, **options)
        self._rate = rate if callable(rate) else _always(number("rate", rate, above=0))
        self.weights = _trained(weights)
        self._decays = self._rule.decays(self.weights)
        self.scale, self.count = 1.0, 0
        self._before = 1.0  # the last rate that was not 0
        self._masters = {name: _master(parameter) for name, parameter in self.weights.items() if _half(parameter)}
        self._slots = {name: self._fresh(name) for name in self.weights}

    def rate_at(self, step: int) -> float:
        """The learning rate of a step (from 0). Raises UsageError where it is negative or not finite."""
        rate = float(self.scale * self._rate(step))
        if not (math.isfinite(rate) and rate >= 0):
            raise UsageError(f"The learning rate of step {step} is {rate}.", "It must be finite and at least 0.")
        return rate

    def update(self, step: int) -> None:
        """Change every weight; this does not wait for the device."""
        rate = self.rate_at(step)
        self.count += 1
        now = Step(rate, self._before, self.count)
        for name, parameter in self.weights.items():
            weight, gradient, master = parameter.data(), parameter.grad(), self._masters.get(name)
            if master is None:
                self._rule.step(weight, gradient, self._slots[name], self._decays[name], now)
            else:
                self._rule.step(master, _cast(gradient, "float32"), self._slots[name], self._decays[name], now)
                _cast(master, weight.dtype, out=weight)
        self._before = rate or self._before

    def state(self) -> dict[str, Any]:
        """What the next update depends on besides weights and gradients: JSON values, and NumPy arrays in "slots"."""
        slots = {name: array.asnumpy() for name, array in self._arrays().items()}
        return {"method": self.method, "count": self.count, "scale": self.scale, "rate": self._before, "slots": slots}

    def go_on_from(self, state: Mapping[str, Any]) -> None:
        """Take everything from `state`, bit for bit.

        Raises:
            ValueError: it is another method's or another network's; then nothing has changed.
        """
        arrays = self._arrays()
        found = {name: tuple(array.shape) for name, array in state["slots"].items()}
        wanted = {name: tuple(array.shape) for name, array in arrays.items()}
        if state["method"] != self.method or found != wanted:
            differ = sorted(name for name in found.keys() | wanted.keys() if found.get(name) != wanted.get(name))
            raise ValueError(f"the state of {state['method']} does not fit this {self.method}; different: {differ}")
        for name, array in arrays.items():
            array[:] = state["slots"][name]
        self.count, self.scale, self._before = state["count"], state["scale"], state["rate"]

    def _fresh(self, name):
        nd, like = mxnet().nd, self._masters.get(name)
        like = self.weights[name].data() if like is None else like
        return [nd.zeros(like.shape, ctx=like.context, dtype=like.dtype) for _ in self._rule.slots]

    def _arrays(self):
        """Every array that is carried on, by "weight/slot"."""
        named = {
            f"{name}/{slot}": array
            for name, arrays in self._slots.items()
            for slot, array in zip(self._rule.slots, arrays, strict=True)
        }
        return named | {f"{name}/master": master for name, master in self._masters.items()}


def _always(rate):
    return lambda step: rate


def _trained(weights):
    """The parameters that have a gradient, each once."""
    found = {}
    for name, parameter in weights.items():
        if parameter.grad_req != "null" and not any(parameter is other for other in found.values()):
            found[name] = parameter
    if not found:
        raise UsageError(
            "There is nothing to train.", "None of the weights has a gradient.", "Give a network's weights."
        )
    return found


def _half(parameter):
    return parameter.data().dtype not in (np.float32, np.float64)


def _master(parameter):
    return _cast(parameter.data(), "float32")


def _cast(array, dtype, out=None):
    """`amp_cast`, since `astype` knows no bfloat16."""
    return mxnet().nd.amp_cast(array, dtype=dtype, out=out)
