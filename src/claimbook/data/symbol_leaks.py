"""The leak audit: test and validation images that were seen in training, as the same file or nearly the same picture.

The same: the sha256 of the files is one. Nearly: the perceptual hashes differ by at most a threshold of bits (see
`symbol_hash`), whatever the classes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from claimbook.data.symbol_hash import BITS, THRESHOLD, hashes, nearest
from claimbook.data.symbol_images import SymbolImages
from claimbook.errors import UsageError


@dataclass(frozen=True, eq=False)
class Leak:
    """The images of `part` against those of `other`; all arrays have one entry an image of `part`.

    same: whether its file occurs there. bits: in how many bits its hash differs from the nearest there (257 where
    there is none). place: the row of that nearest one, of the same file where there is one (−1 where there is none).
    """

    part: str
    other: str
    threshold: int
    same: np.ndarray
    bits: np.ndarray
    place: np.ndarray

    @property
    def near(self) -> np.ndarray:
        """Whether a picture within the threshold, the same file or another, occurs there: (n,) bool."""
        return self.same | (self.bits <= self.threshold)

    def counts(self) -> dict[str, int]:
        """How many images of `part` there are, and how many of them leak, by the file and by the picture."""
        return {"images": len(self.same), "same": int(self.same.sum()), "near": int(self.near.sum())}

    def shares(self) -> dict[str, float]:
        """The counts as shares of the part's images; NaN where it has none."""
        counts = self.counts()
        return {
            kind: counts[kind] / counts["images"] if counts["images"] else float("nan") for kind in ("same", "near")
        }


def leaks(data: SymbolImages, part: str = "test", other: str = "train", threshold: int = THRESHOLD) -> Leak:
    """The audit of one part of a split against another. Raises UsageError for a threshold that is not 0 to 256."""
    ours, theirs = ((data.shas[one], getattr(data, f"{one}_x")) for one in (part, other))
    return between(*ours, *theirs, threshold=threshold, names=(part, other))


def between(
    shas: tuple[str, ...],
    x: np.ndarray,
    other_shas: tuple[str, ...],
    other_x: np.ndarray,
    *,
    threshold: int = THRESHOLD,
    names: tuple[str, str] = ("some", "others"),
) -> Leak:
    """The audit of any images against others: of a foreign test set against what a net was trained on.

    shas: sha256 of the files, one an image. x: (n, channels, side, side) uint8. Raises UsageError as `leaks` does.
    """
    if isinstance(threshold, bool) or not isinstance(threshold, (int, np.integer)) or not 0 <= threshold <= BITS:
        raise UsageError(f"threshold = {threshold!r} is not understood.", f"It is a number of bits, 0 to {BITS}.",
                         f"Give {THRESHOLD} for the usual one.")  # fmt: skip
    first = {sha: row for row, sha in reversed(list(enumerate(other_shas)))}
    same = np.array([sha in first for sha in shas], bool)
    place, bits = nearest(_hashes(shas, x), _hashes(other_shas, other_x))
    place[same] = [first[sha] for sha in shas if sha in first]
    return Leak(*names, int(threshold), same, bits, place)


def _hashes(shas: tuple[str, ...], x: np.ndarray) -> np.ndarray:
    """The hashes (n, 256); those of one file are computed once."""
    if not len(x):
        return np.zeros((0, BITS), bool)
    _, first, back = np.unique(np.array(shas), return_index=True, return_inverse=True)
    return hashes(x[first])[back]
