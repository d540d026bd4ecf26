"""Where records lie: the user's store, which runs write to, and the committed ones, which `publish` alone changes."""

from __future__ import annotations

import os
from pathlib import Path

from claimbook.errors import UsageError

STORE, RECORDS = "CLAIMBOOK_STORE", "CLAIMBOOK_RECORDS"


def user_store() -> Path:
    """`CLAIMBOOK_STORE`, else `records` in the user's data folder.

    Raises:
        UsageError: it lies inside the checkout. Runs never write there; only `claimbook publish` does, to `records/`.
    """
    given = os.environ.get(STORE, "").strip()
    if given:
        folder = Path(given).expanduser().resolve()
    else:
        import platformdirs

        folder = Path(platformdirs.user_data_dir("claimbook", appauthor=False)).resolve() / "records"
    root = repository_root(from_package_only=True)
    if root is not None and folder.is_relative_to(root.resolve()):
        raise UsageError(
            f"The store {folder} lies inside the checkout.",
            "New records never go there; `claimbook publish` alone changes the committed ones.",
            f"Set {STORE} to a folder outside {root}.",
        )
    return folder


def committed_records() -> Path | None:
    """The folder of the committed records: `CLAIMBOOK_RECORDS` (for tests and forks), else `records` of the checkout.

    None where there is no checkout, in a plain install for example.
    """
    given = os.environ.get(RECORDS, "").strip()
    if given:
        return Path(given).expanduser().resolve()
    root = repository_root()
    return root / "records" if root is not None else None


def repository_root(from_package_only: bool = False) -> Path | None:
    """The checkout that the package runs from, whatever the working directory; else the one around that directory.

    from_package_only: leave out the second, which an installed package may not take for its own source.
    """
    own = Path(__file__).resolve().parents[3]
    places = [own] if from_package_only else [own, Path.cwd(), *Path.cwd().parents]
    return next((place for place in places if _is_checkout(place)), None)


def _is_checkout(folder: Path) -> bool:
    try:
        return 'name = "claimbook"' in (folder / "pyproject.toml").read_text(encoding="utf-8")
    except OSError:
        return False
