"""Reading the gas-sensor batch files: one measurement a line, `gas;concentration 1:v 2:v ... 128:v`.

UCI 270 ("Gas Sensor Array Drift at Different Concentrations"). 16 sensors with 8 features each: the steady-state change
of the resistance, the same normalised, and exponential moving averages of the rise (3) and of the decay (3).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from claimbook.errors import DataError

FEATURES = 128
GASES = 6
_INDICES = tuple(str(i) for i in range(1, FEATURES + 1))


@dataclass(frozen=True)
class Batch:
    """One batch file. gas (n,) in 1..6, concentration (n,) in ppm, x (n, 128); float64, in the file's order."""

    gas: np.ndarray
    concentration: np.ndarray
    x: np.ndarray

    def records(self) -> list[bytes]:
        """Each row as the bytes of its 130 little-endian float64 (gas, concentration, features): for digests."""
        rows = np.column_stack([self.gas, self.concentration, self.x]).astype("<f8")
        return [row.tobytes() for row in rows]


def read_batch(content: bytes, where: str) -> Batch:
    """Parse a batch file strictly; `where` names it in messages.

    Raises:
        DataError: with file and line: not text, a line with another number of features, a number that is none or not
            finite, an unknown gas, a concentration that is not positive, or a last line that was cut; an empty file.
    """
    try:
        lines = content.decode("ascii").splitlines()
    except UnicodeDecodeError as error:
        raise _fault(where, content.count(b"\n", 0, error.start) + 1, "It is no plain text") from error
    rows = [_row(line, where, number) for number, line in enumerate(lines, 1) if line.strip()]
    if not rows:
        raise _fault(where, 1, "The file holds no row")
    if content[-1:] != b"\n" and _cut(lines):
        raise _fault(where, len(lines), "The last number was cut: it has fewer decimals than the others")
    table = np.array(rows)
    return Batch(table[:, 0].astype(np.int64), table[:, 1], table[:, 2:])


def finer_than_printed(x: np.ndarray) -> np.ndarray:
    """(n,) bool: rows with a steady-state feature (1, 9, 17, ...) that needs more than four decimals.

    The instrument's files print these 16 features to four decimals (all 6,697 rows of batches 1-6, 8 and 9 do), so a
    row with more has been through a conversion that rounded it.
    """
    units = x[:, ::8] * 1e4
    return (np.abs(units - np.rint(units)) > 1e-3).any(axis=1)


def _row(line: str, where: str, number: int) -> list[float]:
    head, *cells = line.split()
    if len(cells) != FEATURES:
        raise _fault(where, number, f"It has {len(cells)} features, not {FEATURES}")
    indices, _, values = zip(*(cell.partition(":") for cell in cells), strict=True)
    if indices != _INDICES:
        wrong = next(i for i, index in enumerate(indices) if index != _INDICES[i])
        raise _fault(where, number, f"Feature {wrong + 1} stands as {cells[wrong]!r}")
    gas, semicolon, concentration = head.partition(";")
    if not semicolon or gas not in {str(g) for g in range(1, GASES + 1)}:
        raise _fault(where, number, f"It starts with {head!r}, not with a gas from 1 to {GASES} and its concentration")
    row = [float(gas), *_numbers((concentration, *values), where, number)]
    if row[1] <= 0:
        raise _fault(where, number, f"The concentration is {concentration}, not above 0")
    return row


def _numbers(texts: Sequence[str], where: str, number: int) -> list[float]:
    values = [_number(text) for text in texts]
    for i, value in enumerate(values):
        if not math.isfinite(value):
            raise _fault(where, number, f"{'The concentration' if i == 0 else f'Feature {i}'} is {texts[i]!r}")
    return values


def _number(text: str) -> float:
    try:
        return float(text) if "_" not in text else math.nan
    except ValueError:
        return math.nan


def _cut(lines: list[str]) -> bool:
    first, last = (len(line.split()[-1].partition(".")[2]) for line in (lines[0], lines[-1]))
    return first != last


def _fault(where: str, number: int, why: str) -> DataError:
    return DataError(
        f"{where}, line {number}, is not a line of a gas-sensor batch file.",
        f"{why}; a line reads 'gas;concentration 1:v 2:v ... {FEATURES}:v'.",
        "The file was cut or edited. Remove it and run: claimbook data fetch gas-sensor",
    )
