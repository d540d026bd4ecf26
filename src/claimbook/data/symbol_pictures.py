"""Some images of a symbols data set by the sha256 of their files, as far as the set is on this machine.

Records name images and hold none of their pixels; whoever shows one looks it up here.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from claimbook.data import own
from claimbook.data.locate import locate
from claimbook.data.symbol_asked import SIDE
from claimbook.data.symbol_pixels import MOST_BYTES, Damaged, pixels
from claimbook.data.symbol_stand_in import stand_in_symbols


def pictures(data: Mapping[str, Any], wanted: Mapping[str, str], side: int = SIDE) -> dict[str, np.ndarray]:
    """sha256 → (1 or 3, side, side) uint8, of those that are wanted and here; none where the data set is not.

    Args:
        data: what a record says of its data (`SymbolImages.identity`): "name" and "stand_in".
        wanted: sha256 of a file → its canonical name. A file of that name with another content is another image.

    Raises:
        DataError: a file cannot be read; CLAIMBOOK_DATA names no folder.
    """
    if data["stand_in"]:
        held = stand_in_symbols(data["name"], side)
        return {sha: held.x[place] for place, sha in enumerate(held.shas) if sha in wanted}
    found: dict[str, np.ndarray] = {}
    for content in _contents(data["name"], set(wanted.values())):
        sha = hashlib.sha256(content).hexdigest()
        if sha in wanted and sha not in found:
            try:
                found[sha] = pixels(content, side)
            except Damaged:
                continue
    return found


def _contents(name: str, files: set[str]) -> Iterator[bytes]:
    """The contents of these files of the set, by their canonical names."""
    place = own.own(name) or locate(name)
    if place is not None and not place.is_archive:
        here = {file: place.files[file] for file in sorted(files) if file in place.files}
        place = dataclasses.replace(place, files=here) if here else None
    for file, _, stream in place.items() if place is not None else ():
        if file in files:
            yield stream.read(MOST_BYTES)
