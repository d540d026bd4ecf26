"""The only place that writes files. A reader sees the old file or the new one, never a half of one."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from claimbook.errors import ClaimbookError

TEMPORARY = ".claimbook-tmp-"


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


@contextlib.contextmanager
def replacing(path: Path | str) -> Iterator[BinaryIO]:
    """Open a temporary file beside `path` for binary writing; on success fsync it and put it in `path`'s place.

    On any exception the temporary file is removed and `path` is as it was.

    Raises:
        ClaimbookError: the folder cannot be written to, or the disk is full.
    """
    path = Path(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f"{TEMPORARY}{path.name[:40]}-", dir=path.parent)
    except OSError as error:
        raise _write_error(path, error) from error
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o666 & ~_umask())
        os.replace(name, path)
        _sync_folder(path.parent)
    except OSError as error:
        _remove(name)
        raise _write_error(path, error) from error
    except BaseException:
        _remove(name)
        raise


def write_bytes(path: Path | str, content: bytes) -> None:
    """Put `content` at `path`, whole or not at all. Raises ClaimbookError as `replacing` does."""
    with replacing(path) as file:
        file.write(content)


def write_text(path: Path | str, content: str) -> None:
    """Put `content` at `path` as UTF-8 with newlines as they are, whole or not at all."""
    write_bytes(path, content.encode("utf-8"))


@contextlib.contextmanager
def new_folder(path: Path | str) -> Iterator[Path]:
    """A temporary folder beside `path`; on success it takes the place of `path`, which may be absent or empty.

    On any exception the temporary folder is removed and `path` is as it was.

    Raises:
        ClaimbookError: the place cannot be written to, or `path` is there and not empty.
    """
    path = Path(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        name = tempfile.mkdtemp(prefix=f"{TEMPORARY}{path.name[:40]}-", dir=path.parent)
    except OSError as error:
        raise _write_error(path, error) from error
    try:
        yield Path(name)
        os.chmod(name, 0o777 & ~_umask())
        os.rename(name, path)
        _sync_folder(path.parent)
    except OSError as error:
        raise _write_error(path, error) from error
    finally:
        shutil.rmtree(name, ignore_errors=True)


def write_stream(path: Path | str, source: BinaryIO) -> None:
    """Copy `source` to a new file in a folder that nobody reads yet (`new_folder`): not atomic, never over a file."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "xb") as file:
        while piece := source.read(1 << 20):
            file.write(piece)


def remove_folders(folder: Path | str, name: str) -> None:
    """Remove what killed writers of `new_folder(folder / name)` left; call it only while holding their lock."""
    for path in Path(folder).glob(f"{TEMPORARY}{name[:40]}-*"):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)


def sweep(folder: Path | str, older_than_s: float = 3600.0) -> list[Path]:
    """Remove temporaries that a killed process left below `folder`, and return them.

    Younger ones are left alone: their writer may still be at work.
    """
    limit = time.time() - older_than_s
    swept = []
    for path in sorted(Path(folder).rglob(f"{TEMPORARY}*")):
        with contextlib.suppress(FileNotFoundError):
            if path.is_file() and path.stat().st_mtime < limit:
                path.unlink()
                swept.append(path)
    return swept


def _sync_folder(folder: Path) -> None:
    with contextlib.suppress(OSError):  # not every file system can
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _remove(name: str) -> None:
    with contextlib.suppress(FileNotFoundError):
        os.unlink(name)


def _write_error(path: Path, error: OSError) -> ClaimbookError:
    return ClaimbookError(
        f"{path} could not be written.",
        f"The system says: {error.strerror or error}.",
        "Free some space or choose another folder, then run the same command again; what was there is untouched.",
    )
