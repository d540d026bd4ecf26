"""The gas-sensor regression: 128 sensor features to the concentration of one gas (1 = ethanol: 2,565 rows).

UCI 270, doi 10.24432/C5MK6M. Which rows are rounded: some copies hold, in place of batches 7 and 10, only these
batches' ethanol rows, recovered from a data set that keeps about five digits. A row counts as rounded if its file holds
one gas only (the published batches 7 and 10 hold all six) and it has a steady-state feature with more than four
decimals (`batch_file.finer_than_printed`), which the instrument's files never print.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from claimbook.data import scaling as scalings
from claimbook.data import stand_in as synthetic
from claimbook.data.batch_file import finer_than_printed
from claimbook.data.catalogue import data_set
from claimbook.data.check import read_batches
from claimbook.data.digest import array_digest
from claimbook.data.locate import absent, locate
from claimbook.errors import DataError, unknown

NAME = "gas-sensor"
READER_VERSION = 1
DTYPES = ("float32", "float64")


@dataclass(frozen=True)
class Regression:
    """A regression data set, rows in canonical order. The arrays are read-only.

    x (n, d) and y (n,): features and target; in the data's units (y in ppm) or, where `x_scaling` and `y_scaling` are
    set, scaled. digest: sha256 of the exact, unscaled float64 x and y, whatever dtype and scaling were asked for.
    rows_rounded: how many rows are known only to about five digits. stand_in: synthetic; nothing is judged on it.
    """

    x: np.ndarray
    y: np.ndarray
    name: str
    edition: str
    subset: str
    stand_in: bool
    reader_version: int
    digest: str
    rows_rounded: int
    notes: tuple[str, ...]
    x_scaling: scalings.Scaling | None = None
    y_scaling: scalings.Scaling | None = None

    def identity(self) -> dict[str, Any]:
        """What of the data goes into a record's key."""
        return _identity(self.edition, self.subset, self.reader_version, self.stand_in)


def identity(gas: int = 1, stand_in: bool = False) -> dict[str, Any]:
    """The identity that `load_gas_sensor` would give; needs no data. Raises UsageError for an unknown gas."""
    _check_gas(gas)
    if stand_in:
        return _identity(f"stand-in {synthetic.VERSION}", f"gas={gas}", READER_VERSION, True)
    return _identity(data_set(NAME).edition, f"gas={gas}", READER_VERSION, False)


def use_stand_in(stand_in: bool | None = None) -> bool:
    """Whether a load would give the stand-in: as asked for, else (None) where the real data are not on this machine.

    Raises:
        DataError: CLAIMBOOK_DATA names no folder, or the data folder holds a batch twice.
    """
    return locate(NAME) is None if stand_in is None else stand_in


def load_gas_sensor(
    gas: int = 1, *, scaling: str | None = None, stand_in: bool | None = None, dtype: str = "float32"
) -> Regression:
    """The rows of one gas: for ethanol (1) x (2565, 128) and y (2565,), the concentration in ppm.

    The rows are sorted by concentration, then feature 1, 2, ... 128, so the order of files and lines does not matter;
    rounding of the kind named above can only swap neighbours that agree to about five digits.

    Args:
        gas: 1 ethanol, 2 ethylene, 3 ammonia, 4 acetaldehyde, 5 acetone, 6 toluene.
        scaling: one of `scaling.SCALINGS` for features and target, fitted in float64 before the cast to `dtype`.
        stand_in: True: synthetic; False: real or an error; None: real where it is found, else synthetic (the
            caller must say so: `Regression.stand_in`).
        dtype: "float32" or "float64".

    Raises:
        UsageError: unknown gas, scaling or dtype.
        DataError: the real data are absent (`stand_in=False`), damaged or edited, or lack rows of that gas.
    """
    _check_gas(gas)
    if dtype not in DTYPES:
        raise unknown("dtype", dtype, DTYPES)
    if use_stand_in(stand_in):
        x, y, facts = _synthetic(gas)
    else:
        x, y, facts = _real(gas)
    order = np.lexsort((*x.T[::-1], y))
    x, y = x[order], y[order]
    return _finish(x, y, scaling, dtype, {**facts, "subset": f"gas={gas}"})


def _synthetic(gas: int) -> tuple[np.ndarray, np.ndarray, dict[str, Any]]:
    x, y = synthetic.stand_in(data_set(NAME).check.gases[gas - 1], gas)
    notes = ("Synthetic stand-in data of the same shape: they exercise the code, and nothing is judged on them.",)
    return x, y, {"edition": f"stand-in {synthetic.VERSION}", "stand_in": True, "rows_rounded": 0, "notes": notes}


def _real(gas: int) -> tuple[np.ndarray, np.ndarray, dict[str, Any]]:
    item = data_set(NAME)
    found = locate(item)
    if found is None:
        raise absent(item)
    batches, report = read_batches(found)
    chosen = [batch.gas == gas for batch in batches]
    count, published = int(sum(mask.sum() for mask in chosen)), item.check.gases[gas - 1]
    if count != published:
        raise DataError(
            f"This copy holds {count:,} of the {published:,} rows of gas {gas} ({item.classes[gas - 1]}).",
            f"{found.path} is a part of the release: {report.note}.",
            f"Move it away and run: claimbook data fetch {NAME}",
        )
    rounded = sum(
        int(finer_than_printed(batch.x[mask]).sum())
        for batch, mask in zip(batches, chosen, strict=True)
        if len(np.unique(batch.gas)) == 1
    )
    notes = [f"{count:,} rows of {item.classes[gas - 1]}; the copy holds {report.note}."]
    if rounded:
        notes.append(f"{rounded:,} of the rows are known to about five digits only, {count - rounded:,} exactly.")
    x = np.concatenate([batch.x[mask] for batch, mask in zip(batches, chosen, strict=True)])
    y = np.concatenate([batch.concentration[mask] for batch, mask in zip(batches, chosen, strict=True)])
    return x, y, {"edition": item.edition, "stand_in": False, "rows_rounded": rounded, "notes": tuple(notes)}


def _finish(x: np.ndarray, y: np.ndarray, how: str | None, dtype: str, facts: dict[str, Any]) -> Regression:
    digest = array_digest(x, y)
    fits = (scalings.fit(how, x), scalings.fit(how, y)) if how is not None else (None, None)
    if how is not None:
        x, y = fits[0].apply(x), fits[1].apply(y)
    x, y = (np.ascontiguousarray(values, dtype=dtype) for values in (x, y))
    x.flags.writeable = y.flags.writeable = False
    return Regression(
        x, y, NAME, reader_version=READER_VERSION, digest=digest, x_scaling=fits[0], y_scaling=fits[1], **facts
    )


def _identity(edition: str, subset: str, reader: int, stand_in: bool) -> dict[str, Any]:
    return {"name": NAME, "edition": edition, "subset": subset, "reader": reader, "stand_in": stand_in}


def _check_gas(gas: int) -> None:
    gases = data_set(NAME).classes
    if isinstance(gas, bool) or gas not in range(1, len(gases) + 1):
        raise unknown("gas", str(gas), [f"{i}" for i in range(1, len(gases) + 1)])
