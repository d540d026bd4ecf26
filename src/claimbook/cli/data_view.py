"""What `claimbook data` does with each data set, and how it tells."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any

from rich.console import Group
from rich.text import Text

from claimbook.cli import output
from claimbook.cli.doctor_view import STATES
from claimbook.cli.layout import Rows, facts, heading
from claimbook.data.catalogue import data_set
from claimbook.data.fetch import fetch
from claimbook.data.locate import Status, status, verify
from claimbook.errors import ClaimbookError


def stands(name: str) -> dict[str, Any]:
    """Where a data set stands, with what the catalogue says of it."""
    item = data_set(name)
    return _row(status(name)) | {
        "title": item.title,
        "folders": [item.folder, *item.also],
        "files": [f"{rule.into}/{rule.match}".lstrip("/") for rule in item.layout],
        "archives": item.archive_names() or [download.file for download in item.downloads],
        "licence": item.licence,
        "homepage": item.homepage,
        "citations": list(item.citations),
        "shapes": {split: list(shape) for split, shape in item.shapes.items()},
        "classes": list(item.classes),
    }


def fetched(name: str) -> dict[str, Any]:
    """Fetch a data set, with a bar on a terminal, and say where it stands."""
    with _Bars(name) as bars:
        return _row(fetch(name, bars.progress))


def checked(name: str) -> dict[str, Any]:
    """Check a data set's content and say where it stands."""
    output.note(f"{name}: checking …")
    return _row(verify(name))


def each(act: Callable[[str], dict[str, Any]], names: Sequence[str]) -> list[dict[str, Any]]:
    """Do it with every data set; one that fails does not hold up the others, and alone it is the error itself.

    Raises:
        ClaimbookError: the one data set that was asked for failed.
    """
    if len(names) == 1:
        return [act(names[0])]
    rows = []
    for name in names:
        try:
            rows.append(act(name))
        except ClaimbookError as error:
            rows.append(_row(status(name)) | {"why": f"{error.what} {error.why}".strip(), "do": error.do})
    return rows


def view(rows: Sequence[dict[str, Any]], named: bool) -> Group:
    """A table of all, with the next step of each that is not whole; all facts where sets were named."""
    table = Rows(
        ("data set", "state", "where"),
        [(row["name"], Text(row["state"], STATES.get(row["state"], "")), row["where"] or "") for row in rows],
        ("data set", "state"),
    )
    steps = [(row["name"], f"{row['why']}\n→ {row['do']}" if named else row["do"]) for row in rows if row["do"]]
    parts: list[Any] = [table, *([heading("What to do"), facts(steps)] if steps else [])]
    told = [row for row in rows if "title" in row]
    if told and not named:
        parts.append(Text("\n`claimbook data list NAME` tells layouts, licence and citation.", style="dim"))
    return Group(*parts, *(part for row in told if named for part in _facts(row)))


def _facts(row: dict[str, Any]) -> list[Any]:
    return [
        heading(row["name"], row["title"]),
        facts(
            [
                ("folder", " or ".join(f"{folder}/" for folder in row["folders"])),
                ("with", ", ".join(row["files"])),
                ("or archive", ", ".join(row["archives"])),
                ("shapes", ", ".join(f"{name} {' × '.join(map(str, shape))}" for name, shape in row["shapes"].items())),
                ("licence", row["licence"]),
                ("homepage", row["homepage"]),
                ("cite", "\n".join(row["citations"])),
            ]
        ),
    ]


def _row(found: Status) -> dict[str, Any]:
    return {
        "name": found.name,
        "state": found.state,
        "where": str(found.where) if found.where else None,
        "complete": found.complete,
        "why": found.why,
        "do": found.do,
    }


class _Bars:
    """A bar for each file that is downloaded; off a terminal one line for each."""

    def __init__(self, name: str):
        from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

        console = output.console(sys.stderr)
        columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
        self._name, self._live = name, console.is_terminal
        self._progress = Progress(*columns, console=console, transient=True, disable=not self._live)
        self._tasks: dict[str, Any] = {}

    def __enter__(self) -> _Bars:
        self._progress.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._progress.stop()

    def progress(self, file: str, done: int, total: int) -> None:
        """Told by the downloader."""
        if file not in self._tasks:
            self._tasks[file] = self._progress.add_task(file, total=None)
            if not self._live:
                output.note(f"{self._name}: downloading {file} …")
        self._progress.update(self._tasks[file], completed=done, total=total or None)
