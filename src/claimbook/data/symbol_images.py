"""What a load of symbols gives: images and labels of the three parts, and what a record keeps of them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np

from claimbook.data.duplicates import contradicted, occurring, repeated
from claimbook.data.symbol_asked import Asked
from claimbook.data.symbol_duplicates import exact, near
from claimbook.data.symbol_files import Pictures, class_labels, part_of
from claimbook.data.symbol_hash import hashes
from claimbook.data.symbol_split import PARTS, parts_of
from claimbook.errors import DataError


@dataclass(frozen=True, eq=False)
class SymbolImages:
    """Symbols with their labels. The arrays are uint8 and read-only.

    train_x, validation_x, test_x: (n, 3, side, side), red, green and blue from 0 to 255, dark ink on white. train_y,
    validation_y, test_y: (n,), places in `classes`. shas, files: by part, sha256 (hex) and canonical name of each
    image's file. digest: sha256 over the parts' content digests (class and file's sha256 of every image, sorted).
    pixels: sha256 over the images as decoded, which another version of OpenCV may change. counts: see `facts`.
    stand_in: synthetic; nothing is judged on it.
    """

    train_x: np.ndarray
    train_y: np.ndarray
    validation_x: np.ndarray
    validation_y: np.ndarray
    test_x: np.ndarray
    test_y: np.ndarray
    classes: tuple[str, ...]
    shas: dict[str, tuple[str, ...]]
    files: dict[str, tuple[str, ...]]
    asked: Asked
    edition: str
    stand_in: bool
    digest: str
    pixels: str
    counts: dict[str, int]
    notes: tuple[str, ...]

    @property
    def name(self) -> str:
        """The data set's name."""
        return self.asked.name

    def identity(self) -> dict[str, Any]:
        """What of the data goes into a record's key; the seed of the split stands there by itself."""
        return self.asked.identity(self.edition, self.stand_in)

    def facts(self) -> dict[str, Any]:
        """What a record tells of its data: digests, numbers of images, and files that are the same, byte for byte.

        repeated_…: images of a part less the different ones. …_in_…: images of one part whose file occurs in another.
        contradicted_train: different training images that carry more than one label. damaged: files left out.
        copies_removed: images taken out by `deduplicate`.
        """
        images = {f"images_{part}": len(self.shas[part]) for part in PARTS}
        return {"digest": self.digest, "pixels": self.pixels, **images, **self.counts}


def images(question: Asked, held: Pictures, seed: int, edition: str, stand_in: bool, source: str) -> SymbolImages:
    """What is asked for, of these files. source: a sentence on where they are from.

    Raises:
        DataError: a class without images, or with too few of them for the split.
    """
    labels, classes = class_labels(question.name, held, question.named)
    rows = _canonical(labels, held)
    _refuse_empty(question, labels[rows], classes)
    kept = _deduplicated(question, held, labels, rows)
    removed = len(rows) - len(kept)
    kept = kept if question.each is None else _of_each(labels, kept, question.each)
    shipped = [part_of(held.names[row]) for row in kept.tolist()] if question.name == "math-symbols-2" else ()
    drawn = parts_of(question.name, question.split, labels[kept], shipped, seed, classes)
    parts = {part: kept[drawn[part]] for part in PARTS}
    shas = {part: tuple(held.shas[held.content[row]] for row in rows.tolist()) for part, rows in parts.items()}
    arrays = {f"{part}_y": labels[rows].astype(np.uint8) for part, rows in parts.items()}
    arrays |= {f"{part}_x": _coloured(held, rows) for part, rows in parts.items()}
    for array in arrays.values():
        array.flags.writeable = False
    counts = _counts(shas, arrays["train_y"]) | {"damaged": len(held.damaged), "copies_removed": removed}
    return SymbolImages(
        **arrays,
        classes=classes,
        shas=shas,
        files={part: tuple(held.names[row] for row in rows.tolist()) for part, rows in parts.items()},
        asked=question,
        edition=edition,
        stand_in=stand_in,
        digest=_digest(shas, {part: [classes[label] for label in labels[rows]] for part, rows in parts.items()}),
        pixels=_pixels(*(arrays[f"{part}_x"] for part in PARTS)),
        counts=counts,
        notes=(source, _told(shas), _repetition(counts)),
    )


def _canonical(labels: np.ndarray, held: Pictures) -> np.ndarray:
    """The rows of the classes that are asked for, by class and sha256 of the file, copies by their names."""
    rows = np.flatnonzero(labels >= 0)
    return rows[np.lexsort((rows, held.content[rows], labels[rows]))]  # contents and names are rising by themselves


def _deduplicated(question: Asked, held: Pictures, labels: np.ndarray, rows: np.ndarray) -> np.ndarray:
    if question.deduplicate == "none":
        return rows
    shipped = question.name == "math-symbols-2"
    first = np.array([shipped and part_of(held.names[row]) != "train" for row in rows.tolist()], bool)
    contents = held.content[rows]
    kept = exact([held.shas[content] for content in contents.tolist()], labels[rows], first)
    if question.deduplicate == "near":
        kept = kept[near(hashes(held.x[contents[kept]]), labels[rows][kept], first[kept])]
    return rows[kept]


def _of_each(labels: np.ndarray, rows: np.ndarray, each: int) -> np.ndarray:
    """The first `each` rows of every class: those with the smallest sha256, for the rows are in that order."""
    return np.concatenate([rows[labels[rows] == label][:each] for label in np.unique(labels[rows])])


def _coloured(held: Pictures, rows: np.ndarray) -> np.ndarray:
    x = held.x[held.content[rows]]
    return np.repeat(x, 3, axis=1) if x.shape[1] == 1 else x


def _refuse_empty(question: Asked, labels: np.ndarray, classes: tuple[str, ...]) -> None:
    empty = [sign for place, sign in enumerate(classes) if not (labels == place).any()]
    if empty or not classes:
        told = repr(empty[0]) + (f" (and {len(empty) - 1} more)" if empty[1:] else "") if empty else "at all"
        raise DataError(f"No image of {question.item.title} shows the class {told}.",
                        "A net cannot learn a class without images, nor can errors be counted on it.",
                        "Add images of it, or leave that class out.")  # fmt: skip


def _counts(shas: dict[str, tuple[str, ...]], train_y: np.ndarray) -> dict[str, int]:
    counts = {f"repeated_{part}": repeated(shas[part]) for part in PARTS}
    for part, other in (("validation", "train"), ("test", "train"), ("test", "validation")):
        counts[f"{part}_in_{other}"] = occurring(shas[part], shas[other])
    return counts | {"contradicted_train": contradicted(shas["train"], train_y)}


def _digest(shas: dict[str, tuple[str, ...]], signs: dict[str, list[str]]) -> str:
    whole = hashlib.sha256()
    for part in PARTS:
        lines = sorted(f"{sign} {sha}\n" for sign, sha in zip(signs[part], shas[part], strict=True))
        whole.update(hashlib.sha256("".join(lines).encode()).hexdigest().encode())
    return whole.hexdigest()


def _pixels(*arrays: np.ndarray) -> str:
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(array.tobytes())
    return digest.hexdigest()


def _told(shas: dict[str, tuple[str, ...]]) -> str:
    train, validation, test = (f"{len(shas[part]):,}" for part in PARTS)
    return f"Images: {train} for training, {validation} for validation, {test} for the test."


def _repetition(counts: dict[str, int]) -> str:
    told = f" Images taken out as copies: {counts['copies_removed']:,}." if counts["copies_removed"] else ""
    told += f" Damaged files that were left out: {counts['damaged']:,}." if counts["damaged"] else ""
    if not any(count for name, count in counts.items() if name not in ("damaged", "copies_removed")):
        return f"No file occurs twice, byte for byte.{told}"
    return (
        f"Copies, byte for byte: {counts['test_in_train']:,} test images and {counts['validation_in_train']:,} for "
        f"validation have their file among the training images, which hold {counts['repeated_train']:,} copies of one "
        f"another; training files in two classes: {counts['contradicted_train']:,}.{told}"
    )
