"""Which images are for training, validation and test: the paper's rules, drawn by named streams of the seed.

* Data sets I and III: 80/15/5 percent. Of each class with n images int(0.80 n) for training, int(0.15 n) for
  validation, the rest for the test; of five ways to round that were tried, the one whose sizes admit the accuracies
  that the paper prints for set I (section IV.A and table 2; 460 of 466 right).
* Data set II is shipped as a folder for training and one for evaluation, which is for validation here; the test images
  are 8 percent of the training images, drawn from all classes together and rounded up.
* BHMSDS is not in the paper: all images are for the test.

The draw depends on the seed, the data set's name, the class and how many images it has; not on the order of files.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from claimbook.data import splits
from claimbook.errors import DataError

PAPER, FOREIGN = "paper", "foreign"
PARTS = ("train", "validation", "test")
_RULES = {
    "math-symbols-2": "as shipped, eval for validation; of the training images 8 % for the test, rounded up",
    "bhmsds": "all for the test",
}
_FLOORS = "of each class int(0.80 n) for training, int(0.15 n) for validation, the rest for the test"
_TRAIN_FOLDERS, _EVAL_FOLDERS = ("train", "training"), ("eval", "val", "validation")
_FEWEST = 7  # of which 15 % are one image


def rule_of(name: str, split: str) -> str:
    """The rule as it goes into a record's key."""
    return _RULES["bhmsds"] if split == FOREIGN else _RULES.get(name, _FLOORS)


def parts_of(
    name: str, split: str, labels: np.ndarray, shipped: Sequence[str], seed: int, classes: Sequence[str]
) -> dict[str, np.ndarray]:
    """{"train", "validation", "test"}: rows, rising. labels: (n,) places in `classes`. shipped: (n,) of set II only.

    Raises:
        DataError: a class has too few images to split; a folder of set II is neither for training nor for evaluation.
    """
    stream = f"{name}/split"
    if split == FOREIGN or name == "bhmsds":
        return dict(zip(PARTS, (np.arange(0), np.arange(0), np.arange(len(labels))), strict=True))
    if name == "math-symbols-2":
        return _shipped(shipped, seed, stream)
    found: dict[str, list[np.ndarray]] = {part: [] for part in PARTS}
    for place, sign in enumerate(classes):
        rows = np.flatnonzero(labels == place)
        for part, drawn in _floors(len(rows), seed, f"{stream}/{sign}", sign).items():
            found[part].append(rows[drawn])
    return {part: np.sort(np.concatenate(rows)) for part, rows in found.items()}


def _floors(n: int, seed: int, stream: str, sign: str) -> dict[str, np.ndarray]:
    if n < _FEWEST:
        why = f"80, 15 and 5 percent of them, rounded down, leave a part empty below {_FEWEST} images."
        raise DataError(f"Class {sign!r} has {n} images.", why, "Add images of it, or leave the class out.")
    return splits.split(n, {"train": n * 80 // 100, "validation": n * 15 // 100, "test": None}, seed, stream)


def _shipped(shipped: Sequence[str], seed: int, stream: str) -> dict[str, np.ndarray]:
    folders = np.array([folder.lower() for folder in shipped])
    odd = sorted(set(folders.tolist()) - {*_TRAIN_FOLDERS, *_EVAL_FOLDERS})
    if odd:
        why = "Data set II comes as a folder train and a folder eval, with the folders of the classes in both."
        raise DataError(f"{odd[0]!r} is neither the one for training nor the one for evaluation.", why, "Put it so.")
    train, validation = (
        np.flatnonzero(np.isin(folders, _TRAIN_FOLDERS)),
        np.flatnonzero(np.isin(folders, _EVAL_FOLDERS)),
    )
    if len(train) < 2 or not len(validation):
        told = "eval" if len(train) > 1 else "train"
        raise DataError(f"The folder {told} has no images to speak of.", f"{len(train)} are for training, "
                        f"{len(validation)} for evaluation.", "Put the images of the data set there.")  # fmt: skip
    drawn = splits.split(len(train), {"test": -(-len(train) * 8 // 100), "train": None}, seed, stream)
    return {"train": train[drawn["train"]], "validation": validation, "test": train[drawn["test"]]}
