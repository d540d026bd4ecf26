"""Decoded images kept in the user's cache folder: decoded once, verified at every use, made again where in doubt.

A file of the cache is the sha256 of all that follows, a line that says what it is of, and the pixels. What it is of
names every file by path, size and time of change (`Found.fingerprint`), so that a file that changed is decoded anew.
It only saves time: it may be deleted, and a folder that cannot be written to is no fault.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np

from claimbook import files
from claimbook.data.found import Found, unreadable
from claimbook.data.locate import cache_folder
from claimbook.data.symbol_files import READER_VERSION, Pictures, read
from claimbook.data.symbol_opencv import version
from claimbook.errors import ClaimbookError


def pictures(found: Found, side: int, every: bool) -> Pictures:
    """As `symbol_files.read`, from the cache where it has them. The arrays are read-only."""
    try:
        known = _identity(found, side, every)
    except OSError as error:
        raise unreadable(found.path, error) from error
    path = _path(found, side, every)
    kept = _kept(path, known)
    if kept is None:
        kept = read(found, side, every)
        with contextlib.suppress(ClaimbookError):
            files.write_bytes(path, _packed(kept, known))
    kept.x.flags.writeable = kept.content.flags.writeable = False
    return kept


def _identity(found: Found, side: int, every: bool) -> dict[str, Any]:
    asked = {"data set": found.data_set.name, "side": side, "every class": every, "files": found.fingerprint()}
    return {**asked, "reader": READER_VERSION, "opencv": version()}


def _path(found: Found, side: int, every: bool) -> Path:
    place = hashlib.sha256(str(found.path.resolve()).encode()).hexdigest()[:16]
    chosen = "all" if every else "paper"
    return cache_folder() / "symbols" / f"{found.data_set.name}-{chosen}-{side}-{place}.pixels"


def _packed(kept: Pictures, known: dict[str, Any]) -> bytes:
    head = {
        "of": known,
        "shape": kept.x.shape,
        "shas": kept.shas,
        "names": kept.names,
        "content": kept.content.tolist(),
        "damaged": kept.damaged,
    }
    body = json.dumps(head).encode() + b"\n" + kept.x.tobytes()
    return hashlib.sha256(body).hexdigest().encode() + b"\n" + body


def _kept(path: Path, known: dict[str, Any]) -> Pictures | None:
    """What the file holds; None where there is none, or it is of other files, or not as it was written."""
    try:
        digest, _, body = path.read_bytes().partition(b"\n")
        if hashlib.sha256(body).hexdigest().encode() != digest:
            return None
        line, _, pixels = body.partition(b"\n")
        head = json.loads(line)
    except (OSError, ValueError):
        return None
    if head["of"] != known:
        return None
    return Pictures(
        np.frombuffer(pixels, np.uint8).reshape(head["shape"]).copy(),
        tuple(head["shas"]),
        tuple(head["names"]),
        np.array(head["content"], np.int64),
        tuple((where, why) for where, why in head["damaged"]),
    )
