"""Training by minibatches: the loop, and what is called between its steps.

The loop knows the objective, a descent and where a step's batch comes from. Everything else is a callback, called as
`callback(at, loss)` after each step with the number of steps done and the step's loss as it stands on the device.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from typing import Any

import numpy as np

from claimbook import seeds
from claimbook.compat import mxnet

mx = mxnet()


class NonFinite(Exception):
    """The loss or a weight is no longer finite; `by` is the number of steps done when that was seen."""

    def __init__(self, by: int):
        super().__init__(f"not finite by step {by}")
        self.by = by


def train(
    objective: Any,
    descent: Any,
    batch_of: Callable[[int], Sequence[Any]],
    steps: int,
    callbacks: Sequence[Callable[[int, Any], None]] = (),
    at: int = 0,
) -> None:
    """Take the steps `at` … `steps` − 1.

    Args:
        objective: a hybridized block whose output is the loss, (1,).
        descent: its `update(step)` changes the weights by the gradients that stand there.
        batch_of: step → the objective's inputs, on the device. It depends on the step only, so that a run can go on.
        callbacks: called after each step, in order.

    Nothing here waits for the device: a callback that reads a number does.
    """
    for step in range(at, steps):
        inputs = batch_of(step)
        with mx.autograd.record():
            loss = objective(*inputs)
        loss.backward()
        descent.update(step)
        for callback in callbacks:
            callback(step + 1, loss)


def every(steps: int, last: int, call: Callable[[int], None]) -> Callable[[int, Any], None]:
    """A callback that calls `call(at)` every so many steps and after the last one."""
    return lambda at, loss: call(at) if at % steps == 0 or at == last else None


def at_steps(points: Collection[int], call: Callable[[int], None]) -> Callable[[int, Any], None]:
    """A callback that calls `call(at)` when that many steps are done."""
    points = frozenset(points)
    return lambda at, loss: call(at) if at in points else None


class Losses:
    """The loss of every step. They stay on the device until `read`; the loop never runs more than two steps ahead."""

    def __init__(self):
        self.values: list[float] = []
        self._waiting: list[Any] = []

    def __call__(self, at: int, loss: Any) -> None:
        self._waiting.append(loss)
        if len(self._waiting) > 2:
            self._waiting[-3].wait_to_read()

    def read(self) -> None:
        """Bring the losses of the steps so far into `values`. Raises NonFinite with the first step that has none."""
        for loss in self._waiting:
            value = float(loss.asscalar())
            if not math.isfinite(value):
                raise NonFinite(len(self.values) + 1)
            self.values.append(value)
        self._waiting.clear()


def in_order(step: int, batch: int, examples: int) -> slice:
    """The examples of a step in the order of the data, without shuffling, as TensorFlow's MNIST tutorial takes them.

    It begins anew at example (step · batch) mod (examples − batch), so a batch is always whole.
    """
    offset = step * batch % (examples - batch)
    return slice(offset, offset + batch)


def dropout_mask(seed: int, step: int, shape: tuple[int, ...], keep: float = 0.5) -> np.ndarray:
    """float32 of 0 and 1/keep, the latter with probability `keep`. It depends on seed, step and shape only.

    MXNet's own generator cannot be set back to where it stood, so a run could not go on with it.
    """
    drawn = seeds.stream(seed, f"dropout/{step}").random(shape, dtype=np.float32)
    return (drawn < keep) * np.float32(1 / keep)
