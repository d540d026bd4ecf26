"""Reading a record's file: it is a record, or there is a named fault. Nothing is skipped in silence."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

from claimbook.errors import RecordError
from claimbook.record.canonical import digest_of
from claimbook.record.schema import SCHEMA_VERSION, Record, parse_record

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


def read_record(file: Path, path: str) -> Record | Fault:
    """The record in `file`, or what is wrong with it. `path`: how faults name it, relative to the store."""
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
    return _checked(fields, path)


def parse_json(content: bytes) -> Any:
    """Strict JSON: no NaN, no name twice. Raises ValueError."""
    return json.loads(content.decode("utf-8"), parse_constant=_refuse, object_pairs_hook=_once)


def _checked(fields: dict[str, Any], path: str) -> Record | Fault:
    rest = {name: value for name, value in fields.items() if name != "digest"}
    try:
        record = parse_record(fields)
    except ValueError as error:
        return Fault("corrupt", path, f"it is not as the schema says: {_schema_error(error)}")
    if digest_of(rest) != record.digest:
        return Fault("edited", path, "its content does not have the digest that it carries, so it was changed by hand")
    if digest_of(record.asked) != record.key:
        return Fault("corrupt", path, "its key is not the hash of what was asked")
    return record


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
