"""A local process that runs one batch: asked in one line of JSON, answering in lines of JSON.

    python -m claimbook.engine.worker

It ends when its input is closed, so it never outlives the process that started it, however that one ends.
"""

from __future__ import annotations

import base64
import importlib
import json
import os
import sys
import threading
import time
from pathlib import Path
from typing import Any, TextIO

from claimbook import errors
from claimbook.engine.batch import first_losses, perform
from claimbook.experiment.base import Task
from claimbook.record.reading import packed_sweep
from claimbook.record.schema import Record, parse_record
from claimbook.record.sweep import Held

REPORT_S = 0.2  # seconds between two lines of progress


def request_of(tasks: tuple[Task, ...], root: Path | str, only_first_losses: bool = False) -> str:
    """The line that asks a worker for these tasks of one experiment, for the store at `root`.

    only_first_losses: asks for those of one task, and for no record.
    """
    cls = type(tasks[0].experiment)
    rows = [task.asked for task in tasks]
    where = {"path": sys.path, "module": cls.__module__, "class": cls.__qualname__, "root": str(Path(root).absolute())}
    return json.dumps(where | {"tasks": rows, "only_first_losses": only_first_losses})


def tasks_of(request: dict[str, Any]) -> list[Task]:
    """The tasks that a request asks for."""
    experiment = getattr(importlib.import_module(request["module"]), request["class"])()
    names = ("arm", "seed", "settings", "data", "threads", "device")
    return [Task(experiment, **{name: row[name] for name in names}) for row in request["tasks"]]


def error_of(fields: dict[str, Any]) -> errors.ClaimbookError:
    """The error that a worker reported, of the same class."""
    cls = getattr(errors, fields["class"], errors.RunError)
    return cls(fields["what"], fields["why"], fields["do"])


def main() -> None:
    """Read the request, answer with lines {"progress": …}, {"record": …, "table": …}, {"error": …}, {"done": true}.

    Where only the first losses are asked for, {"losses": …} comes in place of progress and records.
    """
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints must not get between the answers
    request = json.loads(sys.stdin.readline())
    threading.Thread(target=_end_with_parent, daemon=True).start()
    sys.path[:] = request["path"]
    try:
        tasks = tasks_of(request)
        if request["only_first_losses"]:
            _answer(out, losses=first_losses(tasks[0]))
        else:
            for record in perform(tasks, _Reporter(out), request["root"]):
                _answer(out, record=record.text(), table=_table(record))
    except errors.ClaimbookError as error:
        fields = {"class": type(error).__name__, "what": error.what, "why": error.why, "do": error.do}
        _answer(out, error=fields)
    else:
        _answer(out, done=True)


class _Reporter:
    def __init__(self, out: TextIO):
        self._out, self._last = out, 0.0

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        if now - self._last >= REPORT_S or done >= total:
            self._last = now
            _answer(self._out, progress=[done, total])


def record_of(answer: dict[str, Any]) -> Record:
    """The record that a worker made, with its table where it has one."""
    packed = base64.b64decode(answer["table"])
    return parse_record(json.loads(answer["record"]), Held(packed))


def _table(record: Record) -> str:
    packed = packed_sweep(record) if record.sweep is not None else b""
    return base64.b64encode(packed).decode("ascii")


def _answer(out: TextIO, **fields: Any) -> None:
    out.write(json.dumps(fields) + "\n")
    out.flush()


def _end_with_parent() -> None:
    while os.read(0, 4096):  # not sys.stdin, whose lock this thread would hold when the interpreter ends
        pass
    os._exit(3)


if __name__ == "__main__":
    main()
