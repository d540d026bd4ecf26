"""Is what lies there the data set that the catalogue names? One check for each kind of layout.

Each check reads everything once and either says what it found (`Report`) or raises a DataError with the reason.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

import numpy as np

from claimbook.data.batch_file import Batch, read_batch
from claimbook.data.catalogue import BatchesCheck, FilesCheck, ImagesCheck, RecordsCheck, Split
from claimbook.data.digest import content_digest, stream_digest
from claimbook.data.found import Found
from claimbook.errors import DataError

VERSION = 1  # goes into stamps: raise it when a check becomes stricter
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")


@dataclass(frozen=True)
class Report:
    """What a check found: one sentence, and whether the copy is complete."""

    note: str
    complete: bool = True


def check(found: Found) -> Report:
    """Check the data set's content. Raises DataError where it is damaged, edited, incomplete beyond use, or another."""
    kind = found.data_set.check.kind
    return {"files": _files, "records": _records, "batches": _batches, "images": _images}[kind](found)


def read_batches(found: Found) -> tuple[list[Batch], Report]:
    """The gas-sensor batches 1 to 10 in their order, checked against the catalogue, and the report.

    Raises:
        DataError: a file is missing, ill-formed or edited, or rows of the gas that we need are missing.
    """
    rule: BatchesCheck = found.data_set.check
    batches: dict[int, Batch] = {}
    for name, where, stream in found.items("Dataset/batch*.dat"):
        digits = PurePosixPath(name).stem.removeprefix("batch")
        if not digits.isdecimal() or not 1 <= int(digits) <= len(rule.rows):
            raise wrong(found, f"{where} is no batch from 1 to {len(rule.rows)}")
        batches[int(digits)] = read_batch(stream.read(), where)
    missing = [f"batch{k}.dat" for k in range(1, len(rule.rows) + 1) if k not in batches]
    if missing:
        raise wrong(found, f"Missing: {', '.join(missing)}")
    for k, digest in rule.content.items():
        if content_digest(batches[k].records()) != digest:
            raise wrong(found, f"batch{k}.dat does not hold the {rule.rows[k - 1]:,} published rows")
    ordered = [batches[k] for k in sorted(batches)]
    return ordered, _count_gases(found, rule, ordered)


def _count_gases(found: Found, rule: BatchesCheck, batches: list[Batch]) -> Report:
    rows = sum(len(batch.gas) for batch in batches)
    counts = np.bincount(np.concatenate([batch.gas for batch in batches]), minlength=len(rule.gases) + 1)[1:]
    for gas, (count, published) in enumerate(zip(counts, rule.gases, strict=True), 1):
        if count > published or (gas == rule.required_gas and count != published):
            raise wrong(found, f"It holds {count:,} rows of gas {gas}, not {published:,}")
    if rows == sum(rule.rows):
        return Report(f"all {rows:,} rows, batch by batch")
    name = found.data_set.classes[rule.required_gas - 1]
    needed = rule.gases[rule.required_gas - 1]
    return Report(f"{rows:,} of {sum(rule.rows):,} rows, among them all {needed:,} of {name}", complete=False)


def wrong(found: Found, why: str) -> DataError:
    """The error for a copy that is not what the catalogue says."""
    data_set = found.data_set
    remedy = f"run: claimbook data fetch {data_set.name}" if data_set.downloads else f"get it from {data_set.homepage}"
    return DataError(
        f"{found.path} is not the data set {data_set.name} ({data_set.edition}).",
        f"{why}.",
        f"Move it away, then {remedy}",
    )


def _files(found: Found) -> Report:
    rule: FilesCheck = found.data_set.check
    digests = {name: stream_digest(stream) for name, _, stream in found.items() if name in rule.sha256}
    for name, expected in rule.sha256.items():
        if name not in digests:
            raise wrong(found, f"{name} is missing")
        if digests[name] != expected:
            raise wrong(found, f"{name} has another content than the published one")
    return Report(f"{len(digests)} files, by sha256")


def _records(found: Found) -> Report:
    rule: RecordsCheck = found.data_set.check
    files = {name: (where, stream.read()) for name, where, stream in found.items("*.bin")}
    notes = []
    for name, split in rule.splits.items():
        records = list(_split_records(found, files, split, rule.record_bytes))
        digest = content_digest(records)
        if digest in split.parts:
            notes.append(f"{name}: {split.parts[digest]}")
        elif digest != split.content:
            raise wrong(found, f"The {len(records):,} records of {name} are not the {split.records:,} published ones")
    if notes:
        return Report("; ".join(notes), complete=False)
    return Report(f"all {sum(split.records for split in rule.splits.values()):,} records, by sha256")


def _split_records(found: Found, files: dict[str, tuple[str, bytes]], split: Split, size: int) -> Iterator[bytes]:
    chosen = [name for name in sorted(files) if PurePosixPath(name).match(split.files)]
    if not chosen:
        raise wrong(found, f"{split.files} is missing")
    for name in chosen:
        where, content = files[name]
        if len(content) % size:
            raise wrong(found, f"{where} was cut: it is not a whole number of records of {size:,} bytes")
        yield from (content[i : i + size] for i in range(0, len(content), size))


def _batches(found: Found) -> Report:
    return read_batches(found)[1]


def _images(found: Found) -> Report:
    rule: ImagesCheck = found.data_set.check
    counts: Counter[str] = Counter()
    for name, where, stream in found.items():
        if not stream.read(8).startswith(_PICTURES):
            raise wrong(found, f"{where} is neither a JPEG nor a PNG")
        path = PurePosixPath(name)
        counts[path.stem.rpartition("-")[0] if rule.class_from == "stem" else path.parent.name] += 1
    for label, expected in rule.counts.items():
        if counts[label] != expected:
            raise wrong(found, f"Class {label!r} has {counts[label]:,} images, not {expected:,}")
    absent = [label for label in found.data_set.classes if not counts[label]] if rule.total is None else []
    if absent:
        raise wrong(found, f"No image of class {absent[0]!r} is there")
    total = sum(counts.values())
    if rule.total not in (None, total):
        raise wrong(found, f"It has {total:,} images, not {rule.total:,}")
    ours = total if rule.total else sum(counts[label] for label in found.data_set.classes)
    note = f"{ours:,} images in {len(found.data_set.classes)} classes, counted (no hash of them is published)"
    return Report(note, complete=ours >= (rule.complete_from or 0))
