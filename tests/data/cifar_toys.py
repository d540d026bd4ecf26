"""Small CIFAR sets in the official files, and the catalogue's entries shrunk to them."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest

from claimbook.data import catalogue as catalogue_module
from claimbook.data.catalogue import DataSet, data_set

KINDS = {"cifar-10": 1, "cifar-100": 2}
EACH = {"cifar-10": (6, 2), "cifar-100": (4, 1)}  # images of every class, training and test


def cifar_records(name: str, part: str) -> np.ndarray:
    """Records (n, kinds + 3072) in random order; the fine class of CIFAR-100 belongs to the superclass fine // 5."""
    rng = np.random.default_rng([KINDS[name], len(part)])
    classes = len(data_set(name).classes)
    fine = rng.permutation(np.repeat(np.arange(classes), EACH[name][part == "test"]))
    labels = np.stack([fine // 5, fine], axis=1)[:, -KINDS[name] :]
    pixels = rng.integers(0, 256, (len(fine), 3072))
    return np.concatenate([labels, pixels], axis=1).astype(np.uint8)


def cifar_files(name: str, **parts: np.ndarray) -> dict[str, bytes]:
    """The files' content by name; `train` and `test` in the place of `cifar_records`."""
    train, test = (parts.get(part, cifar_records(name, part)) for part in ("train", "test"))
    if name == "cifar-100":
        return {"train.bin": train.tobytes(), "test.bin": test.tobytes()}
    halves = {f"data_batch_{k}.bin": half.tobytes() for k, half in enumerate(np.array_split(train, 5), 1)}
    return {**halves, "test_batch.bin": test.tobytes()}


def content(records: np.ndarray) -> str:
    """The content digest by hand."""
    return hashlib.sha256(b"".join(sorted(hashlib.sha256(bytes(row)).digest() for row in records))).hexdigest()


def cifar_toy(name: str, known_part: np.ndarray | None = None, **parts: np.ndarray) -> DataSet:
    """The catalogue's entry with the numbers and digests of these records; `known_part`: an incomplete training set."""
    entry = data_set(name).model_dump()
    for part, split in entry["check"]["splits"].items():
        records = parts.get(part, cifar_records(name, part))
        split.update(records=len(records), content=content(records), parts={})
        if part == "train" and known_part is not None:
            split["parts"] = {content(known_part): f"{len(known_part)} of them"}
    return DataSet.model_validate(entry)


def put_files(folder: Path, files: dict[str, bytes]) -> Path:
    """Write the files into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder


@pytest.fixture
def cifar_home(home, monkeypatch):
    """A data folder with both small sets, whose catalogue knows them; `use(item)` puts another entry there."""
    entries = {name: cifar_toy(name) for name in KINDS}
    monkeypatch.setattr(catalogue_module, "catalogue", lambda: entries)
    monkeypatch.setattr("claimbook.data.cifar_files.catalogue", lambda: entries)
    for name, item in entries.items():
        put_files(home / item.folder, cifar_files(name))
    return home, entries
