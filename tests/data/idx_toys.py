"""A small MNIST: 30 training and 20 test images in the official files, and the catalogue's entry shrunk to it."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
from data.toys import sha256

from claimbook.data.catalogue import DataSet, data_set

COUNTS = {"train": 30, "t10k": 20}


def idx(values: np.ndarray) -> bytes:
    """An idx file written out by hand: magic number, lengths, values."""
    header = bytes([0, 0, 8, values.ndim]) + b"".join(int(n).to_bytes(4, "big") for n in values.shape)
    return header + values.astype(np.uint8).tobytes()


def digit_arrays() -> dict[str, np.ndarray]:
    """Images and labels by official file name; every class is there."""
    rng = np.random.default_rng(0)
    arrays = {}
    for part, count in COUNTS.items():
        arrays[f"{part}-images-idx3-ubyte"] = rng.integers(0, 256, (count, 28, 28), dtype=np.uint8)
        arrays[f"{part}-labels-idx1-ubyte"] = rng.permutation(count).astype(np.uint8) % 10
    return arrays


def digit_files(arrays: dict[str, np.ndarray] | None = None) -> dict[str, bytes]:
    """The four files' content by name."""
    return {name: idx(values) for name, values in (arrays or digit_arrays()).items()}


def digit_toy(files: dict[str, bytes] | None = None) -> DataSet:
    """The catalogue's entry of MNIST with the shapes and hashes of these files (else of `digit_files`)."""
    shapes = {"train": [30, 28, 28, 1], "test": [20, 28, 28, 1]}
    check = {"kind": "files", "sha256": {name: sha256(c) for name, c in (files or digit_files()).items()}}
    limits = {"members": 10, "bytes": 1_000_000}
    changes = {"shapes": shapes, "check": check, "limits": limits}
    return DataSet.model_validate({**data_set("mnist").model_dump(), **changes})


def put(folder: Path, files: dict[str, bytes], compressed: bool = True) -> None:
    """Write the files into `folder`, as .gz or as they are."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        target = folder / (f"{name}.gz" if compressed else name)
        target.write_bytes(gzip.compress(content) if compressed else content)
