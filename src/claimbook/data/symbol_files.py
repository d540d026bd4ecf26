"""The image files of a symbols data set, from a folder or an archive: which are wanted, and what they hold."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO

import numpy as np

from claimbook.data.found import Found
from claimbook.data.symbol_pixels import MOST_BYTES, Damaged, pixels
from claimbook.data.symbol_vocabulary import class_of, classes_of, ordered

READER_VERSION = 1


@dataclass(frozen=True, eq=False)
class Pictures:
    """Image files by their canonical names, rising, and their different contents by their sha256, rising.

    x: (contents, 1 or 3, side, side) uint8, one channel where no image has a colour; dark ink on white. shas:
    (contents,) sha256 (hex) of the files. names: (files,). content: (files,) the place of each file's content in x.
    damaged: (where it is, why) of each file that cannot be used; it is in none of the others.
    """

    x: np.ndarray
    shas: tuple[str, ...]
    names: tuple[str, ...]
    content: np.ndarray
    damaged: tuple[tuple[str, str], ...] = ()

    def digest(self) -> str:
        """sha256 (hex) over the folder and the content of every file, whatever the files are called."""
        lines = sorted(
            f"{file.rpartition('/')[0]} {self.shas[content]}\n"
            for file, content in zip(self.names, self.content.tolist(), strict=True)
        )
        return hashlib.sha256("".join(lines).encode()).hexdigest()


def read(found: Found, side: int, every: bool) -> Pictures:
    """The images, each content decoded once; a file that cannot be used is named in `damaged`, and none is an error.

    every: those of all classes, not of the paper's alone.

    Raises:
        UsageError: a class folder that nobody knows.
        DataError: a file cannot be read from the disk; an archive is damaged or unsafe.
    """
    name = found.data_set.name
    images: dict[str, np.ndarray | Damaged] = {}
    files: list[tuple[str, str]] = []
    damaged: list[tuple[str, str]] = []
    for file, where, stream in found.items():
        if not is_read(name, folder_of(name, file), every):
            continue
        content = _content(stream)
        sha = hashlib.sha256(content).hexdigest()
        if sha not in images:
            images[sha] = _image(content, side)
        if isinstance(images[sha], Damaged):
            damaged.append((where, str(images[sha])))
        else:
            files.append((file, sha))
    return _pictures({sha: x for sha, x in images.items() if not isinstance(x, Damaged)}, sorted(files), damaged, side)


def class_labels(name: str, held: Pictures, named: Sequence[str] | None) -> tuple[np.ndarray, tuple[str, ...]]:
    """(files,) int64, the place of each file's class among the classes, −1 for another; and these classes.

    named: the classes; None: all that the files show.
    """
    folders = {folder_of(name, file) for file in held.names}
    signs = {folder: class_of(name, folder) for folder in folders}
    classes = ordered(signs.values()) if named is None else tuple(named)
    place = {folder: classes.index(sign) if sign in classes else -1 for folder, sign in signs.items()}
    return np.array([place[folder_of(name, file)] for file in held.names], np.int64), classes


def is_read(name: str, folder: str, every: bool) -> bool:
    """Whether a class folder of the data set is read: it is of the paper's classes, or (`every`) of any.

    Raises UsageError for a folder that nobody knows.
    """
    sign = class_of(name, folder)
    return sign is not None and (every or sign in classes_of(name))


def folder_of(name: str, file: str) -> str:
    """What names a file's class: its folder, or for BHMSDS what stands before the last `-` of its own name."""
    path = PurePosixPath(file)
    return path.stem.rpartition("-")[0] if name == "bhmsds" else path.parent.name


def part_of(file: str) -> str:
    """The part in which data set II ships a file: the folder above that of its class."""
    return PurePosixPath(file).parts[-3]


def _content(stream: BinaryIO) -> bytes:
    pieces, left = [], MOST_BYTES + 1  # one byte more tells that it is too much
    while left > 0 and (piece := stream.read(min(left, 1 << 20))):
        pieces.append(piece)
        left -= len(piece)
    return b"".join(pieces)


def _image(content: bytes, side: int) -> np.ndarray | Damaged:
    try:
        return pixels(content, side)
    except Damaged as error:
        return error


def _pictures(images: dict[str, np.ndarray], files: list[tuple[str, str]], damaged: list, side: int) -> Pictures:
    shas = sorted(images)
    channels = max((len(image) for image in images.values()), default=1)
    x = np.empty((len(shas), channels, side, side), np.uint8)
    for place, sha in enumerate(shas):
        x[place] = images.pop(sha)  # a grey one fills all channels
    places = {sha: place for place, sha in enumerate(shas)}
    content = np.array([places[sha] for _, sha in files], np.int64)
    return Pictures(x, tuple(shas), tuple(file for file, _ in files), content, tuple(sorted(damaged)))
