"""The live table on a terminal, and nothing where there is nothing to watch."""

from __future__ import annotations

import io

from claimbook.cli.watching import Watch
from claimbook.engine.events import Event


class Terminal(io.StringIO):
    def isatty(self):
        return True


def event(kind, **fields):
    return Event(kind, 1, 2, "up, seeds 0–1", "fake/walk", runs=2, cost_s=100.0, **fields)


def watched(monkeypatch, events):
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    monkeypatch.setattr("sys.stdout", Terminal())
    monkeypatch.setenv("TERM", "xterm")
    with Watch(jobs=1) as watch:
        for one in events:
            watch.take(one)
    return terminal.getvalue()


def test_a_terminal_gets_a_table_of_runs(monkeypatch):
    events = [
        event("queued"),
        event("started"),
        event("progress", done=1, total=2, elapsed_s=60.0),
        event("record", arm="up", seed=0, elapsed_s=60.0),
    ]
    last = watched(monkeypatch, events)
    assert "1 of 2 runs done, 1 left, about 60 s to go" in last or "about 1 min to go" in last
    assert "up, seeds 0–1" in last and "running" in last


def test_a_study_that_is_found_draws_nothing(monkeypatch):
    assert watched(monkeypatch, []) == ""


def test_where_stdout_is_no_terminal_there_are_plain_lines(monkeypatch, capsys):
    with Watch(jobs=1) as watch:
        watch.take(event("queued"))
        watch.take(event("started"))
    assert capsys.readouterr() == ("", "fake/walk [1/2] up, seeds 0–1: started\n")
