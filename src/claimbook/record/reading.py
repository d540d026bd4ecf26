"""Reading a record's file: it is a record, or there is a named fault. Nothing is skipped in silence."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

from claimbook.errors import RecordError
from claimbook.record.canonical import digest_of
from claimbook.record.schema import SCHEMA_VERSION, Record, parse_record
from claimbook.record.sweep import Cell, Held, check_size, unpack

REMEDY = {
    "corrupt": "Restore the file from a copy or remove it; `claimbook run` makes the record again.",
    "edited": "Restore the file as it was written or remove it; a record is never edited.",
    "newer": "Update Claimbook, then run the same command again.",
    "foreign": "Move the file out of the store, or update Claimbook if it belongs to another version.",
    "duplicate": "Remove this file; the record with the right name stays.",
    "stamps": "Remove the file; `claimbook revalidate` writes it again.",
}


@dataclasses.dataclass(frozen=True)
class Fault:
    """A file in a store that does not count. `kind` is a name of `REMEDY`; `path` is relative to the store's root."""

    kind: str
    path: str
    why: str

    @property
    def text(self) -> str:
        """One line that names it."""
        return f"{self.kind} record {self.path}: {self.why}"

    @property
    def experiment(self) -> str:
        """The experiment in whose folder it lies."""
        return "/".join(self.path.split("/")[:2])

    def error(self) -> RecordError:
        """The fault as an error with its remedy."""
        what = self.why[0].upper() + self.why[1:]
        return RecordError(f"Record {self.path} is {self.kind}.", f"{what}.", REMEDY[self.kind])


def read_record(file: Path, path: str, whole: bool = False) -> Record | Fault:
    """The record in `file`, or what is wrong with it.

    Args:
        path: how faults name it, relative to the store.
        whole: unpack and check the table of a sweep too; else only that a file of the right size is there.
    """
    try:
        fields = parse_json(file.read_bytes())
    except FileNotFoundError:
        raise
    except OSError as error:
        return Fault("corrupt", path, f"it cannot be read: {error.strerror or error}")
    except (ValueError, RecursionError) as error:
        return Fault("corrupt", path, f"it is not JSON: {_first_line(error)}")
    if not isinstance(fields, dict):
        return Fault("corrupt", path, "it holds no JSON object")
    version = fields.get("schema_version")
    if isinstance(version, int) and version > SCHEMA_VERSION:
        return Fault(
            "newer", path, f"its schema has version {version}, and this Claimbook reads up to {SCHEMA_VERSION}"
        )
    return _checked(fields, path, file.parent, whole)


def parse_json(content: bytes) -> Any:
    """Strict JSON: no NaN, no name twice. Raises ValueError."""
    return json.loads(content.decode("utf-8"), parse_constant=_refuse, object_pairs_hook=_once)


def sweep_of(record: Record) -> dict[str, list[Cell]]:
    """The columns of a record's sweep: name → cells, all of one length.

    Raises:
        RecordError: the table is gone or is not the one that was written.
        ValueError: the record has no sweep.
    """
    return unpack(record.sweep, packed_sweep(record))


def packed_sweep(record: Record) -> bytes:
    """The compressed bytes of a record's table, as they were written. Raises as `sweep_of`."""
    if record.sweep is None:
        raise ValueError(f"{record.id} has no sweep")
    try:
        packed = record.held.read(record.sweep)
        unpack(record.sweep, packed)
    except ValueError as error:
        raise _table_fault(record, record.path, error).error() from None
    return packed


def _checked(fields: dict[str, Any], path: str, folder: Path, whole: bool) -> Record | Fault:
    rest = {name: value for name, value in fields.items() if name != "digest"}
    try:
        record = parse_record(fields, Held(folder=folder))
    except ValueError as error:
        return Fault("corrupt", path, f"it is not as the schema says: {_schema_error(error)}")
    if digest_of(rest) != record.digest:
        return Fault("edited", path, "its content does not have the digest that it carries, so it was changed by hand")
    if digest_of(record.asked) != record.key:
        return Fault("corrupt", path, "its key is not the hash of what was asked")
    return _table_faulty(record, path, whole) or record


def _table_faulty(record: Record, path: str, whole: bool) -> Fault | None:
    """What is wrong with the table of a sweep."""
    if record.sweep is None:
        return None
    try:
        if whole:
            unpack(record.sweep, record.held.read(record.sweep))
        else:
            check_size(record.sweep, record.held.size(record.sweep))
    except ValueError as error:
        return _table_fault(record, path, error)
    return None


def _table_fault(record: Record, path: str, error: ValueError) -> Fault:
    return Fault("corrupt", path, f"its table {record.sweep.file} does not count: {error}")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return fields


def _refuse(word: str) -> Any:
    raise ValueError(f"{word} is no JSON number")


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]


def _schema_error(error: Exception) -> str:
    rows = getattr(error, "errors", None)
    if rows is None:
        return _first_line(error)
    first = rows()[0]
    where = ".".join(str(part) for part in first["loc"])
    return f"{where}: {first['msg']}" if where else str(first["msg"])
