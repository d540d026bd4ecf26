"""Local processes, one a batch: started with their own number of threads, watched, and stopped with us."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from claimbook.engine.batch import Batch
from claimbook.engine.worker import request_of
from claimbook.errors import RunError

STOP_S = 5.0  # how long a worker has to end before it is killed


class Worker:
    """A process that runs `tasks` of a batch for the store at `root`.

    Its answers, and its end, go to `answers` as (worker, fields).
    """

    def __init__(self, batch: Batch, tasks: tuple, root: Path, answers: queue.Queue):
        self.batch, self.tasks, self.root, self.said_last = batch, tasks, root, False
        threads = str(tasks[0].threads)
        environment = os.environ | {"OMP_NUM_THREADS": threads, "CLAIMBOOK_THREADS": threads}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "claimbook.engine.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            text=True,
            encoding="utf-8",
            start_new_session=True,  # Ctrl-C reaches us alone, and we stop it
        )
        threading.Thread(target=self._read, args=(answers,), daemon=True).start()

    def stop(self) -> None:
        """End the process, by force where it does not listen."""
        self._process.terminate()
        try:
            self._process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def died(self) -> RunError:
        """The error for a process that ended without its last answer."""
        code = self._process.wait()
        why = f"It exited with code {code}; what it said stands above."
        if code < 0:
            why = f"It was ended by signal {-code}; 9 is also how the system ends what takes too much memory."
        return RunError(f"The process that ran {self.batch.label} died.", why, "Run the same command again.")

    def _read(self, answers: queue.Queue) -> None:
        try:
            self._process.stdin.write(request_of(self.tasks, self.root) + "\n")
            self._process.stdin.flush()
            for line in self._process.stdout:
                answers.put((self, _fields(line)))
        except (OSError, ValueError):
            pass  # it died; its exit code says how
        answers.put((self, {"end": True}))


def _fields(line: str) -> dict[str, Any]:
    fields = json.loads(line)
    if not isinstance(fields, dict):
        raise ValueError("a worker's answer is a JSON object")
    return fields
