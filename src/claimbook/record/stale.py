"""Stale is a mark, not an eviction: whether a record still shows what today's code does.

A record is *fresh* where its source digest is today's. Where the source has changed it is *stale*, unless a stamp of
`claimbook revalidate` says that its first losses came out again: then it is *confirmed*. Stamps lie beside the
records, in `revalidated.json`; records themselves never change.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from claimbook import files
from claimbook.record.reading import parse_json
from claimbook.record.schema import Record, Sha256

STAMPS = "revalidated.json"
OTHER_MACHINE_RTOL = 1e-5  # drift of float32 losses over 20 steps between machines whose sums differ in order


class Stamp(BaseModel):
    """What came of re-running the first 20 steps of the record with this digest, under the code with this source."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    digest: Sha256
    source: Sha256
    outcome: Literal["confirmed", "stale"]
    date: str
    same_machine: bool
    detail: str


class _Stamps(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    schema_version: Literal[1]
    stamps: dict[Sha256, Stamp]


def standing(record: Record, source: str, stamps: Mapping[str, Stamp]) -> str:
    """ "fresh", "confirmed" or "stale", given today's source digest and the stamps of the record's folder."""
    if record.provenance.source == source:
        return "fresh"
    stamp = stamps.get(record.key)
    known = stamp is not None and (stamp.digest, stamp.source) == (record.digest, source)
    return "confirmed" if known and stamp.outcome == "confirmed" else "stale"


def same_losses(recorded: Sequence[float], today: Sequence[float], same_machine: bool) -> bool:
    """Whether two runs of the first steps agree: bit for bit on one machine, else within a relative 1e-5.

    Two numbers that are not finite agree where they are the same.
    """
    if len(recorded) != len(today):
        return False
    rtol = 0.0 if same_machine else OTHER_MACHINE_RTOL
    return all(_agree(float(a), float(b), rtol) for a, b in zip(recorded, today, strict=True))


def read_stamps(file: Path) -> dict[str, Stamp]:
    """The stamps in `file`, key → stamp; none where there is no such file. Raises ValueError for a corrupt one."""
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        return {}
    return _Stamps.model_validate(parse_json(content)).stamps


def write_stamps(file: Path, stamps: Mapping[str, Stamp]) -> None:
    """Put the stamps at `file`, sorted by key, one a line. Raises ClaimbookError as `files.write_text` does."""
    rows = [f"  {json.dumps(key)}: {json.dumps(stamps[key].model_dump())}" for key in sorted(stamps)]
    files.write_text(file, '{\n "schema_version": 1,\n "stamps": {\n' + ",\n".join(rows) + "\n }\n}\n")


def _agree(a: float, b: float, rtol: float) -> bool:
    if math.isnan(a) or math.isnan(b):
        return math.isnan(a) and math.isnan(b)
    return a == b or (math.isfinite(a) and math.isfinite(b) and abs(a - b) <= rtol * max(abs(a), abs(b)))
