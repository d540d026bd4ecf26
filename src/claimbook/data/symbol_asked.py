"""What is asked of a symbols data set: classes, how many images, size, split, copies, damaged files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from claimbook.data.catalogue import DataSet, data_set
from claimbook.data.symbol_duplicates import WAYS
from claimbook.data.symbol_files import READER_VERSION
from claimbook.data.symbol_hash import THRESHOLD
from claimbook.data.symbol_split import FOREIGN, PAPER, rule_of
from claimbook.data.symbol_vocabulary import ALL, classes_of
from claimbook.data.symbol_vocabulary import asked as classes_asked
from claimbook.errors import UsageError, unknown

SIDE = 50
LEAST_SIDE, MOST_SIDE = 17, 500  # the perceptual hash has 16 frequencies


@dataclass(frozen=True)
class Asked:
    """See `symbols.load_symbols`; `classes` is "paper", "all" or names in their order."""

    name: str
    classes: str | tuple[str, ...]
    each: int | None
    side: int
    split: str
    deduplicate: str
    skip_damaged: bool

    @property
    def item(self) -> DataSet:
        """The catalogue's entry."""
        return data_set(self.name)

    @property
    def every(self) -> bool:
        """Whether classes are read that are not of the paper."""
        return self.classes == ALL

    @property
    def named(self) -> tuple[str, ...] | None:
        """The classes that there must be; None where all that are there are taken."""
        if self.every:
            return None
        return classes_of(self.name) if isinstance(self.classes, str) else self.classes

    @property
    def subset(self) -> str:
        """The rule of the subset, as it goes into a record's key."""
        kept = self.classes if isinstance(self.classes, str) else ", ".join(self.classes)
        most = "" if self.each is None else f"; at most {self.each} images a class, by sha256 of files"
        return f"classes {kept}{most}"

    def identity(self, edition: str, stand_in: bool) -> dict[str, Any]:
        """What of the data goes into a record's key."""
        removed = {"none": "kept", "exact": "exact removed", "near": f"near removed, {THRESHOLD} bits of 256"}
        return {
            "name": self.name,
            "edition": edition,
            "subset": self.subset,
            "split": rule_of(self.name, self.split),
            "side": self.side,
            "copies": removed[self.deduplicate],
            "damaged": "left out" if self.skip_damaged else "refused",
            "reader": READER_VERSION,
            "stand_in": stand_in,
        }


def asked(
    name: str,
    classes: str | Sequence[str],
    each: int | None,
    side: int,
    split: str,
    deduplicate: str,
    skip_damaged: bool,
) -> Asked:
    """What is asked for, as far as it can be judged without the data. Raises UsageError for what cannot be."""
    chosen = classes_asked(name, classes)
    if split not in (PAPER, FOREIGN):
        raise unknown("split", str(split), (PAPER, FOREIGN))
    if deduplicate not in WAYS:
        raise unknown("way with copies (deduplicate)", str(deduplicate), WAYS)
    if each is not None and not _whole(each, 1, 10_000_000):
        raise UsageError(f"each = {each!r} is not understood.", "It is a whole number of images of a class, 1 or more.",
                         "Give a number such as 100, or leave it out for all.")  # fmt: skip
    if not _whole(side, LEAST_SIDE, MOST_SIDE):
        why = f"The images are squares of {LEAST_SIDE} to {MOST_SIDE} pixels a side."
        raise UsageError(f"side = {side!r} is not understood.", why, f"Give {SIDE} for the paper's size.")
    if not isinstance(skip_damaged, bool):
        raise UsageError(f"skip_damaged = {skip_damaged!r} is not understood.", "It is True or False.")
    return Asked(name, chosen, each if each is None else int(each), int(side), split, deduplicate, skip_damaged)


def _whole(number: object, low: int, high: int) -> bool:
    return isinstance(number, (int, np.integer)) and not isinstance(number, bool) and low <= number <= high
