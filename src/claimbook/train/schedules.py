"""Schedules of the learning rate: step (from 0) ↦ rate, with all lengths in steps.

    warm_up(cosine(0.1, steps=9_000), steps=1_000)
    per_epoch(cosine(1e-3, steps=100, end=2e-5), epoch_steps=475)       # PyTorch's CosineAnnealingLR, once an epoch

A schedule depends on the step only, so a run can go on at any step. The rates are PyTorch's; after its last step a
schedule stays at its end. gluoncv's `LRScheduler` counts `niters` steps and is at its end in the last one, the step
niters − 1; what ends after T steps therefore has niters = T + 1. Its mode "step" counts no boundary at all when
niters is left at 0, and its `LRSequential` holds the last step of a part against the first of the next, so a peak
would come twice: parts are joined here. It is loaded, with OpenCV behind it, by the schedules that use it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence

from claimbook.compat import mxnet
from claimbook.errors import UsageError
from claimbook.train.ranges import number

Schedule = Callable[[int], float]


def constant(rate: float) -> Schedule:
    """η. Raises UsageError for a rate that is not greater than 0, as all here."""
    rate = number("rate", rate, above=0)
    return lambda step: rate


def staircase(rate: float, factor: float, every: int) -> Schedule:
    """η · factor^⌊step / every⌋ (torch.optim.lr_scheduler.StepLR). factor > 0; every ≥ 1 steps."""
    rate, factor = number("rate", rate, above=0), number("factor", factor, above=0)
    every = number("every", every, whole=True, low=1)
    return lambda step: rate * factor ** (step // every)


def multi_step(rate: float, factor: float, at: Sequence[int]) -> Schedule:
    """η · factor^(how many of `at` are ≤ step) (MultiStepLR). factor > 0; at: steps ≥ 1 that rise."""
    rate, factor = number("rate", rate, above=0), number("factor", factor, above=0)
    at = _rising("at", at)
    return _gluoncv("step", niters=at[-1] + 1, base_lr=rate, step_iter=at, step_factor=factor)


def linear(start: float, end: float, steps: int) -> Schedule:
    """start + (end − start) · t / T with t = min(step, T) (LinearLR). start, end ≥ 0; T = steps ≥ 1."""
    start, end = number("start", start, low=0), number("end", end, low=0)
    return _gluoncv("linear", niters=_length(steps) + 1, base_lr=start, target_lr=end)


def polynomial(rate: float, steps: int, power: float = 1.0, end: float = 0.0) -> Schedule:
    """end + (η − end) · (1 − t / T)^power with t = min(step, T) (PolynomialLR, whose end is 0). power > 0; end ≥ 0."""
    rate, end = number("rate", rate, above=0), number("end", end, low=0)
    power = number("power", power, above=0)
    return _gluoncv("poly", niters=_length(steps) + 1, base_lr=rate, target_lr=end, power=power)


def cosine(rate: float, steps: int, end: float = 0.0) -> Schedule:
    """end + (η − end) · (1 + cos(π t / T)) / 2 with t = min(step, T) (Loshchilov and Hutter 2017, without restarts).

    PyTorch's CosineAnnealingLR with T_max = steps ≥ 1 and eta_min = end ≥ 0, which beyond T rises again.
    """
    rate, end = number("rate", rate, above=0), number("end", end, low=0)
    return _gluoncv("cosine", niters=_length(steps) + 1, base_lr=rate, target_lr=end)


def per_epoch(schedule: Schedule, epoch_steps: int) -> Schedule:
    """`schedule`, whose unit is the epoch, for steps: schedule(⌊step / epoch_steps⌋). epoch_steps ≥ 1."""
    epoch_steps = number("epoch_steps", epoch_steps, whole=True, low=1)
    return lambda step: schedule(step // epoch_steps)


def sequential(schedules: Sequence[Schedule], at: Sequence[int]) -> Schedule:
    """One schedule after another, each counting from its own start (SequentialLR, whose milestones are `at`).

    Args:
        schedules: at least two. at: the steps ≥ 1, rising, at which the second, third … begin.
    """
    at = _rising("at", at)
    if len(schedules) != len(at) + 1:
        what = f"{len(schedules)} schedules with {len(at)} steps between them."
        raise UsageError(what, "Each schedule but the first begins at a step.", "Give one schedule more than steps.")
    starts = [0, *at]

    def rate_of(step: int) -> float:
        part = bisect_right(at, step)
        return schedules[part](step - starts[part])

    return rate_of


def warm_up(schedule: Schedule, steps: int, start: float = 0.0) -> Schedule:
    """From `start` ≥ 0 linearly to schedule(0), which step `steps` ≥ 1 has; from there on `schedule` (Goyal 2017)."""
    return sequential([linear(start, schedule(0), steps), schedule], [steps])


def _length(steps):
    return number("steps", steps, whole=True, low=1)


def _rising(name, steps):
    steps = [number(f"{name}, number {i},", step, whole=True, low=1) for i, step in enumerate(steps, 1)]
    if not steps or any(later <= earlier for earlier, later in zip(steps, steps[1:], strict=False)):
        raise UsageError(f"{name} = {steps}.", "These are steps, each later than the one before.", "Give at least one.")
    return steps


def _gluoncv(mode, **arguments):
    mxnet()  # before gluoncv imports it, with the threads that are asked for
    from gluoncv.utils.lr_scheduler import LRScheduler

    return LRScheduler(mode, **arguments)
