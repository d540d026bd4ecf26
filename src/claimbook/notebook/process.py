"""Start the worker process, follow what it tells, and stop it when it must be stopped."""

from __future__ import annotations

import collections
import contextlib
import json
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from typing import IO, Any

from claimbook.notebook.outcome import Outcome

POLL_S = 0.2
GRACE_S = 5.0
ENDED = object()


def follow(
    job: Mapping[str, Any],
    environment: Mapping[str, str],
    timeout: float | None,
    progress: Callable[[str], None] | None,
    stopped: Callable[[], bool],
) -> Outcome:
    """Run the worker to its end, or until the time is over or `stopped()`; tell `progress` line by line.

    Its session is its own, so that Ctrl-C reaches us first; when we are killed, it sees its stdin end and leaves.
    """
    outcome = Outcome()
    process = subprocess.Popen(
        [sys.executable, "-m", "claimbook.notebook.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=dict(environment),
        start_new_session=True,
    )
    try:
        lines, noise = _readers(process)
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(json.dumps(job).encode() + b"\n")
            process.stdin.flush()
        outcome.ended_by = _listen(lines, outcome, timeout, progress, stopped)
        if not outcome.ended_by:
            outcome.exit_code = process.wait(GRACE_S)
        outcome.noise = list(noise)
    finally:
        _stop(process)
    return outcome


def _readers(process: subprocess.Popen) -> tuple[queue.Queue, collections.deque]:
    lines, noise = queue.Queue(), collections.deque(maxlen=20)

    def read_events(stream: IO[bytes]) -> None:
        for line in stream:
            lines.put(json.loads(line))
        lines.put(ENDED)

    def read_noise(stream: IO[bytes]) -> None:
        noise.extend(line.decode(errors="replace").rstrip() for line in stream)

    threading.Thread(target=read_events, args=[process.stdout], daemon=True).start()
    threading.Thread(target=read_noise, args=[process.stderr], daemon=True).start()
    return lines, noise


def _listen(lines: queue.Queue, outcome: Outcome, timeout, progress, stopped) -> str:
    """Take in events until the worker's stdout ends: then "". Else why we stopped listening."""
    deadline = time.monotonic() + timeout if timeout is not None else None
    while True:
        if deadline is not None and time.monotonic() > deadline:
            return f"It was stopped after {timeout:g} s, the time that it was given."
        if stopped():
            return "It was stopped."
        try:
            event = lines.get(timeout=POLL_S)
        except queue.Empty:
            continue
        if event is ENDED:
            return ""
        for line in outcome.take(event):
            if progress is not None:
                progress(line)


def _stop(process: subprocess.Popen) -> None:
    """End the worker, which ends its kernel; the kernel also sees for itself when the worker is gone."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(GRACE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    with contextlib.suppress(OSError):
        process.stdin.close()
