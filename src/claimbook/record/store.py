"""A store: a folder of records, found by their keys. A file in it that does not count is named, never skipped."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from claimbook import files
from claimbook.errors import RecordError
from claimbook.record.reading import Fault, packed_sweep, read_record
from claimbook.record.schema import Record, record_id
from claimbook.record.stale import STAMPS, Stamp, read_stamps, standing

LOCKS, SET_ASIDE = ".locks", ".set-aside"


@dataclasses.dataclass(frozen=True)
class Scan:
    """What lies in a store: the records that count, by path, and the faults of the files that do not."""

    records: tuple[Record, ...]
    faults: tuple[Fault, ...]

    @functools.cached_property
    def by_key(self) -> Mapping[str, Record]:
        """The records by their keys."""
        return {record.key: record for record in self.records}


class Store:
    """The records below `root`, as paper/experiment/arm-s0-key8.json.

    known: says why a record does not belong to this Claimbook ("" where it does), for `scan` to name foreign ones.
    """

    def __init__(self, root: Path | str, known: Callable[[Record], str] = lambda record: ""):
        self.root = Path(root)
        self._known = known

    def find(self, task: Any) -> Record | None:
        """The record of a task, or None.

        Raises:
            RecordError: its file is there but does not count (corrupt, edited, newer, foreign).
        """
        path = path_of(task)
        found = self._read(path, whole=True)
        if isinstance(found, Fault):
            raise found.error()
        if found is not None and found.key != task.key:
            raise Fault("foreign", path, "its name is that of another key with the same first digits").error()
        return found

    def save(self, record: Record, replace: bool = False) -> Fault | None:
        """Write a record, whole or not at all. A faulty file in its place is set aside, not lost, and returned.

        The table of a sweep is written before the head that names it, so a record in the store always has its own.

        Raises:
            RecordError: another record of this key is there, and `replace` is not given; the table is not at hand.
            ClaimbookError: the store cannot be written to, or the disk is full; what was there is untouched.
        """
        file = self.root / record.path
        found = self._read(record.path, whole=True)
        fault = found if isinstance(found, Fault) else None
        if fault is not None:
            self._set_aside(file)
        elif found is not None and found.digest == record.digest:
            return None
        elif found is not None and not replace:
            raise RecordError(
                f"Record {record.id} is there already, with other measurements.",
                "A record is never overwritten in silence.",
                "Use `claimbook run --refresh` to make it again on purpose.",
            )
        if record.sweep is not None:
            files.write_bytes(file.with_name(record.sweep.file), packed_sweep(record))
        files.write_text(file, record.text())
        if isinstance(found, Record) and found.sweep not in (None, record.sweep):
            file.with_name(found.sweep.file).unlink(missing_ok=True)
        return fault

    def scan(self, experiment: str | None = None) -> Scan:
        """Every record of the store, or of one experiment ("paper/name"), with the faults beside them."""
        paths = [path for path in self._walk(experiment or "") if path.endswith(".json")]
        read = {path: self._stamps_fault(path) if path.endswith(f"/{STAMPS}") else self._read(path) for path in paths}
        named_right = {found.key for path, found in read.items() if isinstance(found, Record) and found.path == path}
        rows = [
            (self._fault(path, found, named_right) or found) if isinstance(found, Record) else found
            for path, found in read.items()
        ]
        records = tuple(row for row in rows if isinstance(row, Record))
        return Scan(records, tuple(row for row in rows if isinstance(row, Fault)))

    def stamps(self, experiment: str) -> dict[str, Stamp]:
        """What `revalidate` found for records of an experiment: key → stamp. A corrupt file counts as none; `scan`
        names it."""
        try:
            return read_stamps(self.root / experiment / STAMPS)
        except (ValueError, OSError):
            return {}

    def standing(self, record: Record, source: str) -> str:
        """ "fresh", "confirmed" or "stale", given the source digest of the experiment today; see `record.stale`."""
        return standing(record, source, {} if record.provenance.source == source else self.stamps(record.experiment))

    @contextlib.contextmanager
    def locked(self, keys: Sequence[str], timeout_s: float = -1) -> Iterator[bool]:
        """Hold the locks of some keys, so that no other process makes them; yields False where the time ran out.

        The operating system releases them when this process ends, however it ends. timeout_s: -1 waits for ever.

        Raises:
            RecordError: the store cannot be written to.
        """
        with contextlib.ExitStack() as stack:
            yield self._lock(stack, sorted(keys), timeout_s)  # one order for all: no two wait for each other

    def sweep(self) -> list[Path]:
        """Remove what killed processes left half-written more than an hour ago."""
        return files.sweep(self.root) if self.root.is_dir() else []

    def size(self) -> int:
        """Bytes of all its files; hidden ones are left out."""
        return sum((self.root / path).stat().st_size for path in self._walk(""))

    def _lock(self, stack: contextlib.ExitStack, keys: list[str], timeout_s: float) -> bool:
        import filelock

        try:
            (self.root / LOCKS).mkdir(parents=True, exist_ok=True)
            for key in keys:
                lock = filelock.FileLock(self.root / LOCKS / f"{key}.lock")
                stack.enter_context(lock.acquire(timeout=timeout_s))
        except filelock.Timeout:
            stack.close()
            return False
        except OSError as error:
            raise RecordError(
                f"The store {self.root} cannot be written to.",
                f"The system says: {error.strerror or error}.",
                "Set CLAIMBOOK_STORE to a folder that you can write to.",
            ) from error
        return True

    def _set_aside(self, file: Path) -> None:
        folder = self.root / SET_ASIDE
        folder.mkdir(parents=True, exist_ok=True)
        place = folder / file.name
        count = 1
        while place.exists():
            count += 1
            place = folder / f"{file.stem}-{count}.json"
        os.replace(file, place)

    def _walk(self, experiment: str) -> Iterator[str]:
        for folder, folders, names in os.walk(self.root / experiment):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted(names):
                if not name.startswith("."):
                    yield (Path(folder) / name).relative_to(self.root).as_posix()

    def _read(self, path: str, whole: bool = False) -> Record | Fault | None:
        try:
            return read_record(self.root / path, path, whole)
        except FileNotFoundError:  # another process may just have moved it
            return None

    def _stamps_fault(self, path: str) -> Fault | None:
        try:
            read_stamps(self.root / path)
        except (ValueError, OSError) as error:
            return Fault("stamps", path, f"it is not a file of stamps: {str(error).splitlines()[0]}")
        return None

    def _fault(self, path: str, record: Record, named_right: set[str]) -> Fault | None:
        if record.path != path:
            if record.key in named_right:
                return Fault("duplicate", path, f"{record.id} has the same key")
            return Fault("foreign", path, f"its content is that of {record.path}")
        why = self._known(record)
        return Fault("foreign", path, why) if why else None


def path_of(task: Any) -> str:
    """Where the record of a task lies, relative to a store's root."""
    return f"{record_id(task.experiment.id, task.arm, task.seed, task.key)}.json"
