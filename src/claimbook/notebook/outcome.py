"""How the run of a notebook went: what its worker told, whether the result is whole, and why not."""

from __future__ import annotations

import dataclasses
import signal
from pathlib import Path
from typing import Any

from claimbook import errors
from claimbook.errors import ClaimbookError, RunError


@dataclasses.dataclass
class Outcome:
    """What we know of a run from its process; the notebook file is looked at apart.

    exit_code: of the worker; None where we stopped it. ended_by: why we stopped it. error: name and text of what was
    raised. cell: index and source of the last cell that was started. done: indices of those run without an error.
    finished: whether the worker said so itself. noise: the last lines of its stderr.
    """

    exit_code: int | None = None
    ended_by: str = ""
    error: tuple[str, str] | None = None
    cell: tuple[int, str] | None = None
    done: set[int] = dataclasses.field(default_factory=set)
    finished: bool = False
    noise: list[str] = dataclasses.field(default_factory=list)

    def take(self, event: dict[str, Any]) -> list[str]:
        """Take in one event of the worker; returns the lines to be shown for it."""
        kind = event["event"]
        if kind == "cell":
            self.cell = (event["index"], event["source"])
            return [f"cell {event['index'] + 1}: {_first_line(event['source'])}"]
        if kind == "done":
            self.done.add(event["index"])
        elif kind == "error":
            self.error = (event["name"], event["text"])
        elif kind == "finished":
            self.finished = True
        elif kind == "text":
            return [f"  {line}" for line in event["text"].splitlines() if line.strip()]
        return []


def flaw(path: Path, outcome: Outcome) -> str:
    """Why the notebook at `path` does not count as run; empty where it does."""
    import nbformat

    if outcome.ended_by:
        return outcome.ended_by
    if outcome.error:
        return _words(*outcome.error)
    if outcome.exit_code != 0 or not outcome.finished:
        return _death(outcome)
    try:
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
    except Exception as error:  # of many kinds: not there, not JSON, not a notebook
        return f"What was written cannot be read: {_first_line(str(error))}"
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type == "code" and cell.source.strip() and not _is_run(cell, index in outcome.done):
            return f"Cell {index + 1} was not run to its end."
    return ""


def explain(source: Path, outcome: Outcome, why: str) -> RunError:
    """The error for a run of the notebook `source` that does not count."""
    if outcome.cell is None:
        return RunError(f"The notebook {source.name} could not be started.", why)
    index, text = outcome.cell
    return RunError(f"The notebook {source.name} failed in cell {index + 1}: `{_first_line(text)}`", why)


def without_paths(notebook):
    """The notebook without the places of this machine that papermill notes down."""
    for name in ("input_path", "output_path"):
        notebook.metadata.get("papermill", {}).pop(name, None)
    return notebook


def _is_run(cell, told: bool) -> bool:
    status = cell.metadata.get("papermill", {}).get("status")
    raised = any(output.output_type == "error" for output in cell.outputs)
    return told and status == "completed" and cell.execution_count is not None and not raised


def _words(name: str, text: str) -> str:
    if name == "DeadKernelError":
        return "Its kernel died. Was it killed, or was there too little memory?"
    own = getattr(errors, name, None)
    if isinstance(own, type) and issubclass(own, ClaimbookError):
        return text  # it says itself what, why, and what to do
    return f"{name}: {text}" if text else name


def _death(outcome: Outcome) -> str:
    code = outcome.exit_code
    how = f"was ended by {signal.Signals(-code).name}" if code is not None and code < 0 else f"ended with code {code}"
    last = next((line for line in reversed(outcome.noise) if line.strip()), "")
    return f"Its process {how}." + (f" Its last words: {last}" if last else "")


def _first_line(text: str) -> str:
    lines = [line for line in text.strip().splitlines() if not line.startswith("#")] or [""]
    return lines[0] if len(lines[0]) <= 80 else lines[0][:79] + "…"
