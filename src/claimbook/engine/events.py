"""What a run tells while it goes on, for a live table or for plain lines in a notebook."""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True)
class Event:
    """One thing that happened to one batch.

    kind: "queued" (told of every batch before the first one starts), "waiting" (another process makes one of its keys),
        "started", "progress", "record" (one is finished and
        saved), "set-aside" (a faulty file in the store was in the way), "found" (another process had made a record
        meanwhile), "finished", "failed".
    batch, batches: which batch of how many, from 1. label: its arms and seeds, for people.
    done, total: its steps of work; before: `done` of the event before, so that a printer needs no memory.
    record, arm, seed: of a finished or found record. text: why it failed, or what was set aside.
    elapsed_s: since the batch started. runs, cost_s: how many runs the batch has, and the estimate for all of them in
        seconds of one core.
    """

    kind: str
    batch: int
    batches: int
    label: str
    experiment: str
    done: int = 0
    total: int = 0
    before: int = 0
    record: str = ""
    arm: str = ""
    seed: int | None = None
    text: str = ""
    elapsed_s: float = 0.0
    runs: int = 0
    cost_s: float = 0.0


def print_event(event: Event) -> None:
    """Print an event as one line, at once; of the progress about every tenth."""
    line = line_of(event)
    if line:
        print(line, flush=True)


def line_of(event: Event) -> str:
    """The line for an event; empty for one that needs none."""
    head = f"{event.experiment} [{event.batch}/{event.batches}] {event.label}"
    if event.kind == "progress":
        tenth, before = (10 * done // max(event.total, 1) for done in (event.done, event.before))
        return f"{head}: {10 * tenth} %, {event.elapsed_s:.0f} s" if before < tenth < 10 else ""
    if event.kind == "failed":
        return f"{head}: failed: {event.text.splitlines()[0]}"
    words = {
        "waiting": "waiting for another process that makes it",
        "started": "started",
        "set-aside": event.text,
        "found": f"found {event.record}, made by another process",
        "finished": f"done in {event.elapsed_s:.0f} s",
    }
    return f"{head}: {words[event.kind]}" if event.kind in words else ""
