"""Where published weights come from: which file they are, and which run trained them."""

from __future__ import annotations

import functools
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from claimbook.apps import weights
from claimbook.errors import DataError

_RECORD = re.compile(r".+-s(?P<seed>[0-9]+)-[0-9a-f]{8}")  # as `record.schema.record_id` makes it


@dataclass(frozen=True)
class Origin:
    """sha256: of the weights file. record: the id of the run that trained them. seed: of that run, and of its split."""

    sha256: str
    record: str
    seed: int


def published() -> Origin | None:
    """Of the weights that come with the project; None where none are published.

    Raises:
        DataError: the file is damaged, or does not name its run.
    """
    path = weights.PUBLISHED
    if not path.is_file():
        return None
    stat = path.stat()
    return _of_file(path, stat.st_mtime_ns, stat.st_size)


@functools.lru_cache(maxsize=4)
def _of_file(path: Path, modified: int, size: int) -> Origin:
    record = weights.read(path).record
    return Origin(hashlib.sha256(path.read_bytes()).hexdigest(), record, seed_of(record))


def seed_of(record: str) -> int:
    """The seed in the id of a record, "paper/experiment/arm-s0-1a2b3c4d". Raises DataError where it has none."""
    found = _RECORD.fullmatch(record)
    if found is None:
        why = "It is no id of a record, such as math-symbols/dataset-1/set-1-s0-1a2b3c4d."
        do = "Publish the weights of a recorded run: python -m claimbook.apps"
        raise DataError(f"The weights name {record!r} as the run that trained them.", why, do)
    return int(found["seed"])
