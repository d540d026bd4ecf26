"""The test images that lines are composed from: those that a net was never trained on, in full size by class."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np

from claimbook.apps.weights import Weights
from claimbook.data.symbol_images import SymbolImages
from claimbook.data.symbol_pictures import pictures
from claimbook.data.symbols import load_symbols
from claimbook.errors import DataError
from claimbook.papers.math_symbols.lines import DATA_SET

SIDE = 150  # pixels: about what the files have


@dataclass(frozen=True, eq=False)
class HeldOut:
    """data: the data set with its split. rows: of those test images whose file is not among the training images.

    pictures: of each class (SIDE, SIDE, 1 or 3) uint8, in the order of `rows`; of classes that have some.
    """

    data: SymbolImages
    rows: np.ndarray
    pictures: dict[str, list[np.ndarray]]

    @property
    def labels(self) -> list[str]:
        """The classes of `rows`."""
        return [self.data.classes[place] for place in self.data.test_y[self.rows]]

    @property
    def images(self) -> np.ndarray:
        """(n, 50, 50, 3) uint8: the images of `rows` as nets see them."""
        return self.data.test_x[self.rows].transpose(0, 2, 3, 1)


def held_out(seed: int, stand_in: bool, net: Weights | None = None) -> HeldOut:
    """The held-out images of the split of that seed, which is the one of the training of `net`, if one is given.

    The stand-in was never trained on, and is what it is.

    Raises:
        DataError: the data set is absent, or another one than the net was trained on; a file of it has gone.
    """
    data = load_symbols(DATA_SET, seed=seed, stand_in=stand_in)
    if not stand_in and net is not None and net.images != data.digest:
        raise DataError(
            "The images here are not those that the net was trained on.",
            "With others the split is another one, and a line might be composed from images that it has seen.",
            f"Get the data set as it was published: claimbook data fetch {DATA_SET}",
        )
    return _held_out(data)


@functools.lru_cache(maxsize=2)
def _held_out(data: SymbolImages) -> HeldOut:
    trained, shas = set(data.shas["train"]), data.shas["test"]
    rows = np.array([row for row, sha in enumerate(shas) if sha not in trained], np.int64)
    found = pictures(data.identity(), {shas[row]: data.files["test"][row] for row in rows}, SIDE)
    by_class: dict[str, list[np.ndarray]] = {}
    for row in rows:
        if shas[row] not in found:
            why = f"{data.files['test'][row]} is not what it was when the data set was read."
            raise DataError("An image of the test has gone.", why, "Leave the data set as it is while a study runs.")
        by_class.setdefault(data.classes[data.test_y[row]], []).append(np.moveaxis(found[shas[row]], 0, -1))
    return HeldOut(data, rows, by_class)
