"""What is asked of a CIFAR set: which labels, which part of the images, how many of them for validation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from claimbook import legacy_random
from claimbook.data.catalogue import DataSet, data_set
from claimbook.data.cifar_files import Files, names_of
from claimbook.data.cifar_part import Part
from claimbook.data.subset import Subset, subset_of
from claimbook.errors import DataError, UsageError, unknown

NAMES = ("cifar-10", "cifar-100")


@dataclass(frozen=True)
class Asked:
    """name: of the data set. labels: the kind, "fine" or "coarse". validation: images held back from the training."""

    name: str
    labels: str
    subset: Subset
    validation: int

    @property
    def item(self) -> DataSet:
        """The catalogue's entry."""
        return data_set(self.name)

    @property
    def split(self) -> str:
        """The rule of the split, as it goes into a record's key."""
        if not self.validation:
            return "none"
        return f"{self.validation} for validation, by RandomState(0).choice on canonical order"

    def kind(self) -> str:
        """The kind of label as the release calls it; CIFAR-10 has but one, which is the finest."""
        return self.labels if self.item.coarse_classes else "label"

    def check_classes(self, names: Mapping[str, Sequence[str]]) -> None:
        """Raises UsageError where a class of the subset is none of the data set's."""
        for name in self.subset.classes:
            if name not in names[self.kind()]:
                raise unknown(f"{self.labels} class of {self.item.title}", name, names[self.kind()])


def asked(name: str, labels: str, subset: Subset | int | str | Sequence[str] | None, validation: int) -> Asked:
    """What is asked for, as far as it can be judged without the data; see `cifar.load_cifar`.

    Raises:
        UsageError: an unknown data set or kind of label, a subset that is not understood, a number for validation that
            is not whole or below 0.
    """
    if name not in NAMES:
        raise unknown("CIFAR data set", str(name), NAMES)
    kinds = ("fine", "coarse") if data_set(name).coarse_classes else ("fine",)
    if labels not in kinds:
        raise unknown(f"kind of label of {data_set(name).title}", str(labels), kinds)
    if isinstance(validation, bool) or not isinstance(validation, (int, np.integer)) or validation < 0:
        why = "A number of images to hold back is whole, and 0 or more."
        raise UsageError(f"validation = {validation!r} is not understood.", why, "Give a number such as 2500.")
    return Asked(name, labels, subset_of(subset), int(validation))


def chosen(question: Asked, files: Files) -> tuple[Part, Part, Part]:
    """The training, validation and test images that are asked for, each in the canonical order.

    Raises:
        UsageError: an unknown class, more images than there are, a number that does not divide among the classes, or no
            training image left by the validation.
        DataError: a class without an image; an incomplete copy in which not all that is asked for can be.
    """
    question.check_classes(files.names)
    train, test, subset = files.train, files.test, question.subset
    if files.part_of and subset.images is None:
        do = (
            f"Give a number of images as the subset, up to {len(train)}, or move it away and run: claimbook data fetch "
        )
        do += question.name
        raise DataError(f"This copy of {question.item.title} is not complete.", f"train: {files.part_of}.", do)
    names = files.names[question.kind()]
    column = list(names_of(question.item)).index(question.kind())
    if subset.classes:
        kept = [names.index(name) for name in subset.classes]
        train, test = (part.of_classes(column, kept) for part in (train, test))
    for part, told in ((train, "training"), (test, "test")):
        _refuse_empty(part, column, subset.classes or names, names, f"No {told} image")
    if subset.images is not None:
        train = train.of_each(_each(question, train, files.part_of))
    train, validation = _held_back(train, question.validation)
    _refuse_empty(train, column, subset.classes or names, names, "With those for validation held back, no image")
    return train, validation, test


def _each(question: Asked, train: Part, part_of: str) -> int:
    """How many images of every class a subset of that many has. The finest classes count, whatever the labels are."""
    images, counts = question.subset.images, np.bincount(train.y[:, -1])
    classes, fewest = int((counts > 0).sum()), int(counts[counts > 0].min())
    if images % classes:
        why = f"It takes equally many of each of {classes} classes."
        near = " or ".join(str(n * classes) for n in (images // classes, images // classes + 1) if n)
        raise UsageError(f"A subset of {images:,} images cannot be made.", why, f"Give {near}.")
    if images // classes > fewest:
        why = f"That is {images // classes:,} of each of {classes} classes, and one of them has {fewest:,}."
        why += f" This copy is not complete: {part_of}." if part_of else ""
        raise UsageError(f"A subset of {images:,} images cannot be made.", why, f"Give {fewest * classes} or less.")
    return images // classes


def _held_back(train: Part, validation: int) -> tuple[Part, Part]:
    """The training images without those for validation, and these."""
    if validation >= len(train):
        why = f"There are {len(train):,} training images, and one at least must be left."
        raise UsageError(f"{validation:,} images cannot be held back.", why, "Hold back fewer.")
    if not validation:
        return train, train.take(np.arange(0))
    stays = np.zeros(len(train), bool)
    stays[legacy_random.choice(0, len(train), len(train) - validation)] = True
    return train.take(np.flatnonzero(stays)), train.take(np.flatnonzero(~stays))


def _refuse_empty(part: Part, column: int, asked_for: Sequence[str], names: Sequence[str], none: str) -> None:
    there = set(part.y[:, column].tolist())
    empty = [name for name in asked_for if names.index(name) not in there]
    if empty:
        told = f"{none} shows the class {empty[0]!r}" + (f" (and {len(empty) - 1} more)" if empty[1:] else "")
        raise DataError(f"{told}.", "A net cannot learn a class without images, nor can errors be counted on it.",
                        "Take more images, or leave that class out of the subset.")  # fmt: skip
