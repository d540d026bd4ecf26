"""Taking copies out of a symbols data set before it is split: which images stay.

* "none": all, as the paper has it.
* "exact": of files with the same bytes one stays; where they lie in two classes none does, for no label is right.
* "near": of these, no two of one class whose perceptual hashes differ by at most `symbol_hash.THRESHOLD` bits; the
  first one stays (by sha256, so everybody's choice is the same), and what is near to it goes.

So copies are removed, not moved to one side. In data set II, whose parts are shipped, the copy for evaluation stays.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from claimbook.data.symbol_hash import THRESHOLD, distances

WAYS = ("none", "exact", "near")


def exact(shas: Sequence[str], labels: np.ndarray, first: np.ndarray) -> np.ndarray:
    """Rows that stay, rising: of each content one. labels: (n,). first: (n,) bool, rows that are preferred."""
    of: dict[str, set[int]] = {}
    for sha, label in zip(shas, labels.tolist(), strict=True):
        of.setdefault(sha, set()).add(label)
    kept: dict[str, int] = {}
    for row in sorted(range(len(shas)), key=lambda row: (not first[row], row)):
        if len(of[shas[row]]) == 1:
            kept.setdefault(shas[row], row)
    return np.array(sorted(kept.values()), np.int64)


def near(hashes: np.ndarray, labels: np.ndarray, first: np.ndarray, threshold: int = THRESHOLD) -> np.ndarray:
    """Rows that stay, rising, of images with these hashes (n, 256): no two of a class are within the threshold."""
    kept = []
    for label in np.unique(labels):
        rows = np.flatnonzero(labels == label)
        rows = rows[np.argsort(~first[rows], kind="stable")]
        close = [piece <= threshold for _, piece in distances(hashes[rows], hashes[rows])]
        gone = np.zeros(len(rows), bool)
        for place, neighbours in enumerate(row for piece in close for row in piece):
            if not gone[place]:
                kept.append(rows[place])
                gone |= neighbours
    return np.sort(np.array(kept, np.int64))
