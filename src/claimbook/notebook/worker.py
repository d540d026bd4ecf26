"""The process that lets papermill run one notebook: `python -m claimbook.notebook.worker`, started by `run`.

One line of JSON comes in on stdin (input, output, parameters); then stdin stays open, and its end means that the
parent is gone. Lines of JSON go out on stdout: "cell" (one starts), "done" (one has been run without an error), "text"
(the notebook printed), "error", and "finished" as the last one.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from typing import Any, NoReturn

GRACE_S = 3.0


class Channel:
    """Where events go: the process's first stdout, which the kernel does not inherit."""

    def __init__(self):
        self._fd = os.dup(1)
        os.dup2(2, 1)

    def tell(self, event: str, **fields: Any) -> None:
        """Send one event, whole."""
        line = memoryview((json.dumps({"event": event, **fields}) + "\n").encode())
        while line:
            line = line[os.write(self._fd, line) :]

    def write(self, text: str) -> None:
        """What papermill calls with the text that the notebook prints."""
        self.tell("text", text=text)

    def flush(self) -> None:
        """Nothing is held back."""


def main() -> int:
    """Run the notebook that stdin names; the exit code is 0 where it was run to its end."""
    channel = Channel()
    job = json.loads(sys.stdin.buffer.readline())
    signal.signal(signal.SIGTERM, _leave)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        _run(job, channel)
    except Exception as error:
        name, text = getattr(error, "ename", type(error).__name__), getattr(error, "evalue", str(error))
        channel.tell("error", name=name, text=text)
        return 1
    channel.tell("finished")
    return 0


def _run(job: dict[str, Any], channel: Channel) -> None:
    import papermill

    def started(cell, cell_index):
        if cell.cell_type == "code":
            channel.tell("cell", index=cell_index, source=cell.source)

    def executed(cell, cell_index, execute_reply):
        if execute_reply["content"]["status"] == "ok":
            channel.tell("done", index=cell_index)

    papermill.execute_notebook(
        *(job[name].replace("{", "{{").replace("}", "}}") for name in ("input", "output")),  # papermill formats them
        parameters=job["parameters"],
        kernel_name=job["kernel"],
        progress_bar=False,
        stdout_file=channel,
        on_cell_start=started,
        on_cell_executed=executed,
        shutdown_kernel="immediate",
    )


def _leave(number: int, frame: Any) -> NoReturn:
    raise SystemExit(128 + number)  # papermill's clean-up then ends the kernel


def _end_with_parent() -> None:
    while os.read(0, 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    threading.Event().wait(GRACE_S)
    os._exit(128 + signal.SIGKILL)  # the kernel sees that its parent is gone


if __name__ == "__main__":
    sys.exit(main())
