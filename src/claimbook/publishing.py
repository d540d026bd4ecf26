"""The whole way to the book: rehearse every notebook live, run the published ones from the records, build the pages.

This is a room of its own between `notebook` and `cli`, because it needs both the notebooks and the book.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from claimbook import files
from claimbook.book.build import build, check_output
from claimbook.book.content import gather
from claimbook.book.staging import fingerprint, stage
from claimbook.notebook import names, published, rehearse
from claimbook.notebook.places import root

Progress = Callable[[str], None]
PERCENTAGE = re.compile(r": \d+ %, ")  # a run's own steps: too many lines for a whole book


def build_book(output: Path | str | None = None, progress: Progress | None = None, jobs: int = 2) -> Path:
    """Build the book from the committed records; needs neither network nor any data set.

    Args:
        output: the folder for the pages; `build/book` of the checkout where None.
        progress: called with one line at a time, from several threads. jobs: notebooks side by side.

    Returns:
        The path of its index.html.

    Raises:
        UsageError: `output` is there and is no book of ours.
        RunError: a notebook fails in its rehearsal or from the records.
        ClaimbookError: the pages cannot be built without a warning.
    """
    checkout = root()
    place = Path(output).expanduser().resolve() if output is not None else checkout / "build" / "book"
    check_output(place)
    tell = progress or (lambda line: None)
    tell("rehearsing the notebooks at preset smoke")
    for one in rehearse(jobs=jobs, progress=lambda line: None if PERCENTAGE.search(line) else tell(line)):
        tell(f"{one.name}: " + (f"rehearsed in {one.seconds:.0f} s" if one.live else "unchanged since its rehearsal"))
    notebooks = run_published(checkout, progress, jobs)
    source = stage(checkout, gather(checkout), notebooks, checkout / "build" / "book-src")
    return build(source, place, checkout / "build" / "book.log", progress)


def run_published(checkout: Path, progress: Progress | None = None, jobs: int = 2) -> dict[str, Path]:
    """Every notebook executed from the committed records, experiment id → file; those that nothing changed are kept.

    jobs: notebooks side by side, a process each. What was finished before a failure is kept.
    """
    report = checkout / "build" / "published.json"
    before = _read(report)
    made = {name: checkout / "build" / "published" / f"{name}.ipynb" for name in names()}
    wanted = {name: _digest(checkout, name) for name in made}
    todo = [name for name, target in made.items() if before.get(name) != wanted[name] or not target.is_file()]

    def run_one(name: str) -> str:
        if progress is not None:
            progress(f"{name}: from the committed records")
        published(name, made[name])
        return name

    with ThreadPoolExecutor(jobs) as pool:
        for name in pool.map(run_one, todo):
            before[name] = wanted[name]
            files.write_text(report, json.dumps(before, indent=1, sort_keys=True) + "\n")
    return made


def _digest(checkout: Path, name: str) -> str:
    """sha256 over what the published notebook follows from: its source, the package, the lock, its records."""
    digest = hashlib.sha256(fingerprint(checkout / "records" / name).encode())
    package = Path(__file__).parent
    paths = [checkout / "notebooks" / f"{name}.ipynb", checkout / "requirements.lock"]
    paths += sorted(path for path in package.rglob("*") if path.suffix in (".py", ".yaml"))
    for path in paths:
        content = path.read_bytes() if path.is_file() else b""
        digest.update(f"{path.name}\n{len(content)}\n".encode() + content)
    return digest.hexdigest()


def _read(report: Path) -> dict[str, str]:
    try:
        return {str(name): str(digest) for name, digest in json.loads(report.read_text(encoding="utf-8")).items()}
    except (OSError, ValueError, AttributeError):
        return {}
