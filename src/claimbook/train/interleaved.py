"""Two kinds of training step timed side by side: in turns, so that what disturbs the machine disturbs both."""

from __future__ import annotations

import dataclasses
import statistics
import time
from collections.abc import Callable

Run = Callable[[int], None]
"""Takes so many training steps and returns when the last one is done, on the device too."""


@dataclasses.dataclass(frozen=True)
class Round:
    """Seconds a step of both in one round: of the clock on the wall, and of all processor time of the process."""

    below: float
    above: float
    cpu_below: float
    cpu_above: float

    @property
    def ratio(self) -> float:
        """Wall time of the one above over that of the one below."""
        return self.above / self.below

    @property
    def cpu_ratio(self) -> float:
        """The same of processor time; 1 where the clock is too coarse to see any."""
        return self.cpu_above / self.cpu_below if self.cpu_below > 0 else 1.0


def interleave(
    below: Run,
    above: Run,
    rounds: int,
    steps: int,
    done: Callable[[], None] = lambda: None,
    wall: Callable[[], float] = time.perf_counter,
    cpu: Callable[[], float] = time.process_time,
) -> list[Round]:
    """Time `steps` steps of both, `rounds` times; which one comes first changes from round to round.

    Args:
        done: called after each round. wall, cpu: clocks in seconds.
    """
    found = []
    for number in range(rounds):
        turns = {"below": below, "above": above} if number % 2 == 0 else {"above": above, "below": below}
        taken = {}
        for name, run in turns.items():
            began, used = wall(), cpu()
            run(steps)
            taken[name], taken[f"cpu_{name}"] = (wall() - began) / steps, (cpu() - used) / steps
        found.append(Round(**taken))
        done()
    return found


def quartiles(values: list[float]) -> tuple[float, float, float]:
    """The first quartile, the median and the third quartile, by linear interpolation between the values."""
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
    return low, middle, high
