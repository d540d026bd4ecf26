"""Digests that say whether two copies of a data set hold the same, whatever the order of their rows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import BinaryIO

import numpy as np


def content_digest(records: Iterable[bytes]) -> str:
    """sha256 (hex) over the sorted sha256 of the records: it does not depend on their order."""
    return hashlib.sha256(b"".join(sorted(hashlib.sha256(record).digest() for record in records))).hexdigest()


def stream_digest(stream: BinaryIO) -> str:
    """sha256 (hex) of all that `stream` holds, read in pieces."""
    digest = hashlib.sha256()
    while piece := stream.read(1 << 20):
        digest.update(piece)
    return digest.hexdigest()


def array_digest(*arrays: np.ndarray) -> str:
    """sha256 (hex) of the arrays' shapes and values as little-endian float64, in C order.

    float32 input digests as its exact float64 values, so the digest is of numbers, not of a dtype.
    """
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(repr(tuple(int(n) for n in array.shape)).encode())
        digest.update(np.ascontiguousarray(array, dtype="<f8").tobytes())
    return digest.hexdigest()
