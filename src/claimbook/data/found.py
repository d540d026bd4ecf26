"""A data set found on disk: its files by their canonical names, from an unpacked folder or an archive alike."""

from __future__ import annotations

import gzip
import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import BinaryIO

from claimbook.data.archive import Bounded, damaged, members
from claimbook.data.catalogue import DataSet
from claimbook.errors import DataError


@dataclass(frozen=True)
class Found:
    """A data set at `path`: a folder with `files` (canonical name to path), or an archive (`files` is empty)."""

    data_set: DataSet
    path: Path
    files: dict[str, Path]

    @property
    def is_archive(self) -> bool:
        """Whether the data set is read from its archive."""
        return not self.files

    def items(self, match: str = "*") -> Iterator[tuple[str, str, BinaryIO]]:
        """Each file whose canonical name matches: (canonical name, where it is for messages, stream of its content).

        A `.gz` in a folder is read through. A stream is valid until the next one is asked for.

        Raises:
            DataError: a file cannot be read, or the archive is damaged or unsafe.
        """
        if self.is_archive:
            yield from self._from_archive(match)
            return
        for name in sorted(self.files):
            if fnmatchcase(name, match):
                path = self.files[name]
                try:
                    with gzip.open(path) if path.suffix == ".gz" else open(path, "rb") as stream:
                        yield name, str(path), Bounded(stream, self.data_set.limits.bytes, str(path))
                except (EOFError, gzip.BadGzipFile) as error:
                    raise damaged(path, error) from error
                except OSError as error:
                    raise DataError(
                        f"{path} cannot be read.", f"The system says: {error.strerror or error}."
                    ) from error

    def _from_archive(self, match: str) -> Iterator[tuple[str, str, BinaryIO]]:
        seen: set[str] = set()
        for member, stream in members(self.path, self.data_set.limits):
            name = self.data_set.canonical(member)
            if name is None or not fnmatchcase(name, match):
                continue
            if name in seen:
                raise twice(self.path, name)
            seen.add(name)
            yield name, f"{self.path}:{member}", stream

    def fingerprint(self) -> str:
        """sha256 (hex) over path, size and modification time of every file: it changes when one of them does."""
        paths = sorted(self.files.values()) or [self.path]
        digest = hashlib.sha256(str(self.path.resolve()).encode())
        for path in paths:
            facts = path.stat()
            digest.update(f"\n{path}\0{facts.st_size}\0{facts.st_mtime_ns}".encode())
        return digest.hexdigest()


def scan(data_set: DataSet, folder: Path) -> dict[str, Path]:
    """The files of `data_set` below `folder` by canonical name; hidden folders are left out.

    Raises:
        DataError: two files have one canonical name (only an unpacked file beside its own `.gz` is fine).
    """
    found: dict[str, Path] = {}
    for here, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        below = Path(here).relative_to(folder).as_posix()
        for name in sorted(names):
            canonical = data_set.canonical(name if below == "." else f"{below}/{name}")
            if canonical is None:
                continue
            path = Path(here, name)
            other = found.setdefault(canonical, path)
            if other != path and Path(f"{other}.gz") != path and other != Path(f"{path}.gz"):
                raise twice(folder, canonical)
    return found


def unreadable(path: Path, error: OSError) -> DataError:
    """The error for a file that the system does not let us read."""
    return DataError(
        f"{path} cannot be read.", f"The system says: {error.strerror or error}.", "Check its permissions and its disk."
    )


def twice(where: Path, name: str) -> DataError:
    """The error for a file that is there two times: nobody can say which one counts."""
    return DataError(
        f"{where} holds {name} twice.", "Nobody can say which one counts.", "Leave only the official files there."
    )
