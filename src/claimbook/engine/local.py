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
from claimbook.engine.worker import error_of, request_of
from claimbook.errors import RunError
from claimbook.experiment.base import Task

STOP_S = 5.0  # how long a worker has to end before it is killed


class Worker:
    """A process that runs `tasks` of a batch for the store at `root`, or the first losses of one alone.

    Its answers, and its end, go to `answers` as (worker, fields).
    """

    def __init__(self, batch: Batch, tasks: tuple, root: Path, answers: queue.Queue, only_first_losses: bool = False):
        self.batch, self.said_last = batch, False
        self._request = request_of(tasks, root, only_first_losses)
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
            self._process.stdin.write(self._request + "\n")
            self._process.stdin.flush()
            for line in self._process.stdout:
                answers.put((self, _fields(line)))
        except (OSError, ValueError):
            pass  # it died; its exit code says how
        answers.put((self, {"end": True}))


def first_losses_apart(task: Task) -> list[float]:
    """The losses of the first 20 steps of a task, run anew in a process of its own.

    Raises:
        RunError: the process died. ClaimbookError: what the experiment raised there.
    """
    answers: queue.Queue = queue.Queue()
    worker = Worker(Batch(1, (task,)), (task,), Path(), answers, only_first_losses=True)
    try:
        _, answer = answers.get()
        if "losses" in answer:
            return answer["losses"]
        raise error_of(answer["error"]) if "error" in answer else worker.died()
    finally:
        worker.stop()


def _fields(line: str) -> dict[str, Any]:
    fields = json.loads(line)
    if not isinstance(fields, dict):
        raise ValueError("a worker's answer is a JSON object")
    return fields
