"""Where a data set lies on this machine, and whether it is known to be whole.

It is looked for in the folder that `CLAIMBOOK_DATA` names, then in the user's cache folder, unpacked or as the
official archive.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import platformdirs

from claimbook import files
from claimbook.data import check
from claimbook.data.catalogue import DataSet, data_set
from claimbook.data.found import Found, scan
from claimbook.errors import ClaimbookError, DataError

VARIABLE = "CLAIMBOOK_DATA"


@dataclass(frozen=True)
class Status:
    """Where a data set stands. `why` is one sentence, `do` the next step (empty where there is none).

    state: "absent", "present" (not checked yet), "verified" (checked, and unchanged since), or "damaged" (the check
    failed). `complete` is False where a verified copy is a known part of the release.
    """

    name: str
    state: Literal["absent", "present", "verified", "damaged"]
    where: Path | None
    why: str
    do: str = ""
    complete: bool = True


def cache_folder() -> Path:
    """The user's cache folder of Claimbook. Everything in it can be deleted at any time."""
    return platformdirs.user_cache_path("claimbook", appauthor=False)


def data_folder() -> Path:
    """Where fetched data go: the folder that CLAIMBOOK_DATA names, else `data` in the user's cache folder."""
    named = os.environ.get(VARIABLE, "").strip()
    return Path(named).expanduser().absolute() if named else cache_folder() / "data"


def roots() -> list[Path]:
    """The folders that are searched, in this order.

    Raises:
        DataError: CLAIMBOOK_DATA names no folder (a slip of the pen must not silently give stand-in data).
    """
    first = data_folder()
    if os.environ.get(VARIABLE, "").strip() and not first.is_dir():
        raise DataError(
            f"{VARIABLE} names {first}, which is no folder.",
            do=f"Correct {VARIABLE}, make the folder, or unset it to use {cache_folder() / 'data'}.",
        )
    return list(dict.fromkeys([first, cache_folder() / "data"]))


def locate(name: str | DataSet, places: list[Path] | None = None) -> Found | None:
    """The data set as it is found on disk (not checked), or None. `places` are searched in place of `roots()`.

    Raises:
        DataError: as `roots` and `scan` do.
    """
    item = data_set(name)
    for root in roots() if places is None else places:
        for folder in (root / sub for sub in (item.folder, *item.also)):
            members = scan(item, folder) if folder.is_dir() else {}
            if members:
                return Found(item, folder, members)
        for archive in _archives(item, root):
            if archive.is_file():
                return Found(item, archive, {})
    return None


def status(name: str | DataSet, run_check: bool = False) -> Status:
    """Where the data set stands; cheap unless `run_check` asks for a check of a copy that has no stamp yet."""
    item = data_set(name)
    found = None
    try:
        found = locate(item)
        if found is None:
            return Status(item.name, "absent", None, absent(item).why, how_to_get(item))
        if run_check or _stamped(found) is not None:
            return verified(found)
    except DataError as error:
        return Status(item.name, "damaged", found and found.path, f"{error.what} {error.why}".strip(), error.do)
    do = f"claimbook data verify {item.name}"
    return Status(item.name, "present", found.path, "It is there, but was not checked yet.", do)


def verify(name: str | DataSet) -> Status:
    """Check the data set's content, unless a stamp says that these very files were checked before.

    Raises:
        UsageError: an unknown name.
        DataError: it is absent, or not what the catalogue says.
    """
    item = data_set(name)
    found = locate(item)
    if found is None:
        raise absent(item)
    return verified(found)


def verified(found: Found) -> Status:
    """The status of a copy after its check (skipped where its stamp stands). Raises DataError where it fails."""
    report = _stamped(found) or _checked(found)
    return Status(found.data_set.name, "verified", found.path, f"Checked: {report.note}.", complete=report.complete)


def absent(item: DataSet) -> DataError:
    """The error for a data set that is not there, with the way to get it."""
    return DataError(
        f"The data set {item.name} ({item.title}) is not on this machine.",
        f"It is not in {' nor in '.join(map(str, roots()))}.",
        how_to_get(item),
    )


def how_to_get(item: DataSet, root: Path | None = None) -> str:
    """What to do to get the data set: the command, or which file to put where (below `root`, else `data_folder()`)."""
    place = (root or data_folder()) / item.folder
    if item.manual is None:
        return f"claimbook data fetch {item.name}"
    unpacked = f" (if a .rar is in it, unpack that to {place / item.manual.unpacked})" if item.manual.unpacked else ""
    return (
        f"{item.manual.say} from {item.homepage} and put it at {place / item.manual.file}{unpacked}, "
        f"then run: claimbook data verify {item.name}"
    )


def _archives(item: DataSet, root: Path) -> list[Path]:
    # "archive.zip" is what Kaggle calls every data set: in the common folder it could be any of them.
    common = [root / name for name in item.archive_names() if item.manual is None or name != item.manual.file]
    own = [root / folder / name for folder in (item.folder, *item.also) for name in item.archive_names()]
    return own + common


def _checked(found: Found) -> check.Report:
    report = check.check(found)
    content = {"identity": _identity(found), "note": report.note, "complete": report.complete}
    with contextlib.suppress(ClaimbookError):  # a stamp only saves time: without a writable cache we check each time
        files.write_text(_stamp_path(found), json.dumps(content, indent=1) + "\n")
    return report


def _identity(found: Found) -> str:
    return f"{found.data_set.name}/{found.data_set.edition}/{check.VERSION}/{found.fingerprint()}"


def _stamp_path(found: Found) -> Path:
    place = hashlib.sha256(str(found.path.resolve()).encode()).hexdigest()[:16]
    return cache_folder() / "stamps" / f"{found.data_set.name}-{place}.json"


def _stamped(found: Found) -> check.Report | None:
    try:
        content = json.loads(_stamp_path(found).read_text(encoding="utf-8"))
        if content["identity"] == _identity(found):
            return check.Report(str(content["note"]), bool(content["complete"]))
    except (OSError, ValueError, KeyError, TypeError):
        pass
    return None
