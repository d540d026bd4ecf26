"""Where a training stands, whole: step, weights, optimizer, and the memory of every callback that has one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from claimbook.train.loop import Training
from claimbook.train.weights import set_values, values


def state_of(
    training: Training, weights: Mapping[str, Any], optimizer: Any, callbacks: Sequence[Callable[[Training], None]]
) -> dict[str, Any]:
    """The state as JSON values and NumPy arrays; a run that goes on from it is the same bit for bit.

    Raises:
        ValueError: two callbacks remember under one name.
    """
    remembering = _remembering(callbacks)
    return {
        "step": training.step,
        "stopped": training.stopped,
        "weights": values(weights),
        "optimizer": optimizer.state(),
        "callbacks": {name: callback.state() for name, callback in remembering.items()},
    }


def go_on_from(
    state: Mapping[str, Any],
    training: Training,
    weights: Mapping[str, Any],
    optimizer: Any,
    callbacks: Sequence[Callable[[Training], None]],
) -> None:
    """Take everything from `state`.

    Raises:
        ValueError: weights or callbacks are others than those that were kept.
    """
    remembering = _remembering(callbacks)
    if set(remembering) != set(state["callbacks"]):
        raise ValueError(f"callbacks {sorted(remembering)}, and {sorted(state['callbacks'])} were kept")
    set_values(weights, state["weights"])
    optimizer.go_on_from(state["optimizer"])
    training.step, training.stopped = state["step"], state["stopped"]
    for name, callback in remembering.items():
        callback.go_on_from(state["callbacks"][name])


def _remembering(callbacks: Sequence[Any]) -> dict[str, Any]:
    named = [callback for callback in callbacks if getattr(callback, "name", None)]
    found = {callback.name: callback for callback in named}
    if len(found) != len(named):
        raise ValueError(f"two callbacks of one name among {[callback.name for callback in named]}")
    return found
