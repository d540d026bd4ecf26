"""The training loop. All it knows is an objective, an optimizer and the batch of a step; the rest are callbacks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from claimbook.compat import mxnet

mx = mxnet()


class Training:
    """Where a training stands, as callbacks see it.

    Args:
        steps: how many there will be. epoch_steps: how many make an epoch. step: how many are done.

    Attributes:
        loss: of the last step, (1,), on the device; reading it waits for the device. stopped: why, or None.
    """

    def __init__(self, steps: int, epoch_steps: int, step: int = 0):
        self.steps, self.epoch_steps, self.step = steps, epoch_steps, step
        self.loss: Any = None
        self.stopped: str | None = None

    @property
    def epoch(self) -> float:
        """Epochs done."""
        return self.step / self.epoch_steps

    @property
    def over(self) -> bool:
        """Whether there is no further step."""
        return self.step >= self.steps or self.stopped is not None

    def stop(self, why: str) -> None:
        """Take no further step; the callbacks of this one are still called."""
        self.stopped = why


def train(
    objective: Any,
    optimizer: Any,
    batch_of: Callable[[int], Sequence[Any]],
    training: Training,
    callbacks: Sequence[Callable[[Training], None]] = (),
) -> None:
    """Take the steps that are left.

    Args:
        objective: a hybridized block whose output is the loss, (1,).
        optimizer: its `update(step)` changes the weights by the gradients that stand there.
        batch_of: step → the objective's inputs, on the device. It depends on the step only, so that a run can go on.
        callbacks: called after each step, in order. One that has memory also has `name`, `state` and `go_on_from`.

    Nothing here waits for the device: a callback that reads a number does.
    """
    while not training.over:
        inputs = batch_of(training.step)
        with mx.autograd.record():
            training.loss = objective(*inputs)
        training.loss.backward()
        optimizer.update(training.step)
        training.step += 1
        for callback in callbacks:
            callback(training)
