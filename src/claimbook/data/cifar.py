"""CIFAR-10 and CIFAR-100: 50,000 training and 10,000 test photographs of 32 x 32 pixels in 10 or 100 classes.

Read from the binary releases, folder or archive, and never from the pickled ones. The rows are put into a canonical
order, rising by the sha256 of the record, so that a copy in any order gives the same images in the same places,
the same subsets and the same split.

Images for validation are held back as the code behind the VGG report does it (VICO-UoE/mlpractical, commit 0d01be8):
with n training images, those that RandomState(0).choice(n, n - validation, replace=False) leaves out, whatever a run's
seed; not stratified. There it draws rows of the official file; here, rows of the canonical order. So the rule and the
sizes, 47,500 and 2,500, are the report's, and the images that fall to each part are not.

A reader's own files (see `data.own`) can take their place: the same records in files of the same names, any number of
them, with an image of each class that is asked for in both parts; files of class names beside them are read too.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from claimbook.data import cifar_files, own
from claimbook.data import stand_in_pictures as synthetic
from claimbook.data.catalogue import data_set
from claimbook.data.cifar_asked import Asked, asked
from claimbook.data.cifar_images import CifarImages, digest_of, identity_of, images
from claimbook.data.cifar_part import canonical
from claimbook.data.found import Found, unreadable
from claimbook.data.locate import absent
from claimbook.data.subset import Subset

_STAND_IN = f"stand-in {synthetic.VERSION}"


def identity(
    name: str = "cifar-100",
    *,
    labels: str = "fine",
    subset: Subset | int | str | Sequence[str] | None = None,
    validation: int = 0,
    stand_in: bool = False,
) -> dict[str, Any]:
    """The identity that `load_cifar` would give; needs no data, but for that of a reader's own files.

    Raises:
        UsageError: what is asked for is not understood, or names a class that is unknown. DataError: own files unfit.
    """
    question = asked(name, labels, subset, validation)
    if not stand_in and cifar_files.own_files(question.item) is not None:
        return _load(question, stand_in).identity()
    question.check_classes(cifar_files.names_of(question.item))
    edition = _STAND_IN if stand_in else question.item.edition
    return identity_of(name, edition, labels, question.subset.rule, question.split, stand_in)


def use_stand_in(name: str, stand_in: bool | None = None) -> bool:
    """Whether a load would give the stand-in: as asked for, else (None) where the real data are not on this machine.

    Raises:
        DataError: CLAIMBOOK_DATA names no folder; the data folder holds a file twice, or the other CIFAR's.
    """
    item = data_set(name)
    return cifar_files.own_files(item) is None and cifar_files.published(item) is None if stand_in is None else stand_in


def load_cifar(
    name: str = "cifar-100",
    *,
    labels: str = "fine",
    subset: Subset | int | str | Sequence[str] | None = None,
    validation: int = 0,
    stand_in: bool | None = None,
) -> CifarImages:
    """The images and labels; loads of the same, from files that have not changed, share one copy in memory.

    Args:
        name: "cifar-10" or "cifar-100".
        labels: "fine", or for CIFAR-100 "coarse", its 20 superclasses.
        subset: None, all; a number of training images, equally many of each (fine) class, those with the smallest
            sha256 of their pixels; names of classes (of the kind `labels`), which the test images are then of alone
            too; or both, see `data.subset`. Of an incomplete copy only a number can be had.
        validation: how many of the chosen training images are held back (the VGG report: 2500).
        stand_in: True: synthetic, 2,000 training and 500 test images; False: real (or a reader's own, where they are in
            use) or an error; None: real where they are found, else synthetic (the caller must say so:
            `CifarImages.stand_in`).

    Raises:
        UsageError: an unknown name, kind of label or class; a subset or a number for validation that cannot be.
        DataError: the real data are absent (`stand_in=False`), damaged, or others; a copy is not complete enough; a
            class is empty; own files are not fit.
    """
    question = asked(name, labels, subset, validation)
    return _load(question, use_stand_in(name, stand_in))


def _load(question: Asked, stand_in: bool) -> CifarImages:
    if stand_in:
        return _of_stand_in(question)
    mine = cifar_files.own_files(question.item)
    found = mine or cifar_files.published(question.item)
    if found is None:
        raise absent(question.item)
    if not mine:
        question.check_classes(cifar_files.names_of(question.item))  # before the large files are read
    try:
        fingerprint = found.fingerprint()
    except OSError as error:
        raise unreadable(found.path, error) from error
    return _of_files(question, found.path, tuple(found.files.items()), fingerprint, mine is not None)


@functools.lru_cache(maxsize=2)
def _of_stand_in(question: Asked) -> CifarImages:
    names = cifar_files.names_of(question.item)
    parts = {"train": synthetic.TRAIN, "test": synthetic.TEST}
    made = (canonical(synthetic.stand_in_pictures(part, count, len(names))) for part, count in parts.items())
    note = "Synthetic stand-in images of the same layout: they exercise the code, and nothing is judged on them."
    return images(question, cifar_files.Files(*made, "", names), _STAND_IN, True, note)


@functools.lru_cache(maxsize=1)
def _of_files(
    question: Asked, path: Path, members: tuple[tuple[str, Path], ...], fingerprint: str, mine: bool
) -> CifarImages:
    """What is asked for of a copy, or of a reader's own files (`mine`)."""
    files, item = _read(question.name, path, members, fingerprint, mine), question.item
    if mine:
        note = f"Images of your own in the place of {item.title}: nothing is judged on them."
        return images(question, files, own.edition(digest_of(files.train, files.test)), False, note)
    note = f"{item.title}, {item.edition}: the content of each part is the published one, by sha256 of its records."
    if files.part_of:
        note = f"{item.title}, {item.edition}, a copy with {files.part_of}; by sha256 of the records."
    return images(question, files, item.edition, False, note)


@functools.lru_cache(maxsize=1)
def _read(name: str, path: Path, members: tuple[tuple[str, Path], ...], fingerprint: str, mine: bool):
    """A copy's files; `fingerprint` makes one that has changed another."""
    return cifar_files.read(Found(data_set(name), path, dict(members)), mine)
