"""Fetching a data set: download, hash, unpack, check the content, and only then move it into place.

The official addresses are tried in the catalogue's order. `CLAIMBOOK_MIRROR` may name an address of one's own (an
institute's copy, say) that is tried first, as `<mirror>/<data set>/<file>`; hash and content are checked all the same.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock, Timeout

from claimbook import files
from claimbook.data import archive, check
from claimbook.data.catalogue import DataSet, data_set
from claimbook.data.download import download
from claimbook.data.found import Found, scan
from claimbook.data.locate import Status, data_folder, how_to_get, locate, verified, verify
from claimbook.errors import ClaimbookError, DataError

__all__ = ["Progress", "fetch", "verify"]

MIRROR = "CLAIMBOOK_MIRROR"
WAIT_S = 3600.0

Progress = Callable[[str, int, int], None]
"""Called with (file name, bytes done, bytes in all or 0 where the server does not say)."""


def fetch(name: str | DataSet, progress: Progress | None = None, into: Path | str | None = None) -> Status:
    """Make sure that the data set is here and whole, downloading it if it is not, and return its status.

    A copy that is already found is checked, not downloaded again. Two processes that fetch at once download once: the
    second waits for the first. A kill leaves nothing half-made in place.

    Args:
        name: the data set's name in the catalogue (or a `DataSet`).
        progress: told of the bytes as they come.
        into: the folder to put it in; else the folder that CLAIMBOOK_DATA names, else the user's cache folder.

    Raises:
        UsageError: an unknown name.
        DataError: it can only be downloaded by hand (which file goes where), no address answered, what came is not the
            official release, the folder cannot be written to, or a damaged copy stands in the way.
    """
    item = data_set(name)
    root = Path(into).expanduser().absolute() if into is not None else data_folder()
    _writable(root)
    places = [root] if into is not None else None
    if (there := _already(item, places)) is not None:
        return there
    if item.manual is not None:
        raise DataError(
            f"The data set {item.name} ({item.title}) cannot be fetched by a program.",
            "Its publisher asks for a personal sign-in.",
            how_to_get(item, root),
        )
    try:
        with FileLock(root / f".claimbook-{item.name}.lock", timeout=WAIT_S):
            return _already(item, places) or _fetch(item, root, progress)
    except Timeout as error:
        why = f"Another process has been fetching it into {root} for more than {WAIT_S / 60:.0f} minutes."
        raise DataError(f"The data set {item.name} is being fetched.", why, "Wait for it, or end it.") from error
    except OSError as error:
        raise _read_only(root, error.strerror or str(error)) from error


def _already(item: DataSet, places: list[Path] | None) -> Status | None:
    found = locate(item, places)
    if found is None:
        return None
    try:
        return verified(found)
    except DataError as error:
        do = f"Delete or move away {found.path}, then run: claimbook data fetch {item.name}"
        raise DataError(error.what, error.why, do if item.downloads else error.do) from error


def _fetch(item: DataSet, root: Path, progress: Progress | None) -> Status:
    place = root / item.folder
    if place.exists() and any(place.iterdir()):
        raise DataError(f"{place} is in the way.", f"It holds no file of {item.name}.", "Move it away, then try again.")
    files.remove_folders(root, item.folder)  # of fetches that were killed: we hold the lock, so none is at work
    try:
        with files.new_folder(place) as folder:
            for entry in item.downloads:
                addresses = [*_mirror(item, entry.file), *entry.addresses()]
                path = download(item, entry, addresses, folder, place, progress)
                if entry.unpack:
                    archive.extract(path, folder, item.canonical, item.limits)
                    path.unlink()
            _check(item, folder)
    except DataError:
        raise
    except ClaimbookError as error:
        raise DataError(error.what, error.why, f"{error.do} {_elsewhere()}") from error
    return verified(Found(item, place, scan(item, place)))


def _check(item: DataSet, folder: Path) -> None:
    try:
        check.check(Found(item, folder, scan(item, folder)))
    except DataError as error:
        raise DataError(
            f"What was downloaded is not the data set {item.name} ({item.edition}).",
            f"{error.what} {error.why}".replace(f"{folder}/", "").replace(str(folder), "The download"),
            f"Nothing was kept. Try again later, or see {item.homepage}",
        ) from error


def _mirror(item: DataSet, file: str) -> list[str]:
    mirror = os.environ.get(MIRROR, "").strip().rstrip("/")
    return [f"{mirror}/{item.name}/{file}"] if mirror else []


def _writable(root: Path) -> None:
    try:
        root.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _read_only(root, error.strerror or str(error)) from error


def _read_only(root: Path, why: str) -> DataError:
    return DataError(f"{root} cannot be written to.", f"The system says: {why}.", _elsewhere())


def _elsewhere() -> str:
    return "Set CLAIMBOOK_DATA to a folder where you may write, with enough space, and run the same command again."
