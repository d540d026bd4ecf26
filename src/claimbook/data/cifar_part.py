"""Records of CIFAR's binary releases as images and labels, in a canonical order that no file's order changes.

A record is one or two label bytes and 3,072 of pixels: 1,024 red, 1,024 green, 1,024 blue, each row by row.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from claimbook.data.subset import smallest

SHAPE = (3, 32, 32)
PIXELS = 3 * 32 * 32
_AT_ONCE = 1_000
_OTHER = {3_074: (3_073, "CIFAR-10"), 3_073: (3_074, "CIFAR-100")}  # what it may be that does not fit


@dataclass(frozen=True, eq=False)
class Part:
    """Training, validation or test images, rising by the sha256 of their records.

    x: (n, 3, 32, 32) uint8, red, green, blue. y: (n, kinds) uint8, the label bytes as they stand in the record
    (CIFAR-100: coarse, fine). records, pixels: sha256 of each record, and of its pixels in height x width x RGB order.
    """

    x: np.ndarray
    y: np.ndarray
    records: tuple[bytes, ...]
    pixels: tuple[bytes, ...]

    def __len__(self) -> int:
        return len(self.records)

    def take(self, rows: np.ndarray) -> Part:
        """The part of these rows, in their order."""
        records, pixels = (tuple(hashes[row] for row in rows.tolist()) for hashes in (self.records, self.pixels))
        return Part(self.x[rows], self.y[rows], records, pixels)

    def digest(self) -> str:
        """sha256 (hex) over the sorted sha256 of the records: the same for the same records in any order."""
        return hashlib.sha256(b"".join(sorted(self.records))).hexdigest()

    def of_classes(self, kind: int, classes: list[int]) -> Part:
        """The images whose label of that kind (column of y) is one of `classes`."""
        return self.take(np.flatnonzero(np.isin(self.y[:, kind], classes)))

    def of_each(self, each: int) -> Part:
        """Of every finest class (last column of y) the `each` images with the smallest sha256 of their pixels."""
        return self.take(smallest(self.pixels, self.y[:, -1], each))


def canonical(content: np.ndarray) -> Part:
    """The records (n, kinds + 3072) uint8, in any order, as a part in the canonical one."""
    hashes = [hashlib.sha256(record).digest() for record in np.ascontiguousarray(content)]
    order = sorted(range(len(hashes)), key=hashes.__getitem__)
    kinds = content.shape[1] - PIXELS
    x = np.empty((len(content), *SHAPE), np.uint8)
    x.reshape(len(content), PIXELS)[:] = content[order, kinds:]
    return Part(x, content[order, :kinds], tuple(hashes[row] for row in order), tuple(_pixel_hashes(x)))


def label_fault(content: np.ndarray, kinds: dict[str, int]) -> str:
    """Why the label bytes are none of CIFAR's; "" where they are. kinds: how many classes, by kind, in their order."""
    for column, (kind, classes) in enumerate(kinds.items()):
        bad = np.flatnonzero(content[:, column] >= classes)
        if len(bad):
            label = content[bad[0], column]
            return f"The {kind} label of record {bad[0]:,} (counted from 0) is {label}, not 0 to {classes - 1}"
    return ""


def records_in(content: bytes, size: int, refuse: Callable[[str], Exception]) -> np.ndarray:
    """A file's content as (n, size) uint8. Raises what `refuse` makes of the reason where it is cut, or empty."""
    if not content:
        raise refuse("is empty")
    if len(content) % size:
        other = "" if len(content) % _OTHER[size][0] else f"; {_OTHER[size][1]}'s records would fit"
        raise refuse(f"was cut: {len(content):,} bytes are no whole number of records of {size:,}{other}")
    return np.frombuffer(content, np.uint8).reshape(-1, size)


def _pixel_hashes(x: np.ndarray) -> list[bytes]:
    hashes: list[bytes] = []
    for start in range(0, len(x), _AT_ONCE):
        turned = np.ascontiguousarray(x[start : start + _AT_ONCE].transpose(0, 2, 3, 1))
        hashes += [hashlib.sha256(image).digest() for image in turned]
    return hashes
