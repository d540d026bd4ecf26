"""A schedule of the homotopy parameter L by stages, as text: "0.01..0.006 by 0.001, 4ep each; 0.005, 600ep"."""

from __future__ import annotations

import dataclasses
import re
from decimal import Decimal
from itertools import pairwise

from claimbook.errors import UsageError
from claimbook.lengths import steps

NUMBER = r"(\d+(?:\.\d*)?(?:[eE][+-]?\d+)?)"
PART = re.compile(rf"{NUMBER}(?:\s*\.\.\s*{NUMBER}\s+by\s+{NUMBER})?\s*,\s*(\S+?)(?:\s+each)?")
RISING = re.compile(r"\s*,\s*rising\s*$")
EXAMPLE = '"0.01..0.006 by 0.001, 4ep each; 0.005, 600ep"'


@dataclasses.dataclass(frozen=True)
class Stage:
    """A stretch of training with one L. level: L > 0. length: such as "4ep", see `claimbook.lengths`."""

    level: float
    length: str

    def steps(self, epoch_steps: int) -> int:
        """How many steps it takes."""
        return steps(self.length, epoch_steps)


def stages(text: str) -> tuple[Stage, ...]:
    """The stages of a schedule, in their order.

    A part is "L, length" or "L..L by step, length each" with both ends; parts are separated by semicolons. L must fall
    from each stage to the next, since only then the copies part from their pins and come together; ", rising" at the
    end says that it is meant to rise.

    Raises:
        UsageError: a part that is not understood, an L that is not above 0, a range whose step does not lead to its
            end, a length that is none, or an L that rises (falls, where rising is said) or stands still.
    """
    rising = RISING.search(text) is not None
    found = [stage for part in RISING.sub("", text).split(";") for stage in _part(part.strip(), text)]
    for before, after in pairwise(found):
        if before.level == after.level or (before.level < after.level) != rising:
            way = "fall" if rising else "rise"
            told = f"L goes from {before.level:g} to {after.level:g} in {text!r}."
            raise UsageError(
                told,
                f"It may not {way} or stand still: a path leads from a large L to a small one, unless rising is said.",
                'Put the stages in order, or end with ", rising".' if not rising else 'Leave ", rising" out.',
            )
    return tuple(found)


def _part(part: str, text: str) -> list[Stage]:
    match = PART.fullmatch(part)
    if match is None:
        raise _wrong(text, f"{part!r} is no part of a schedule.")
    first, last, by, length = match.groups()
    steps(length, 1_000_000)  # refuses what is no length
    levels = [Decimal(first)] if last is None else _range(Decimal(first), Decimal(last), Decimal(by), text)
    if min(levels) <= 0:
        raise _wrong(text, f"L = {min(levels)} is not above 0, and the homotopy divides by L.")
    return [Stage(float(level), length) for level in levels]


def _range(first: Decimal, last: Decimal, by: Decimal, text: str) -> list[Decimal]:
    """Both ends included, in decimal arithmetic: 0.01, 0.009, … and never 0.00899999."""
    if by == 0 or (last - first) % by:
        raise _wrong(text, f"Steps of {by} do not lead from {first} to {last}.")
    count, sign = int(abs(last - first) / by), 1 if last > first else -1
    return [first + sign * i * by for i in range(count + 1)]


def _wrong(text: str, why: str) -> UsageError:
    return UsageError(f"{text!r} is no schedule of L.", why, f"Give one like {EXAMPLE}.")
