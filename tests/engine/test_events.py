from __future__ import annotations

from claimbook.engine.events import Event, line_of, print_event


def event(kind, **fields):
    return Event(kind, 2, 3, "up, seeds 0–2", "fake/walk", **fields)


def test_progress_is_one_line_a_tenth():
    lines = [line_of(event("progress", before=done - 1, done=done, total=1000)) for done in range(1, 1001)]
    shown = [line for line in lines if line]
    assert len(shown) == 9 and "10 %" in shown[0] and "90 %" in shown[-1]


def test_every_line_names_experiment_batch_and_arms(capsys):
    for kind in ("waiting", "started", "finished", "found", "set-aside"):
        print_event(event(kind, record="r", text="t"))
    print_event(event("record", record="r"))
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 5 and all(line.startswith("fake/walk [2/3] up, seeds 0–2: ") for line in lines)


def test_a_failure_is_named_in_one_line():
    assert line_of(event("failed", text="No data.\nGet them.")).endswith("failed: No data.")
