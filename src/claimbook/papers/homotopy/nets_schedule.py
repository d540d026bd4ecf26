"""How L and the learning rate go over the steps of a run. Both depend on the step only, so a run can go on at any."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping
from itertools import accumulate
from typing import Any

from claimbook.errors import UsageError
from claimbook.train.schedules import Schedule, constant, sequential, staircase
from claimbook.train.stages import Stage, stages


def staged(schedule: str) -> list[tuple[Stage, int]]:
    """The stages of a schedule, each with its epochs ≥ 1.

    Raises:
        UsageError: as `stages`; a stage that is no whole number of epochs, or of none.
    """
    found = []
    for stage in stages(schedule):
        epochs = stage.length.removesuffix("ep")
        if epochs == stage.length or not float(epochs).is_integer() or float(epochs) < 1:
            raise UsageError(
                f"A stage of {stage.length!r} in {schedule!r}.",
                "Rates and errors go by epochs, so a stage takes a whole number of them.",
                'Give lengths such as "4ep".',
            )
        found.append((stage, int(float(epochs))))
    return found


def epochs_of(schedule: str) -> int:
    """The epochs of all stages together. Raises UsageError as `staged`."""
    return sum(epochs for _, epochs in staged(schedule))


def levels(schedule: str, epoch_steps: int) -> Callable[[int], float]:
    """Step (from 0) → L; after the last stage its L."""
    found = staged(schedule)
    begins = list(accumulate(epochs * epoch_steps for _, epochs in found))[:-1]
    return lambda step: found[bisect_right(begins, step)][0].level


def rates(settings: Mapping[str, Any], epoch_steps: int) -> Schedule:
    """Step (from 0) → learning rate.

    SGD's is halved every `halving` epochs. With a schedule of L the rate stands still until the last stage, which
    counts its epochs from 1 on, as the released code does: its first halving comes an epoch early.
    """
    rate, every = settings["learning_rate"], settings["halving"]
    if "schedule" not in settings:
        return staircase(rate, 0.5, every * epoch_steps)
    before = settings["epochs"] - staged(settings["schedule"])[-1][1]
    falling = staircase(rate, 0.5, every * epoch_steps)
    last: Schedule = lambda step: falling(step + epoch_steps)  # noqa: E731
    return sequential([constant(rate), last], [before * epoch_steps]) if before else last
