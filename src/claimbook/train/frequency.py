"""How often a callback is called: wrappers that pass its memory through."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from claimbook.lengths import steps
from claimbook.train.loop import Training

Callback = Callable[[Training], None]


class Sometimes:
    """A callback that is called only where `due(training)` says so. Its name and memory are those of `call`."""

    def __init__(self, due: Callable[[Training], bool], call: Callback):
        self._due, self.call = due, call

    def __call__(self, training: Training) -> None:
        if self._due(training):
            self.call(training)

    @property
    def name(self) -> str | None:
        """The name of the wrapped callback's memory; None where it has none."""
        return getattr(self.call, "name", None)

    def state(self) -> dict[str, Any]:
        """What the wrapped callback remembers."""
        return self.call.state()

    def go_on_from(self, state: dict[str, Any]) -> None:
        """Give the wrapped callback its memory back."""
        self.call.go_on_from(state)


def every(length: str | int, call: Callback) -> Sometimes:
    """After every so many steps or epochs, and at the end. Raises UsageError, at the first step, for a bad length."""
    return Sometimes(lambda t: t.over or t.step % max(1, steps(length, t.epoch_steps)) == 0, call)


def every_epoch(call: Callback) -> Sometimes:
    """After every epoch, and at the end."""
    return every("1ep", call)


def at_step(length: str | int, call: Callback) -> Sometimes:
    """Once, when so many steps or epochs are done. Raises UsageError, at the first step, for a bad length."""
    return Sometimes(lambda t: t.step == steps(length, t.epoch_steps), call)


def at_end(call: Callback) -> Sometimes:
    """Once, after the last step, also where the training was stopped."""
    return Sometimes(lambda t: t.over, call)
