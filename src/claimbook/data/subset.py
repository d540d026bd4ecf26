"""A part of a data set that everybody who has the set chooses alike: some classes, a number of images, or both.

The images are chosen by the sha256 of their pixels, equally many of each class, so that the choice depends neither on
the order of the files nor on a random number, and a smaller subset is a part of a larger one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from claimbook.errors import UsageError

ALL = "all"


@dataclass(frozen=True)
class Subset:
    """images: how many training images, None for all. classes: the names of those kept, sorted; none for all."""

    images: int | None = None
    classes: tuple[str, ...] = ()

    @property
    def rule(self) -> str:
        """What goes into a record's key."""
        kept = f"classes {', '.join(self.classes)}" if self.classes else ALL
        if self.images is None:
            return kept
        return f"{kept}; {self.images} training images, equally many a class, by sha256 of pixels"


def subset_of(given: Subset | int | str | Sequence[str] | None) -> Subset:
    """The subset that is asked for.

    Args:
        given: None or "all"; a number of training images; the names of classes; or, as a text for the command line,
            "10000", "apple, bear" or "apple, bear: 200" (200 images of the two together).

    Raises:
        UsageError: a number that is not whole and above 0, no class, or one named twice.
    """
    if isinstance(given, Subset):
        return _checked(given.images, given.classes)
    if given is None or given == ALL:
        return Subset()
    if isinstance(given, (bool, int, float, np.number)):
        return _checked(given, None)
    if not isinstance(given, str):
        return _checked(None, tuple(given))
    names, colon, number = given.rpartition(":") if ":" in given else (given, "", "")
    if not colon and _number(names) is not None:
        return _checked(_number(names), None)
    if colon and _number(number) is None:
        raise _fault(given, f"{number.strip()!r} behind the colon is no whole number of images.")
    return _checked(_number(number), tuple(name.strip() for name in names.split(",")))


def smallest(hashes: Sequence[bytes], groups: np.ndarray, each: int) -> np.ndarray:
    """The rows with the `each` smallest hashes of every group, rising. hashes: one a row; groups: (n,) integers."""
    order = np.array(sorted(range(len(hashes)), key=hashes.__getitem__), np.int64)
    sorted_groups = groups[order]
    return np.sort(np.concatenate([order[sorted_groups == group][:each] for group in np.unique(groups)]))


def _number(text: str) -> int | None:
    text = text.strip().replace("_", "")
    return int(text) if text.lstrip("-").isdecimal() else None


def _checked(images: int | None, classes: Sequence[str] | None) -> Subset:
    if images is not None and (
        isinstance(images, bool) or not isinstance(images, (int, np.integer)) or images < 1
    ):  # fmt: skip
        raise _fault(images, "A number of images is whole and above 0.")
    if classes is not None:
        if images is None and not classes or not all(isinstance(name, str) and name for name in classes):
            raise _fault(list(classes), "A class has no name, or none is named.")
        twice = sorted({name for name in classes if list(classes).count(name) > 1})
        if twice:
            raise _fault(", ".join(classes), f"{twice[0]} is named twice.")
    return Subset(None if images is None else int(images), tuple(sorted(classes or ())))


def _fault(given: object, why: str) -> UsageError:
    do = 'Give a number of images such as 10000, names of classes such as "apple, bear", or both: "apple, bear: 200".'
    return UsageError(f"subset = {given!r} is not understood.", why, do)
