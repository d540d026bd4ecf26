"""CIFAR's binary files on this machine, published or a reader's own, checked and in the canonical order.

The published ones are known by the content digest of each part; of CIFAR-10 a copy is known that holds a part of the
training images. A reader's own (see `data.own`) have the same names and the same records, and any number of them.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from claimbook.data import own
from claimbook.data.catalogue import DataSet, Split, catalogue, data_set
from claimbook.data.check import wrong
from claimbook.data.cifar_part import Part, canonical, label_fault, records_in
from claimbook.data.found import Found, scan
from claimbook.data.locate import locate, roots
from claimbook.errors import DataError

Refuse = Callable[[str], DataError]
_OWN_NAMES = {"label": "batches.meta.txt", "fine": "fine_label_names.txt", "coarse": "coarse_label_names.txt"}


@dataclass(frozen=True, eq=False)
class Files:
    """What the files hold. part_of: what an incomplete copy of the training images is, "" for a complete one.

    names: the names of the classes by kind of label.
    """

    train: Part
    test: Part
    part_of: str
    names: dict[str, tuple[str, ...]]


def own_files(item: DataSet) -> Found | None:
    """The reader's own files in the place of this data set, or None.

    Raises:
        DataError: the folder holds no such file, or it holds those of the other CIFAR.
    """
    try:
        return own.own(item.name)
    except DataError as error:
        raise _another(item, own.read(os.environ[own.VARIABLE])[1]) or error from None


def published(item: DataSet) -> Found | None:
    """The published files where they are on this machine, or None; not checked yet.

    Raises:
        DataError: as `locate`; or this data set's folder holds the files of the other CIFAR.
    """
    found = locate(item)
    if found is None:
        folders = (root / name for root in roots() for name in (item.folder, *item.also))
        for folder in folders:
            if error := _another(item, folder):
                raise error
    return found


def names_of(item: DataSet) -> dict[str, tuple[str, ...]]:
    """The names of the classes by kind of label, in the order of a record's label bytes, as published."""
    return {"coarse": item.coarse_classes, "fine": item.classes} if item.coarse_classes else {"label": item.classes}


def read(found: Found, mine: bool) -> Files:
    """The files' content.

    Raises:
        DataError: a file is missing, cut, or has a label that is out of range; the published content is another.
    """
    item = found.data_set

    def refuse(why: str) -> DataError:
        return (own.unfit if mine else wrong)(found, why)

    contents = {name: (where, stream.read()) for name, where, stream in found.items()}
    names = names_of(item) | (_own_names(contents, item, refuse) if mine else {})
    parts, told = {}, ""
    for part, split in item.check.splits.items():
        records = _records(found, contents, part, refuse)
        parts[part] = canonical(records)
        if not mine:
            told = _known(parts[part], part, split, refuse) or told
    return Files(parts["train"], parts["test"], told, names)


def _records(found: Found, contents: dict[str, tuple[str, bytes]], part: str, refuse: Refuse) -> np.ndarray:
    """The records of a part's files (n, record_bytes); the files' contents are let go."""
    item = found.data_set
    split, size = item.check.splits[part], item.check.record_bytes
    chosen = [name for name in sorted(contents) if Path(name).match(split.files)]
    if not chosen:
        raise refuse(f"{split.files} is missing{_instead(found)}")
    read = []
    for name in chosen:
        where, content = contents.pop(name)
        read.append(records_in(content, size, lambda why, where=where: refuse(f"{where} {why}")))
        if why := label_fault(read[-1], {kind: len(classes) for kind, classes in names_of(item).items()}):
            raise refuse(f"{where} is at fault. {why}")
    return np.concatenate(read) if len(read) > 1 else read[0]


def _known(part: Part, name: str, split: Split, refuse: Refuse) -> str:
    """What a known incomplete copy holds, "" for the whole; refuses any other content."""
    digest = part.digest()
    if digest == split.content:
        return ""
    if digest not in split.parts:
        raise refuse(f"The {len(part):,} records of {name} are not the {split.records:,} published ones")
    return split.parts[digest]


def _own_names(contents: dict[str, tuple[str, bytes]], item: DataSet, refuse: Refuse) -> dict[str, tuple[str, ...]]:
    """The names of the classes that stand in a reader's own files of names; as many as the data set has."""
    named = {}
    for kind, published in names_of(item).items():
        if _OWN_NAMES[kind] in contents:
            where, content = contents[_OWN_NAMES[kind]]
            names = tuple(line.strip() for line in content.decode(errors="replace").splitlines() if line.strip())
            if len(set(names)) != len(published):
                raise refuse(f"{where} names {len(set(names))} different classes, not {len(published)}")
            named[kind] = names
    return named


def _instead(found: Found) -> str:
    """What an archive holds that has another's name; a folder is told by `_another`."""
    others = _others(found.data_set) if found.is_archive else []
    there = [other.title for other in others if any(Found(other, found.path, {}).items("*.bin"))]
    return f"; it holds files of {there[0]}" if there else ""


def _another(item: DataSet, folder: Path) -> DataError | None:
    """The error for a folder that holds the records of another data set than `item`; None for any other folder."""
    for other in _others(item):
        if folder.is_dir() and any(name.endswith(".bin") for name in scan(other, folder)):
            what = f"{folder} holds {other.title}, not {item.title}."
            files = ", ".join(split.files for split in item.check.splits.values())
            return DataError(
                what,
                f"The files of {item.title} are {files}.",
                f"Ask for {other.name}, or put the files of {item.title} in their place.",
            )
    return None


def _others(item: DataSet) -> list[DataSet]:
    return [
        data_set(name) for name, other in catalogue().items() if other.check.kind == "records" and name != item.name
    ]
