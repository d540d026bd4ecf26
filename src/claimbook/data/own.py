"""A reader's own files in the place of a published data set, for as long as `using` says so.

They are never taken for the published set: their edition names their content, so a record on them has another key than
one on the published data, and nothing that is judged or published looks for it. The place is said in the environment,
so that the processes that are started meanwhile read the same files.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from claimbook.data.catalogue import data_set
from claimbook.data.found import Found, scan
from claimbook.errors import DataError, UsageError

VARIABLE = "CLAIMBOOK_OWN_FILES"  # "mnist=/folder"; set by `using` alone
_EDITION = "own files, sha256 "


def read(text: str) -> tuple[str, Path]:
    """The data set's name and the folder, absolute, from "mnist=FOLDER".

    Raises:
        UsageError: no name or no folder in it, a data set that nobody knows, or a folder that is not there.
    """
    name, equals, folder = (part.strip() for part in text.partition("="))
    if not (name and equals and folder):
        what = f"{text!r} does not say which files take the place of which data set."
        raise UsageError(what, "It is the data set's name, =, and a folder.", "For example: mnist=my-digits")
    path = Path(folder).expanduser().absolute()
    if not path.is_dir():
        why = "Your own files are looked for in a folder."
        raise UsageError(f"{path} is no folder.", why, f"Correct the folder after {data_set(name).name}=.")
    return data_set(name).name, path


@contextlib.contextmanager
def using(name: str, folder: Path) -> Iterator[None]:
    """Meanwhile the files in `folder` are read in the place of the data set, by new processes too."""
    before = os.environ.get(VARIABLE)
    os.environ[VARIABLE] = f"{name}={folder}"
    try:
        yield
    finally:
        if before is None:
            del os.environ[VARIABLE]
        else:
            os.environ[VARIABLE] = before


def own(name: str) -> Found | None:
    """The reader's own files in the place of this data set, or None where there are none.

    Raises:
        DataError: the folder holds no file with a name that the data set has, or one twice.
        UsageError: as `read`.
    """
    text = os.environ.get(VARIABLE, "")
    if not text or read(text)[0] != name:
        return None
    item, folder = data_set(name), read(text)[1]
    files = scan(item, folder)
    if not files:
        names = ", ".join(rule.match for rule in item.layout)
        raise DataError(f"{folder} holds no file of {item.title}.", f"They are called {names}.", "Name another folder.")
    return Found(item, folder, files)


def unfit(found: Found, why: str) -> DataError:
    """The error for files that cannot take the place of the data set."""
    what = f"The files in {found.path} cannot take the place of {found.data_set.title}."
    return DataError(what, f"{why}.", "Correct them, or leave --data out to use the published ones.")


def edition(digest: str) -> str:
    """The edition of own files whose content has this digest, as it stands in a record's key."""
    return f"{_EDITION}{digest}"


def is_own(identity: Mapping[str, Any]) -> bool:
    """Whether the identity of a record's data is that of a reader's own files."""
    return str(identity.get("edition", "")).startswith(_EDITION)
