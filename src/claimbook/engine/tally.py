"""The state of a run as its events tell it: what is done, what is left, and for how long."""

from __future__ import annotations

import dataclasses

from claimbook.engine.events import Event

OVER = ("done", "failed")


@dataclasses.dataclass
class Line:
    """One batch. state: "queued", "waiting", "running", "done" or "failed". share: of its work that is done, 0 to 1."""

    label: str
    experiment: str
    runs: int
    cost_s: float
    state: str = "queued"
    share: float = 0.0
    finished: int = 0
    elapsed_s: float = 0.0
    text: str = ""

    @property
    def left_s(self) -> float | None:
        """Seconds until this batch is done at its pace so far; None where that cannot be said yet."""
        if self.state in OVER:
            return 0.0
        return self.elapsed_s * (1 - self.share) / self.share if self.share > 0 else None


class Tally:
    """Takes events and keeps one line for each batch.

    jobs: how many batches run at once.
    """

    def __init__(self, jobs: int = 1):
        self._jobs = jobs
        self._lines: dict[int, Line] = {}

    def take(self, event: Event) -> None:
        """Take one event into account."""
        line = self._lines.setdefault(event.batch, Line(event.label, event.experiment, event.runs, event.cost_s))
        line.elapsed_s = max(line.elapsed_s, event.elapsed_s)
        if event.kind in ("waiting", "queued"):
            line.state = event.kind
        elif event.kind in ("started", "progress"):
            line.state = "running"
            line.share = event.done / event.total if event.total else line.share
        elif event.kind in ("record", "found"):
            line.finished += 1
        elif event.kind in ("finished", "failed"):
            line.state = "done" if event.kind == "finished" else "failed"
        if line.finished >= line.runs and line.state != "failed":
            line.state = "done"
        line.share = 1.0 if line.state == "done" else line.share
        line.text = event.text or line.text

    @property
    def lines(self) -> list[Line]:
        """The batches in their order."""
        return [self._lines[number] for number in sorted(self._lines)]

    @property
    def runs(self) -> int:
        """Runs in all batches."""
        return sum(line.runs for line in self.lines)

    @property
    def done(self) -> int:
        """Runs that are finished and kept."""
        return sum(line.finished for line in self.lines)

    @property
    def left(self) -> int:
        """Runs that are still to come: neither finished nor given up."""
        return sum(line.runs - line.finished for line in self.lines if line.state not in OVER)

    @property
    def left_s(self) -> float:
        """Seconds until all is done: the estimates, corrected by the pace so far where there is one."""
        spent = sum(line.elapsed_s for line in self.lines if line.share > 0)
        worth = sum(line.cost_s * line.share for line in self.lines)
        rest = [line.cost_s * (1 - line.share) for line in self.lines if line.state not in OVER]
        pace = spent / worth if worth > 0 else 1.0
        return pace * sum(rest) / min(self._jobs, len(rest)) if rest else 0.0
