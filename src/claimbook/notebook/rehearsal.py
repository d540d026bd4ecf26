"""The two ways in which the book runs notebooks: a live rehearsal at smoke, and from the committed records."""

from __future__ import annotations

import concurrent.futures
import dataclasses
import hashlib
import json
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from claimbook import files
from claimbook.notebook.parameters import PUBLISHED
from claimbook.notebook.places import names, root, source_of
from claimbook.notebook.run import run_notebook
from claimbook.record.places import STORE

Progress = Callable[[str], None]


@dataclasses.dataclass(frozen=True)
class Rehearsal:
    """How the last rehearsal of a notebook went.

    digest: of all that it was made from. seconds: wall time with the kernel's start. live: it was run now, not before.
    """

    name: str
    digest: str
    seconds: float
    live: bool


def rehearse(
    wanted: list[str] | None = None, build: Path | None = None, jobs: int = 2, progress: Progress | None = None
) -> list[Rehearsal]:
    """Run notebooks live at smoke, each in an empty store; those of which nothing has changed are left out.

    The run times go to `build`/rehearsal.json, which is also how the next call knows what has not changed: the
    notebook, the package's source, and the lock. A notebook that fails is not noted down there.

    Args:
        wanted: the notebooks; all where None.
        build: the build folder; that of the checkout where None.
        jobs: notebooks side by side.
        progress: called with one line at a time, from several threads.

    Raises:
        RunError: a notebook fails. The others are stopped, and go on next time.
    """
    build = build if build is not None else root() / "build"
    report, tell = build / "rehearsal.json", progress or (lambda line: None)
    before, digests = _read(report), {name: _digest(name) for name in wanted or names()}
    todo = [name for name in digests if before.get(name, {}).get("digest") != digests[name]]
    stop, lock = threading.Event(), threading.Lock()

    def one(name: str) -> None:
        seconds = _run_live(name, build / "rehearsal" / f"{name}.ipynb", tell, stop)
        with lock:
            rows = _read(report) | {name: {"digest": digests[name], "seconds": seconds}}
            files.write_text(report, json.dumps({"notebooks": rows}, indent=2, sort_keys=True) + "\n")

    _side_by_side(one, todo, jobs, stop)
    rows = _read(report)
    return [Rehearsal(name, digests[name], rows[name]["seconds"], name in todo) for name in digests]


def _run_live(name: str, output: Path, tell: Progress, stop: threading.Event) -> float:
    """Run a notebook at smoke in an empty store; returns the seconds that it took, with the kernel's start."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="claimbook-rehearsal-") as store:
        run_notebook(
            name,
            {"preset": "smoke"},
            output,
            progress=lambda line: tell(f"{name}: {line}"),
            environment={STORE: store},
            stopped=stop.is_set,
        )
    return round(time.monotonic() - began, 2)


def _side_by_side(work: Callable[[str], None], todo: list[str], jobs: int, stop: threading.Event) -> None:
    """Do `work` on each name in a few threads; at the first failure, or Ctrl-C, the others are stopped."""
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        try:
            for done in concurrent.futures.as_completed([pool.submit(work, name) for name in todo]):
                done.result()
        except BaseException:
            stop.set()
            pool.shutdown(wait=True, cancel_futures=True)
            raise


def published(name: str, output: Path | None = None, progress: Progress | None = None) -> Path:
    """Run a notebook from the committed records, as the book shows it; nothing is trained.

    Args:
        name: "paper/experiment".
        output: `build`/published/<name>.ipynb of the checkout where None.

    Raises:
        RunError, UsageError: as `run_notebook`.
    """
    output = output if output is not None else root() / "build" / "published" / f"{name}.ipynb"
    return run_notebook(name, {"preset": PUBLISHED}, output, progress=progress)


def _digest(name: str) -> str:
    """sha256 over what a notebook's outputs follow from: its two files, the package, and the lock."""
    notebook = source_of(name)
    package = Path(__file__).parents[1]
    paths = [notebook, notebook.with_suffix(".md"), root() / "requirements.lock"]
    paths += sorted(path for path in package.rglob("*") if path.suffix in (".py", ".yaml", ".weights"))
    digest = hashlib.sha256()
    for path in paths:
        content = path.read_bytes() if path.is_file() else b""
        digest.update(f"{path.name}\n{len(content)}\n".encode() + content)
    return digest.hexdigest()


def _read(report: Path) -> dict[str, dict[str, Any]]:
    try:
        rows = json.loads(report.read_text(encoding="utf-8"))["notebooks"]
        return {name: {"digest": str(row["digest"]), "seconds": float(row["seconds"])} for name, row in rows.items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return {}  # not there, or not ours: everything is rehearsed again
