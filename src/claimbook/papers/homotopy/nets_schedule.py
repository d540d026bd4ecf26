"""How L and the learning rate go over the steps of a run. Both depend on the step only, so a run can go on at any."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate
from typing import Any

from claimbook.errors import UsageError
from claimbook.lengths import steps
from claimbook.train.schedules import Schedule, constant, sequential, staircase
from claimbook.train.stages import stages


def lengths_of(schedule: str) -> list[str]:
    """How long each stage is, "4ep". Raises UsageError as `stages`."""
    return [stage.length for stage in stages(schedule)]


def check(schedule: str, epoch_steps: int) -> None:
    """Raises UsageError for a schedule that `stages` refuses, and for a stage of no step or of a part of one."""
    for stage in stages(schedule):
        if stage.steps(epoch_steps) < 1:
            raise UsageError(
                f"The stage L = {stage.level:g} of {schedule!r} has no step.",
                "A stage that takes none is not there.",
                "Give it a length, or leave it out.",
            )


def steps_of(lengths: Sequence[str], epoch_steps: int) -> int:
    """The steps of all stages together."""
    return sum(steps(length, epoch_steps) for length in lengths)


def levels(schedule: str, epoch_steps: int) -> Callable[[int], float]:
    """Step (from 0) → L; after the last stage its L."""
    found = stages(schedule)
    ends = list(accumulate(stage.steps(epoch_steps) for stage in found))
    return lambda step: found[bisect_right(ends[:-1], step)].level


def rates(settings: Mapping[str, Any], epoch_steps: int) -> Schedule:
    """Step (from 0) → learning rate.

    SGD's is halved every `halving` epochs. With a schedule of L the rate stands still until the last stage, which
    counts its epochs from 1 on, as the released code does: its first halving comes an epoch early.
    """
    rate = settings["learning_rate"]
    falling = staircase(rate, 0.5, settings["halving"] * epoch_steps)
    if "schedule" not in settings:
        return falling
    last: Schedule = lambda step: falling(step + epoch_steps)  # noqa: E731
    before = steps_of(lengths_of(settings["schedule"])[:-1], epoch_steps)
    return sequential([constant(rate), last], [before]) if before else last
