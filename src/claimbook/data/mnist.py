"""MNIST: 60,000 training and 10,000 test images of handwritten digits, 28 x 28, in the official order.

The official files, compressed or not, are read whole and kept once a process as uint8. Content, shapes and labels are
checked at each first load, and test images that occur among the training images are counted.

A reader's own files (see `data.own`) can take their place: idx files of the same names, 28 x 28 as well, labels 0 to 9,
each of them there in both parts, and any number of images.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from claimbook.data import stand_in_digits as synthetic
from claimbook.data.catalogue import data_set
from claimbook.data.check import wrong
from claimbook.data.found import Found, unreadable
from claimbook.data.idx import idx_header, read_idx
from claimbook.data.locate import absent, locate
from claimbook.data.own import edition, own, unfit
from claimbook.errors import DataError

NAME = "mnist"
READER_VERSION = 1
CLASSES = 10
# Field of `Images`: the official file that holds it.
FILES = {
    "train_x": "train-images-idx3-ubyte",
    "train_y": "train-labels-idx1-ubyte",
    "test_x": "t10k-images-idx3-ubyte",
    "test_y": "t10k-labels-idx1-ubyte",
}


@dataclass(frozen=True, eq=False)
class Images:
    """Images with their labels, in the official order. The arrays are uint8 and read-only.

    train_x (60000, 28, 28), test_x (10000, 28, 28): 0 is paper, 255 ink. train_y (60000,), test_y (10000,): the digit.
    digest: sha256 over the sha256 of the four arrays as idx files. test_in_train: how many test images occur, byte for
    byte, among the training images. stand_in: synthetic (and fewer); nothing is judged on it.
    """

    train_x: np.ndarray
    train_y: np.ndarray
    test_x: np.ndarray
    test_y: np.ndarray
    name: str
    edition: str
    stand_in: bool
    reader_version: int
    digest: str
    test_in_train: int
    notes: tuple[str, ...]

    def identity(self) -> dict[str, Any]:
        """What of the data goes into a record's key."""
        return _identity(self.edition, self.reader_version, self.stand_in)

    def facts(self) -> dict[str, Any]:
        """What a record tells of its data: the digest, the numbers of images, test images among the training images."""
        return {
            "digest": self.digest,
            "images_train": len(self.train_y),
            "images_test": len(self.test_y),
            "test_in_train": self.test_in_train,
        }


def identity(stand_in: bool = False) -> dict[str, Any]:
    """The identity that `load_mnist` would give; needs no data, but for that of a reader's own files.

    Raises:
        DataError: the own files are not fit.
    """
    if not stand_in and (mine := own(NAME)) is not None:
        return _load(mine, mine=True).identity()
    return _identity(f"stand-in {synthetic.VERSION}" if stand_in else data_set(NAME).edition, READER_VERSION, stand_in)


def use_stand_in(stand_in: bool | None = None) -> bool:
    """Whether a load would give the stand-in: as asked for, else (None) where the real data are not on this machine.

    Raises:
        DataError: CLAIMBOOK_DATA names no folder, or the data folder holds a file twice.
    """
    return own(NAME) is None and locate(NAME) is None if stand_in is None else stand_in


def load_mnist(*, stand_in: bool | None = None) -> Images:
    """The images and labels; loads of files that have not changed share one copy in memory.

    Args:
        stand_in: True: synthetic, 2,048 training and 512 test images; False: real (or a reader's own, where they are in
            use) or an error; None: real where they are found, else synthetic (the caller must say so:
            `Images.stand_in`).

    Raises:
        DataError: the real data are absent (`stand_in=False`), damaged or edited, or not MNIST; own files are not fit.
    """
    if use_stand_in(stand_in):
        return _synthetic()
    if (mine := own(NAME)) is not None:
        return _load(mine, mine=True)
    found = locate(NAME)
    if found is None:
        raise absent(data_set(NAME))
    return _load(found, mine=False)


def _load(found: Found, mine: bool) -> Images:
    try:
        fingerprint = found.fingerprint()
    except OSError as error:
        raise unreadable(found.path, error) from error
    return _read(found.path, tuple(found.files.items()), fingerprint, mine)


@functools.lru_cache(maxsize=1)
def _synthetic() -> Images:
    arrays = {}
    for part, count in {"train": synthetic.TRAIN, "test": synthetic.TEST}.items():
        arrays[f"{part}_x"], arrays[f"{part}_y"] = synthetic.stand_in_digits(part, count)
    digests = {}
    for field, array in arrays.items():
        array.flags.writeable = False
        digests[field] = hashlib.sha256(idx_header(array.shape) + array.tobytes()).hexdigest()
    note = "Synthetic stand-in images of the same layout: they exercise the code, and nothing is judged on them."
    return _images(arrays, digests, identity(stand_in=True)["edition"], True, note)


@functools.lru_cache(maxsize=1)
def _read(path: Path, members: tuple[tuple[str, Path], ...], fingerprint: str, mine: bool) -> Images:
    """The images of a copy, or of a reader's own files (`mine`); `fingerprint` makes one that has changed another."""
    item = data_set(NAME)
    found = Found(item, path, dict(members))
    refused = unfit if mine else wrong
    arrays, digests = _arrays(found, refused)
    for part, (count, *side, _) in item.shapes.items():
        x, y = arrays[f"{part}_x"], arrays[f"{part}_y"]
        if why := _fault(part, x, y, (len(x) if mine else count, *side)):
            raise refused(found, why)
    counts = f"{len(arrays['train_y']):,} training and {len(arrays['test_y']):,} test images"
    if mine:
        note = f"{counts} of your own in the place of {item.title}: nothing is judged on them."
        return _images(arrays, digests, edition(_digest(digests)), False, note)
    for field, name in FILES.items():
        if digests[field] != item.check.sha256[name]:
            raise wrong(found, f"{name} has another content than the published one")
    note = f"{counts}; the content of each file is the published one, by sha256."
    return _images(arrays, digests, item.edition, False, note)


def _arrays(found: Found, refused: Callable[[Found, str], DataError]) -> tuple[dict[str, np.ndarray], dict[str, str]]:
    """The arrays and the sha256 of the files' content, by field."""
    fields = {name: field for field, name in FILES.items()}
    arrays, digests = {}, {}
    for name, where, stream in found.items():
        if name in fields:
            content = stream.read()
            arrays[fields[name]] = read_idx(content, where, axes=3 if name.endswith("idx3-ubyte") else 1)
            digests[fields[name]] = hashlib.sha256(content).hexdigest()
    missing = [name for field, name in FILES.items() if field not in arrays]
    if missing:
        raise refused(found, f"Missing: {', '.join(missing)}")
    return arrays, digests


def _fault(part: str, x: np.ndarray, y: np.ndarray, shape: tuple[int, ...]) -> str:
    """Why images and labels of a part do not belong together, or are not such as MNIST's; "" where they are."""
    if len(x) != len(y):
        return f"It has {len(x):,} images for {part} and {len(y):,} labels"
    if x.shape != shape:
        there, published = (" x ".join(map(str, lengths)) for lengths in (x.shape, shape))
        return f"Its images for {part} are {there}, not {published}"
    counts = np.bincount(y, minlength=CLASSES)
    if len(counts) > CLASSES:
        return f"A label for {part} is {len(counts) - 1}; labels go from 0 to {CLASSES - 1}"
    return "" if counts.all() else f"No image for {part} shows a {int(counts.argmin())}"


def _digest(digests: dict[str, str]) -> str:
    return hashlib.sha256("".join(digests[field] for field in FILES).encode()).hexdigest()


def _images(arrays: dict[str, np.ndarray], digests: dict[str, str], edition: str, stand_in: bool, note: str) -> Images:
    repeated = occurring(arrays["test_x"], arrays["train_x"])
    told = f"{repeated:,} of the test images occur" if repeated else "No test image occurs"
    return Images(
        **arrays,
        name=NAME,
        edition=edition,
        stand_in=stand_in,
        reader_version=READER_VERSION,
        digest=_digest(digests),
        test_in_train=repeated,
        notes=(note, f"{told} among the training images."),
    )


def occurring(images: np.ndarray, among: np.ndarray) -> int:
    """How many of `images` (n, …) are, byte for byte, one of `among` (m, …); both of one dtype and image shape."""
    asked = [image.tobytes() for image in images]
    known = set(asked)
    there = known.intersection(image.tobytes() for image in among)
    return sum(image in there for image in asked)


def _identity(edition: str, reader: int, stand_in: bool) -> dict[str, Any]:
    return {"name": NAME, "edition": edition, "subset": "all", "reader": reader, "stand_in": stand_in}
