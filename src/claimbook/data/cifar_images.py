"""What a load of CIFAR gives: the chosen images and labels, and what a record keeps of them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np

from claimbook.data.cifar_asked import Asked, chosen
from claimbook.data.cifar_files import Files, names_of
from claimbook.data.cifar_part import Part
from claimbook.data.duplicates import contradicted, occurring, repeated

READER_VERSION = 1


@dataclass(frozen=True, eq=False)
class CifarImages:
    """Photographs with their labels, each part in the canonical order. The arrays are uint8 and read-only.

    train_x, validation_x, test_x: (n, 3, 32, 32), red, green and blue from 0 to 255. train_y, validation_y, test_y:
    (n,), places in `classes`, the names of those classes that the subset keeps, in the release's order. labels: "fine"
    or "coarse". subset, split: the rules, in words. digest: sha256 over the content digests of the three parts, which
    no order of the rows changes. duplicates: counts of images whose pixels occur twice, see `facts`. stand_in:
    synthetic (and fewer); nothing is judged on it.
    """

    train_x: np.ndarray
    train_y: np.ndarray
    validation_x: np.ndarray
    validation_y: np.ndarray
    test_x: np.ndarray
    test_y: np.ndarray
    classes: tuple[str, ...]
    name: str
    edition: str
    labels: str
    subset: str
    split: str
    stand_in: bool
    digest: str
    duplicates: dict[str, int]
    notes: tuple[str, ...]

    def identity(self) -> dict[str, Any]:
        """What of the data goes into a record's key."""
        return identity_of(self.name, self.edition, self.labels, self.subset, self.split, self.stand_in)

    def facts(self) -> dict[str, Any]:
        """What a record tells of its data: the digest, the numbers of images, and the duplicates, byte for byte.

        repeated_…: images of a part less the distinct ones. …_in_…: images of one part that occur in another.
        contradicted_train: distinct training images that carry more than one label.
        """
        counts = {f"images_{part}": len(getattr(self, f"{part}_y")) for part in ("train", "validation", "test")}
        return {"digest": self.digest, **counts, **self.duplicates}


def identity_of(name: str, edition: str, labels: str, subset: str, split: str, stand_in: bool) -> dict[str, Any]:
    """The identity of such images."""
    rules = {"labels": labels, "subset": subset, "split": split}
    return {"name": name, "edition": edition, **rules, "reader": READER_VERSION, "stand_in": stand_in}


def digest_of(*parts: Part) -> str:
    """sha256 (hex) over the parts' content digests."""
    return hashlib.sha256("".join(part.digest() for part in parts).encode()).hexdigest()


def images(question: Asked, files: Files, edition: str, stand_in: bool, source: str) -> CifarImages:
    """What is asked for, from these files. source: a sentence on where they are from. Raises as `chosen` does."""
    parts = dict(zip(("train", "validation", "test"), chosen(question, files), strict=True))
    names = files.names[question.kind()]
    kept = [name for name in names if name in question.subset.classes] if question.subset.classes else list(names)
    column = list(names_of(question.item)).index(question.kind())
    place = np.full(256, 255, np.uint8)
    place[[names.index(name) for name in kept]] = np.arange(len(kept))
    arrays = {}
    for part, held in parts.items():
        arrays[f"{part}_x"], arrays[f"{part}_y"] = held.x, place[held.y[:, column]]
    for array in arrays.values():
        array.flags.writeable = False
    duplicates = _duplicates(**parts, labels=arrays["train_y"])
    return CifarImages(
        **arrays,
        classes=tuple(kept),
        name=question.name,
        edition=edition,
        labels=question.labels,
        subset=question.subset.rule,
        split=question.split,
        stand_in=stand_in,
        digest=digest_of(*parts.values()),
        duplicates=duplicates,
        notes=(source, _told(parts), _repetition(duplicates)),
    )


def _duplicates(train: Part, validation: Part, test: Part, labels: np.ndarray) -> dict[str, int]:
    return {
        "repeated_train": repeated(train.pixels),
        "repeated_validation": repeated(validation.pixels),
        "repeated_test": repeated(test.pixels),
        "validation_in_train": occurring(validation.pixels, train.pixels),
        "test_in_train": occurring(test.pixels, train.pixels),
        "test_in_validation": occurring(test.pixels, validation.pixels),
        "contradicted_train": contradicted(train.pixels, labels),
    }


def _told(parts: dict[str, Part]) -> str:
    counts = [
        f"{len(held):,} for {told}"
        for told, held in zip(("training", "validation", "test"), parts.values(), strict=True)
    ]
    return f"Images: {', '.join(counts)}."


def _repetition(count: dict[str, int]) -> str:
    if not any(count.values()):
        return "No image occurs twice."
    return (
        f"Copies, byte for byte, of another image: {count['repeated_train']:,} in the training images, "
        f"{count['repeated_validation']:,} in those for validation, {count['repeated_test']:,} in the test images; "
        f"{count['test_in_train']:,} test images and {count['validation_in_train']:,} for validation occur among the "
        f"training images; {count['contradicted_train']:,} training images carry more than one label."
    )
