"""Downloading one file with pooch: addresses in order, a second try where the network failed, the hash checked.

Every fault gets its own words: no network, an answer that is no file, a web page in place of the file, a download that
broke off, another hash than the published one.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from claimbook.data.archive import members
from claimbook.data.catalogue import DataSet, Download
from claimbook.errors import DataError

TRIES = 2
PAUSE_S = 1.0
TIMEOUT_S = 30.0


class _Fault(Exception):
    """Why one address gave no good file; `again` says whether a second try could help."""

    def __init__(self, why: str, again: bool = False):
        super().__init__(why)
        self.again = again


def download(
    item: DataSet, entry: Download, addresses: list[str], folder: Path, by_hand: Path, progress: Any = None
) -> Path:
    """Download `entry` of `item` into `folder` from the first address that gives a good file, and return its path.

    `by_hand` is the folder where a person would put the file, for the message; `progress` is told (file, done, total).

    Raises:
        DataError: no address gave it, with the cause for each of them.
    """
    causes = []
    for address in addresses:
        for attempt in range(1, TRIES + 1):
            try:
                return _retrieve(address, item, entry, folder, progress)
            except _Fault as fault:
                if attempt == TRIES or not fault.again:
                    causes.append(f"{address}: {fault}")
                    break
                time.sleep(PAUSE_S)
    raise DataError(
        f"{entry.file} could not be downloaded.",
        "\n".join(causes),
        f"Check the network (and HTTPS_PROXY) and run the same command again, or download {entry.addresses()[0]} "
        f"with a browser and put it at {by_hand / entry.file}",
    )


def _retrieve(address: str, item: DataSet, entry: Download, folder: Path, progress: Any) -> Path:
    import pooch
    import requests

    pooch.get_logger().setLevel(logging.WARNING)
    fetcher = pooch.HTTPDownloader(timeout=TIMEOUT_S, progressbar=_Bar(entry.file, progress) if progress else False)

    def get(url: str, target: str, keeper: Any) -> None:
        fetcher(url, target, keeper)
        _inspect(Path(target), item, entry)

    try:
        return Path(pooch.retrieve(address, entry.hash, fname=entry.file, path=folder, downloader=get))
    except requests.exceptions.RequestException as error:
        raise _network_fault(error) from error
    except ValueError as error:  # pooch's word for a wrong hash
        kind = (entry.hash or "hash").partition(":")[0]
        raise _Fault(f"what came is not the official file: its {kind} is another than the published one") from error


def _network_fault(error: Any) -> _Fault:
    from requests import exceptions as kinds

    if isinstance(error, kinds.HTTPError):
        code = error.response.status_code
        return _Fault(f"the server answers {code} {error.response.reason}", again=code >= 500)
    if isinstance(error, kinds.Timeout):
        return _Fault(f"no answer within {TIMEOUT_S:.0f} seconds", again=True)
    if isinstance(error, kinds.ChunkedEncodingError):
        return _Fault("the download broke off before its end", again=True)
    if isinstance(error, kinds.ConnectionError):
        return _Fault("no connection: there is no network, or this host cannot be reached", again=True)
    return _Fault(f"{type(error).__name__}: {error}")


def _inspect(path: Path, item: DataSet, entry: Download) -> None:
    with open(path, "rb") as file:
        head = file.read(512).lstrip().lower()
    if not head:
        raise _Fault("the server sent an empty file", again=True)
    if head.startswith((b"<!doctype", b"<html", b"<?xml", b"<head")):
        raise _Fault(f"a web page came in place of {entry.file} (a login or proxy page, or the file has moved)")
    if entry.unpack and entry.hash is None:
        _read_through(path, item)


def _read_through(path: Path, item: DataSet) -> None:
    # Without a published hash, an archive counts as arrived when it can be read to its end and holds files of ours.
    ours = 0
    try:
        for name, stream in members(path, item.limits):
            ours += item.canonical(name) is not None
            while stream.read(1 << 20):
                pass
    except DataError as error:
        raise _Fault(f"what came cannot be used: {error.why}", again=True) from error
    if not ours:
        raise _Fault(f"what came is an archive, but holds no file of {item.name}")


class _Bar:
    """What pooch wants of a progress bar, passed on as (file, done, total)."""

    def __init__(self, file: str, tell: Callable[[str, int, int], None]):
        self._file, self._tell, self._done, self.total = file, tell, 0, 0

    def update(self, count: int) -> None:
        self._done = min(self._done + count, self.total) if self.total else self._done + count
        self._tell(self._file, self._done, self.total)

    def reset(self) -> None:
        self._done = 0

    def close(self) -> None:
        pass
