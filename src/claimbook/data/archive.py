"""Reading archives that we did not make: only regular members, safe names, bounded in count and size.

zip and tar (plain, gz, xz) are read member by member as streams; `extractall` is never called. A name with `..`,
an absolute name, a link, a device or a bomb makes the whole archive suspect: it is refused, not repaired.
"""

from __future__ import annotations

import gzip
import io
import lzma
import re
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from claimbook import files
from claimbook.data.catalogue import Limits
from claimbook.errors import DataError

_DAMAGE = (zipfile.BadZipFile, tarfile.TarError, gzip.BadGzipFile, EOFError, zlib.error, lzma.LZMAError)
_DAMAGE += (NotImplementedError,)  # zipfile's word for a compression that it does not know
_AGAIN = "Delete it and download it again from its official address."


class Bounded(io.RawIOBase):
    """A stream that hands out at most `limit` bytes and then calls it a bomb; reading faults become DataErrors."""

    def __init__(self, source: BinaryIO, limit: int, what: str):
        self._source, self._left, self._limit, self._what = source, limit, limit, what

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes, all that is left where `size` is negative. Raises DataError: damaged, or too much."""
        if size is None or size < 0:
            return b"".join(iter(lambda: self.read(1 << 20), b""))
        try:
            piece = self._source.read(min(size, self._left + 1))
        except (*_DAMAGE, OSError) as error:
            raise damaged(self._what, error) from error
        self._left -= len(piece)
        if self._left < 0:
            raise refused(self._what, f"it unpacks to more than {self._limit:,} bytes")
        return piece


def members(path: Path, limits: Limits) -> Iterator[tuple[str, BinaryIO]]:
    """Each regular member of the archive in order, as (name with `/`, stream valid until the next one).

    Raises:
        DataError: no archive, damaged or cut short, encrypted, a member that is no plain file or folder, a name that
            leaves the folder, or more members or bytes than `limits` allow.
    """
    try:
        with open(path, "rb") as file:
            head = file.read(4)
            file.seek(0)
            yield from _zip(file, path, limits) if head[:2] == b"PK" else _tar(file, path, limits)
    except _DAMAGE as error:
        raise damaged(path, error) from error
    except OSError as error:
        raise DataError(f"{path} cannot be read.", f"The system says: {error.strerror or error}.", _AGAIN) from error


def extract(path: Path, folder: Path, choose: Callable[[str], str | None], limits: Limits) -> list[str]:
    """Write the members that `choose` names (it gives the name below `folder`, or None) and return these names.

    `folder` is a new folder that nobody reads yet. Raises DataError as `members` does, and where two members would
    get one name or `choose` names none.
    """
    written: list[str] = []
    for name, stream in members(path, limits):
        target = choose(name)
        if target is None:
            continue
        if target in written:
            raise refused(path, f"it holds {target} twice")
        written.append(target)
        files.write_stream(folder / safe_name(target, path), stream)
    return written


def safe_name(name: str, archive: Path) -> PurePosixPath:
    """`name` as a relative path that stays where it is put. Raises DataError for every other name."""
    path = PurePosixPath(name)
    outside = path.is_absolute() or ".." in path.parts or "\\" in name or "\0" in name or re.match(r"[A-Za-z]:", name)
    if outside:
        raise refused(archive, f"its member {name!r} would be written outside of its folder")
    return path


def refused(archive: Path | str, why: str) -> DataError:
    """The error for an archive that no honest publisher would send."""
    return DataError(f"{archive} is refused.", f"It is not the official archive: {why}.", _AGAIN)


def damaged(archive: Path | str, error: Exception) -> DataError:
    """The error for an archive that cannot be read to its end."""
    why = f"It was cut short or altered, or it is no archive at all ({type(error).__name__}: {error})."
    return DataError(f"{archive} is damaged.", why, _AGAIN)


def _zip(file: BinaryIO, path: Path, limits: Limits) -> Iterator[tuple[str, BinaryIO]]:
    with zipfile.ZipFile(file) as archive:
        entries = archive.infolist()
        _count(path, len(entries), limits)
        for entry in entries:
            safe_name(entry.filename, path)
            kind = stat.S_IFMT(entry.external_attr >> 16)
            if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
                raise refused(path, f"its member {entry.filename!r} is a link or a device")
            if entry.flag_bits & 1:
                raise refused(path, f"its member {entry.filename!r} is encrypted")
        left = limits.bytes
        for entry in entries:
            if entry.is_dir():
                continue
            if entry.file_size > left:
                raise refused(path, f"it unpacks to more than {limits.bytes:,} bytes")
            left -= entry.file_size
            with archive.open(entry) as stream:
                yield entry.filename, Bounded(stream, entry.file_size, str(path))


def _tar(file: BinaryIO, path: Path, limits: Limits) -> Iterator[tuple[str, BinaryIO]]:
    # A tar's headers cost bytes too, so the bound is on the unpacked stream as a whole, with room for padding.
    stream = Bounded(_unpacked(file), limits.bytes + 2048 * limits.members + 20_480, str(path))
    with tarfile.open(fileobj=stream, mode="r|") as archive:
        for count, entry in enumerate(archive, 1):
            _count(path, count, limits)
            safe_name(entry.name, path)
            if entry.isdir():
                continue
            if not entry.isreg() or entry.issparse():
                raise refused(path, f"its member {entry.name!r} is a link or a device")
            if entry.size > limits.bytes:
                raise refused(path, f"it unpacks to more than {limits.bytes:,} bytes")
            yield entry.name, Bounded(archive.extractfile(entry), entry.size, str(path))
        while stream.read(1 << 20):  # the checksum of the compressed stream comes last
            pass


def _unpacked(file: BinaryIO) -> BinaryIO:
    head = file.read(6)
    file.seek(0)
    if head[:2] == b"\x1f\x8b":
        return gzip.GzipFile(fileobj=file)
    if head == b"\xfd7zXZ\0":
        return lzma.LZMAFile(file)
    return file


def _count(path: Path, count: int, limits: Limits) -> None:
    if count > limits.members:
        raise refused(path, f"it has more than {limits.members:,} members")
