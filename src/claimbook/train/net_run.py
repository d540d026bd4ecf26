"""The run of one net: trained to its end or to a step before it, and where it stands in between."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from claimbook.train.frequency import every_epoch
from claimbook.train.loop import Training, train
from claimbook.train.losses import Losses, NonFinite
from claimbook.train.resume import go_on_from, state_of


class NetRun:
    """A net with its data on the device, ready to train. A subclass makes the parts and says what was measured.

    Args:
        objective, optimizer, batch_of, training, callbacks: as `loop.train` takes them. weights: name → all that the
            state of the run holds. losses: one of the callbacks.

    Attributes:
        steps: how many there will be. losses: the loss of every step, before it.
        diverged_by: the step by which a loss or an answer was not finite, or None.
    """

    def __init__(
        self,
        objective: Any,
        weights: Mapping[str, Any],
        optimizer: Any,
        batch_of: Callable[[int], Sequence[Any]],
        training: Training,
        losses: Losses,
        callbacks: Sequence[Callable[[Training], None]],
    ):
        self._objective, self._weights, self._optimizer, self._batch_of = objective, weights, optimizer, batch_of
        self._training, self._callbacks = training, callbacks
        self.steps, self.losses = training.steps, losses
        self.diverged_by: int | None = None

    def train(
        self,
        state: Mapping[str, Any] | None = None,
        step_done: Callable[[int], None] = lambda at: None,
        keep: Callable[[], None] = lambda: None,
        until: int | None = None,
    ) -> None:
        """Train to the end, or to step `until`, from the start or from where `state` stood, bit for bit the same.

        Args:
            state: what `state` gave. step_done: called with the number of steps done, after each.
            keep: called after each epoch, when `state` may be asked for.
        """
        if state is not None:
            go_on_from(state, self._training, self._weights, self._optimizer, self._callbacks)
        self._training.steps = min(self.steps, until or self.steps)
        told = [lambda training: step_done(training.step), every_epoch(lambda training: keep())]
        try:
            train(self._objective, self._optimizer, self._batch_of, self._training, [*self._callbacks, *told])
        except NonFinite as stopped:
            self.diverged_by = stopped.by

    def state(self) -> dict[str, Any]:
        """Where the run stands: JSON values and NumPy arrays."""
        return state_of(self._training, self._weights, self._optimizer, self._callbacks)
