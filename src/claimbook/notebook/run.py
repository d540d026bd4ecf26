"""Run a notebook with parameters; put the result in place only when it is whole.

Papermill runs in a process of its own. It writes `NAME.<pid>.partial.ipynb` beside the output; when that process has
ended well, has said so, and every code cell has been run without an error, the partial notebook takes the output's
place. In any other case what was there is untouched, and the notebook as far as it came stays as `NAME.partial.ipynb`.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from claimbook import files
from claimbook.errors import RunError
from claimbook.notebook import kernel
from claimbook.notebook.outcome import Outcome, explain, flaw, without_paths
from claimbook.notebook.parameters import checked
from claimbook.notebook.places import PARTIAL, checked_output, source_of
from claimbook.notebook.process import follow

Progress = Callable[[str], None]


def run_notebook(
    name: str,
    parameters: Mapping[str, Any] | None,
    output: Path | str,
    *,
    timeout: float | None = None,
    progress: Progress | None = None,
    environment: Mapping[str, str] | None = None,
    stopped: Callable[[], bool] = lambda: False,
) -> Path:
    """Run the notebook of an experiment, and write it with its results to `output`.

    Args:
        name: the experiment, "paper/name".
        parameters: name → value, as `checked` takes them; what is left out has the notebook's value.
        output: ends in .ipynb; its folder is made where it is not there.
        timeout: seconds for the whole notebook; None for no limit.
        progress: called with one line for each cell and for each line that the notebook prints.
        environment: variables for the notebook on top of ours, such as CLAIMBOOK_STORE.
        stopped: asked a few times a second whether to give up, for callers in other threads than the main one.

    Returns:
        The absolute path of the output.

    Raises:
        UsageError: a wrong name, parameter or output; nothing has been run then.
        RunError: a cell raised, the time was over, the kernel died … What was at `output` is untouched, and the message
            names the partial notebook and how to go on.
        KeyboardInterrupt: on Ctrl-C, likewise.
    """
    asked = checked(name, parameters or {})
    target = checked_output(output)
    return execute(source_of(name), asked, target, timeout, progress, environment, stopped)


def execute(
    source: Path,
    parameters: Mapping[str, Any],
    target: Path,
    timeout: float | None = None,
    progress: Progress | None = None,
    environment: Mapping[str, str] | None = None,
    stopped: Callable[[], bool] = lambda: False,
) -> Path:
    """`run_notebook` for any .ipynb file and parameters that have been checked. Raises as it does."""
    own = _own_partial(target)
    kept = target.with_name(target.stem + PARTIAL)
    job = {"input": str(source), "output": str(own), "parameters": dict(parameters), "kernel": kernel.NAME}
    try:
        with tempfile.TemporaryDirectory(prefix="claimbook-kernel-", ignore_cleanup_errors=True) as folder:
            outcome = follow(job, kernel.environment(Path(folder), environment), timeout, progress, stopped)
        _publish(source, own, target, outcome)
    except BaseException as error:
        there = _keep(own, kept)
        if isinstance(error, RunError):
            raise RunError(error.what, error.why, _how_to_go_on(error.do, target, kept if there else None)) from None
        raise
    with contextlib.suppress(OSError):
        own.unlink()
        kept.unlink()  # of an earlier failure: it would only mislead now
    return target


def _publish(source: Path, own: Path, target: Path, outcome: Outcome) -> None:
    import nbformat

    why = flaw(own, outcome)
    if why:
        raise explain(source, outcome, why)
    notebook = without_paths(nbformat.read(own, as_version=4))
    files.write_text(target, nbformat.writes(notebook) + "\n")


def _own_partial(target: Path) -> Path:
    """This process's partial file; those of processes that were killed are removed."""
    target.parent.mkdir(parents=True, exist_ok=True)
    for path in target.parent.glob("*" + PARTIAL):
        stem, _, number = path.name.removesuffix(PARTIAL).rpartition(".")
        if stem == target.stem and number.isdigit() and not _alive(int(number)):
            with contextlib.suppress(OSError):
                path.unlink()
    return target.with_name(f"{target.stem}.{os.getpid()}{PARTIAL}")


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _keep(own: Path, kept: Path) -> bool:
    try:
        os.replace(own, kept)
    except OSError:
        return False
    return True


def _how_to_go_on(do: str, target: Path, kept: Path | None) -> str:
    lines = [do] if do else []
    if target.exists():
        lines.append(f"{target} is as it was before.")
    if kept is not None:
        lines.append(f"The notebook as far as it came is {kept}.")
    lines.append("Runs that were finished are kept: the same command goes on from there.")
    return "\n".join(lines)
