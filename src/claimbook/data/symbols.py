"""Handwritten math symbols: the three sets of the paper and BHMSDS, as 50 x 50 pixels with three colours.

Source: Sultan, Hasan, Kasedullah, section IV. The paper says that the images were brought to 50 x 50 and divided by
255 (the division is the net's business here). Our reading of what it leaves open: the aspect is not kept, sizes change
by area averages, what is transparent is white. The splits are those of `symbol_split`. Folders' names are mapped to one
vocabulary; the images come by class and by the sha256 of their files, so that a copy of a set in any order, from a
folder or an archive, gives the same split.

A reader's own folders of images (see `data.own`) can take a set's place: laid out and named like its own, any number of
images of any size.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from claimbook.data import own, symbol_cache
from claimbook.data import symbol_stand_in as synthetic
from claimbook.data.catalogue import DataSet, data_set
from claimbook.data.check import wrong
from claimbook.data.found import Found, unreadable
from claimbook.data.locate import absent, locate
from claimbook.data.symbol_asked import SIDE, Asked, asked
from claimbook.data.symbol_files import Pictures, folder_of, is_read
from claimbook.data.symbol_images import SymbolImages, images
from claimbook.data.symbol_split import PAPER
from claimbook.errors import DataError, UsageError

_PICTURES = (".jpg", ".jpeg", ".png", ".gif", ".bmp", ".tif", ".tiff", ".webp", ".heic")
_STAND_IN = f"stand-in {synthetic.VERSION}"


def identity(
    name: str = "math-symbols-1",
    *,
    classes: str | Sequence[str] = "paper",
    each: int | None = None,
    side: int = SIDE,
    split: str = PAPER,
    deduplicate: str = "none",
    skip_damaged: bool = False,
    stand_in: bool = False,
) -> dict[str, Any]:
    """The identity that `load_symbols` would give; needs no data, but for that of a reader's own files.

    Raises:
        UsageError: what is asked for is not understood. DataError: own files unfit.
    """
    question = asked(name, classes, each, side, split, deduplicate, skip_damaged)
    if not stand_in and own.own(name) is not None:
        return _load(question, 0, stand_in).identity()
    return question.identity(_STAND_IN if stand_in else question.item.edition, stand_in)


def use_stand_in(name: str, stand_in: bool | None = None) -> bool:
    """Whether a load would give the stand-in: as asked for, else (None) where the real data are not on this machine.

    Raises:
        DataError: CLAIMBOOK_DATA names no folder; the data folder holds a file twice.
    """
    return own.own(name) is None and locate(name) is None if stand_in is None else stand_in


def load_symbols(
    name: str = "math-symbols-1",
    *,
    seed: int = 0,
    classes: str | Sequence[str] = "paper",
    each: int | None = None,
    side: int = SIDE,
    split: str = PAPER,
    deduplicate: str = "none",
    skip_damaged: bool = False,
    stand_in: bool | None = None,
) -> SymbolImages:
    """The images and labels; loads of the same, from files that have not changed, share one copy in memory.

    Args:
        name: "math-symbols-1", "math-symbols-2", "math-symbols-3" or "bhmsds".
        seed: of the split.
        classes: "paper", those of the paper's 16 that the set has; "all", every folder of it (set III: 82); or names.
        each: at most so many images of a class, those with the smallest sha256 of their files; chosen before the split.
        side: of the images, in pixels.
        split: "paper", its rule for the set; "foreign", all images are test images.
        deduplicate: "none"; "exact" or "near": copies are removed before the split, see `symbol_duplicates`.
        skip_damaged: leave out files that are damaged and count them, instead of refusing the set.
        stand_in: True: synthetic, 60 images a class; False: real (or a reader's own, where they are in use) or an
            error; None: real where they are found, else synthetic (the caller must say so: `SymbolImages.stand_in`).

    Raises:
        UsageError: an unknown name, class, split or way with copies; a number that cannot be.
        DataError: the real data are absent (`stand_in=False`), incomplete, or hold damaged images, which are named; a
            folder of a class that nobody knows; a class is empty or too small to be split; own files are not fit.
    """
    question = asked(name, classes, each, side, split, deduplicate, skip_damaged)
    return _load(question, int(seed), use_stand_in(name, stand_in))


def _load(question: Asked, seed: int, stand_in: bool) -> SymbolImages:
    if stand_in:
        return _of_stand_in(question, seed)
    mine = own.own(question.name)
    found = mine or locate(question.name)
    if found is None:
        raise absent(question.item)
    try:
        fingerprint = found.fingerprint()
    except OSError as error:
        raise unreadable(found.path, error) from error
    return _of_files(question, seed, found.path, tuple(found.files.items()), fingerprint, mine is not None)


@functools.lru_cache(maxsize=2)
def _of_stand_in(question: Asked, seed: int) -> SymbolImages:
    held = synthetic.stand_in_symbols(question.name, question.side)
    note = "Synthetic stand-in images, drawn with a pen that shakes: they exercise the code, and nothing is judged."
    return images(question, held, seed, _STAND_IN, True, note)


@functools.lru_cache(maxsize=2)
def _of_files(
    question: Asked, seed: int, path: Path, members: tuple[tuple[str, Path], ...], fingerprint: str, mine: bool
) -> SymbolImages:
    held = _pictures(question.name, question.side, question.every, path, members, fingerprint, mine)
    if mine and (ignored := _ignored(question.item, path)):
        why = f"{ignored} has another ending than {', '.join(rule.match for rule in question.item.layout)}"
        raise own.unfit(Found(question.item, path, {}), f"{why}, and images must not be left out in silence")
    if held.damaged and not question.skip_damaged:
        raise _damaged(question, held)
    if mine:
        note = f"Images of your own in the place of {question.item.title}: nothing is judged on them."
        return images(question, held, seed, own.edition(held.digest()), False, note)
    return images(question, held, seed, question.item.edition, False, _source(question, held))


@functools.lru_cache(maxsize=2)
def _pictures(
    name: str, side: int, every: bool, path: Path, members: tuple[tuple[str, Path], ...], fingerprint: str, mine: bool
) -> Pictures:
    """All images of a copy, or of a reader's own folders (`mine`); `fingerprint` makes one that has changed another."""
    found = Found(data_set(name), path, dict(members))
    try:
        held = symbol_cache.pictures(found, side, every)
    except UsageError as error:
        raise (own.unfit if mine else wrong)(found, f"{error.what} {error.do}".rstrip(".")) from error
    counts = {} if mine else found.data_set.check.counts
    there = Counter(folder_of(name, file) for file in (*held.names, *(where for where, _ in held.damaged)))
    for folder, count in counts.items():
        if is_read(name, folder, every) and there[folder] != count:
            raise wrong(found, f"Class folder {folder!r} has {there[folder]:,} images, not {count:,}")
    return held


def _damaged(question: Asked, held: Pictures) -> DataError:
    count = len(held.damaged)
    told = "; ".join(f"{where} {why}" for where, why in held.damaged[:3]) + ("; …" if count > 3 else "")
    which = f"{count:,} files" if count > 1 else "A file"
    do = "Put good copies in their place, or ask for them to be left out (skip_damaged), which counts them."
    return DataError(f"{which} of {question.item.title} cannot be used.", f"{told}.", do)


def _ignored(item: DataSet, folder: Path) -> str:
    """The first image file below the folder that is not read for its name's ending; "" where there is none."""
    for path in sorted(folder.rglob("*")):
        below = path.relative_to(folder).as_posix()
        if path.suffix.lower() in _PICTURES and item.canonical(below) is None and not below.startswith("."):
            return below
    return ""


def _source(question: Asked, held: Pictures) -> str:
    item, read = question.item, len(held.names)
    told = f"{item.title}, {item.edition}: {read:,} images were read, counted by class"
    least = item.check.complete_from
    return (
        f"{told}; a part of the published ones, which are {least:,} at least." if least and read < least else f"{told}."
    )
