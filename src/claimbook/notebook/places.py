"""Where notebooks lie: `notebooks/<paper>/<experiment>.md` and .ipynb of the checkout; and where an output may go."""

from __future__ import annotations

import os
from pathlib import Path

from claimbook.errors import ClaimbookError, UsageError, unknown
from claimbook.experiment.registry import experiment_named
from claimbook.record.places import repository_root

PARTIAL = ".partial.ipynb"


def root() -> Path:
    """The checkout. Raises ClaimbookError where the package runs without one."""
    found = repository_root()
    if found is None:
        raise ClaimbookError(
            "There are no notebooks here.",
            "They lie in the checkout of Claimbook, and this Claimbook was installed without one.",
            "Clone the repository and run the command in it.",
        )
    return found


def names() -> list[str]:
    """The experiments that have a notebook, "paper/name", in alphabetical order."""
    folder = root() / "notebooks"
    return sorted(path.relative_to(folder).with_suffix("").as_posix() for path in folder.glob("*/*.md"))


def known(name: str) -> str:
    """`name`, where that experiment has a notebook. Raises UsageError with the nearest right name."""
    experiment_named(name)
    if name not in names():
        raise unknown("notebook", name, names())
    return name


def source_of(name: str) -> Path:
    """The .ipynb of an experiment's notebook.

    Raises:
        UsageError: there is no such experiment, or it has no notebook.
        ClaimbookError: its .ipynb has not been made from its .md.
    """
    path = root() / "notebooks" / f"{known(name)}.ipynb"
    if not path.is_file():
        raise ClaimbookError(f"{path} is not there.", do=f"Make it: python -m claimbook.notebook {name}")
    return path


def checked_output(given: Path | str) -> Path:
    """The absolute path of a notebook that is to be written.

    Raises:
        UsageError: it holds `..` or control characters, does not end in .ipynb, is a folder or another thing that is
            no file, or is one of the checkout's own notebooks.
    """
    path = Path(given)
    why = _unfit(path)
    if why:
        raise UsageError(f"The output {str(given)!r} will not do.", why, "Give it as, for example, -o my-run.ipynb.")
    return Path(os.path.abspath(path))


def _unfit(path: Path) -> str:
    if ".." in path.parts:
        return "It holds `..`: name the folder itself, so that it is plain which file is replaced."
    if not str(path).isprintable():
        return "It holds characters that cannot be printed."
    if path.suffix != ".ipynb" or path.name.endswith(PARTIAL):
        return f"A notebook's name ends in .ipynb, and not in {PARTIAL}, which is for unfinished ones."
    if path.exists() and not path.is_file():
        return "It is there and is not a file."
    checkout = repository_root()
    if checkout is not None and path.resolve().is_relative_to((checkout / "notebooks").resolve()):
        return "It lies among the notebooks of the checkout, which are the ones that are run."
    return ""
