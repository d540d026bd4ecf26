"""From the staged folder to the book: Jupyter Book in a process of its own, its result checked and moved into place."""

from __future__ import annotations

import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from claimbook import files
from claimbook.book import prune as pruning
from claimbook.book.check import problems
from claimbook.book.staging import fingerprint
from claimbook.errors import ClaimbookError, UsageError

STAMP = "claimbook-book.json"
TOOLS = ("jupyter-book", "sphinx", "myst-nb", "myst-parser", "sphinx-book-theme", "pydata-sphinx-theme", "matplotlib")
TAIL = 40


def build(source: Path, output: Path, log: Path, progress: Callable[[str], None] | None = None) -> Path:
    """Build the book from `source` (see `staging`) into `output`, and return its index.html.

    Where `output` was built from the same source by the same tools, nothing is done.

    Args:
        log: where Jupyter Book's own words go. progress: called with one line at a time.

    Raises:
        UsageError: `output` is there and is no book of ours.
        ClaimbookError: the build fails, warns, or its result has a hole; what was at `output` is untouched.
    """
    index, wanted = output / "index.html", _fingerprint(source)
    check_output(output)
    if index.is_file() and _stamp(output) == wanted:
        _tell(progress, "the book is as it was: nothing has changed")
        return index
    _tell(progress, "building the pages")
    work = log.parent / "book-work"
    shutil.rmtree(work, ignore_errors=True)
    _jupyter_book(source, work, log)
    made = work / "_build" / "html"
    pruning.prune(made)
    wrong = problems(made)
    if wrong:
        raise ClaimbookError(
            f"The book that was built has {len(wrong)} faults.", "\n".join(wrong[:20]), f"The build's log is {log}."
        )
    files.write_text(made / STAMP, json.dumps({"fingerprint": wanted}) + "\n")
    _move(made, output)
    shutil.rmtree(work, ignore_errors=True)
    return index


def check_output(output: Path) -> None:
    """Raises UsageError where `output` is there, not empty, and no book that Claimbook built."""
    if not output.exists():
        return
    ours = output.is_dir() and ((output / STAMP).is_file() or not any(output.iterdir()))
    if not ours:
        raise UsageError(
            f"{output} is there and is no book that Claimbook built.",
            "It would be replaced as a whole.",
            "Name another folder, or remove this one yourself.",
        )


def _fingerprint(source: Path) -> str:
    own = (Path(module).read_text(encoding="utf-8") for module in (__file__, pruning.__file__))
    return fingerprint(source, *own, *(f"{name} {importlib.metadata.version(name)}" for name in TOOLS))


def _stamp(output: Path) -> str | None:
    try:
        return json.loads((output / STAMP).read_text(encoding="utf-8"))["fingerprint"]
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _jupyter_book(source: Path, work: Path, log: Path) -> None:
    command = [sys.executable, "-c", "from jupyter_book.cli.main import main; main()", "build", str(source)]
    command += ["--path-output", str(work), "-W", "-n", "--keep-going", "--all"]
    # The environment as it is, but plain output, and no settings of ours that a library could take for its own.
    environment = {**os.environ, "NO_COLOR": "1", "TERM": "dumb", "PYTHONUTF8": "1"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, encoding="utf-8", errors="replace")
    said = re.sub(r"\x1b\[[0-9;]*m", "", f"{done.stdout}\n{done.stderr}")
    files.write_text(log, said)
    if done.returncode:
        raise ClaimbookError(
            "Jupyter Book could not build the book without a warning.", _warnings(said), f"Its log is {log}."
        )


def _warnings(text: str) -> str:
    """The lines with warnings and errors, or the last lines where there are none."""
    lines = [line for line in text.splitlines() if line.strip()]
    telling = [line for line in lines if "WARNING" in line or "ERROR" in line]
    return "\n".join((telling or lines)[-TAIL:])


def _move(made: Path, output: Path) -> None:
    """Put a copy of the new book in the old one's place; the old one stays until the new one is whole beside it."""
    old = output.with_name(f".{output.name}.old-{os.getpid()}")
    try:
        with files.new_folder(output) as fresh:
            for path in sorted(path for path in made.rglob("*") if path.is_file()):
                with open(path, "rb") as source:
                    files.write_stream(fresh / path.relative_to(made), source)
            if output.exists():
                os.rename(output, old)
    except BaseException:
        if old.exists() and not output.exists():
            os.rename(old, output)
        raise
    finally:
        shutil.rmtree(old, ignore_errors=True)


def _tell(progress: Callable[[str], None] | None, line: str) -> None:
    if progress is not None:
        progress(line)
