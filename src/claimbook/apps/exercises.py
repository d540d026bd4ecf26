"""Random lines of arithmetic that can be evaluated: what `compose` writes and the recogniser should read."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from claimbook import seeds
from claimbook.apps.expression import OPERATORS, Answer, decimal, evaluate
from claimbook.data.symbol_vocabulary import CLASSES
from claimbook.errors import ClaimbookError, UsageError

MOST_NUMBERS = 4
ENDINGS = ("nothing", "equals", "equation")
_TRIES = 1_000
_SIZE = 10**6  # no value is larger


def exercise(seed: int, signs: Sequence[str] = CLASSES) -> tuple[tuple[str, ...], Answer]:
    """The symbols of a random line from left to right, and what it comes to.

    It has 2 to MOST_NUMBERS numbers of one to three digits, some with a point, one in ten with a minus before the
    first; it ends with nothing, with an =, or is an equation, every second of which is wrong.

    signs: those to write with; all of the paper's 16 unless a data set lacks some.

    Raises:
        UsageError: `signs` have no digit but 0, or no operator.
    """
    digits, operators = [s for s in signs if s.isdigit()], [s for s in signs if s in OPERATORS]
    if not set(digits) - {"0"} or not operators:
        why = "A line needs digits, not only 0, and an operator at least."
        raise UsageError("No line can be written with these signs.", why, f"There are: {' '.join(CLASSES)}.")
    draw = seeds.stream(seed, "recogniser/exercise")
    for _ in range(_TRIES):
        line = _line(draw, digits, operators, "." in signs)
        try:
            answer = evaluate(line)
        except ClaimbookError:  # a division by zero
            continue
        if abs(answer.value) <= _SIZE:
            return _ended(draw, line, answer, signs)
    raise UsageError("No line was found with these signs.", f"{_TRIES:,} were tried.", "Give more digits.")


def _line(draw: np.random.Generator, digits: Sequence[str], operators: Sequence[str], point: bool) -> list[str]:
    line = ["-"] if "-" in operators and draw.random() < 0.1 else []
    for number in range(draw.integers(2, MOST_NUMBERS, endpoint=True)):
        if number:
            line.append(str(draw.choice(operators)))
        line += _number(draw, digits, point)
    return line


def _number(draw: np.random.Generator, digits: Sequence[str], point: bool) -> list[str]:
    leading = [digit for digit in digits if digit != "0"]
    number = [str(draw.choice(leading)), *map(str, draw.choice(digits, draw.choice(3, p=(0.5, 0.35, 0.15))))]
    if point and draw.random() < 0.2:
        number += [".", *map(str, draw.choice(digits, draw.integers(1, 2, endpoint=True)))]
    return number


def _ended(
    draw: np.random.Generator, line: list[str], answer: Answer, signs: Sequence[str]
) -> tuple[tuple[str, ...], Answer]:
    ending = str(draw.choice(ENDINGS, p=(0.4, 0.4, 0.2))) if "=" in signs else "nothing"
    right, exact = decimal(answer.value + int(draw.integers(0, 2)), 6)
    if ending == "equation" and exact and set(right) <= set(signs):
        line = [*line, "=", *right]
    elif ending != "nothing":
        line = [*line, "="]
    return tuple(line), evaluate(line)
