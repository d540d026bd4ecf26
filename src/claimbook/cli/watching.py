"""What is seen while a study runs: a live table on a terminal, else one line for each thing that happens."""

from __future__ import annotations

import sys

from rich.console import Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from claimbook.book.text import duration, plural
from claimbook.cli import output
from claimbook.engine.events import Event, line_of
from claimbook.engine.tally import Line, Tally

STYLES = {"queued": "dim", "waiting": "yellow", "running": "cyan", "done": "green", "failed": "bold red"}


class Watch:
    """Shows a run on stderr; used as a context around it. `take` is told of its events."""

    def __init__(self, jobs: int):
        self._tally = Tally(jobs)
        console = output.console(sys.stderr)
        self._live = None
        if console.is_terminal and sys.stdout.isatty():
            self._live = Live(console=console, get_renderable=self._table, refresh_per_second=4)
        self._shown = False

    def __enter__(self) -> Watch:
        return self

    def __exit__(self, *exception: object) -> None:
        if self._live is not None and self._shown:
            self._live.stop()

    def take(self, event: Event) -> None:
        """Show one event. Nothing is drawn before the first one, so that a study that is found stays quiet."""
        self._tally.take(event)
        if self._live is None:
            if line := line_of(event):
                output.note(line)
            return
        if not self._shown:
            self._live.start()
            self._shown = True

    def _table(self) -> Group:
        table = Table.grid(padding=(0, 2))
        for line in self._tally.lines:
            bar = ProgressBar(total=1.0, completed=line.share, width=20)
            table.add_row(line.label, Text(line.state, STYLES[line.state]), bar, _time(line))
        return Group(Text(self._summary(), "bold"), table)

    def _summary(self) -> str:
        tally = self._tally
        left = f", about {duration(tally.left_s)} to go" if tally.left_s else ""
        return f"{tally.done} of {plural(tally.runs, 'run')} done, {tally.left} left{left}"


def _time(line: Line) -> str:
    if line.state == "done":
        return f"in {duration(line.elapsed_s)}"
    if line.state == "running" and line.left_s is not None:
        return f"{duration(line.left_s)} left"
    return f"≈ {duration(line.cost_s)}" if line.state == "queued" else ""
