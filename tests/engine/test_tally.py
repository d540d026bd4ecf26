"""What is done and left, counted from events; the times by hand."""

from __future__ import annotations

import pytest

from claimbook.engine.events import Event
from claimbook.engine.tally import Tally


def event(batch, kind, **fields):
    return Event(kind, batch, 2, f"batch {batch}", "fake/walk", **({"runs": 2, "cost_s": 100.0} | fields))


def after(*events, jobs=1):
    tally = Tally(jobs)
    for one in events:
        tally.take(one)
    return tally


QUEUED = (event(1, "queued"), event(2, "queued", cost_s=50.0))


def test_before_anything_is_done_the_estimates_stand():
    tally = after(*QUEUED)
    assert (tally.done, tally.left, tally.runs, tally.left_s) == (0, 4, 4, 150.0)
    assert after(*QUEUED, jobs=2).left_s == 75.0


def test_the_pace_so_far_corrects_the_estimates():
    tally = after(*QUEUED, event(1, "started"), event(1, "progress", done=1, total=2, elapsed_s=100.0))
    assert tally.lines[0].left_s == 100.0  # half took 100 s
    assert tally.left_s == pytest.approx(2.0 * (50.0 + 50.0))  # twice as slow as estimated


def test_finished_runs_are_counted_and_leave_nothing():
    records = [event(1, "record", arm="up", seed=seed, elapsed_s=60.0) for seed in (0, 1)]
    tally = after(*QUEUED, event(1, "started"), *records)
    assert [line.state for line in tally.lines] == ["done", "queued"] and (tally.done, tally.left) == (2, 2)
    tally.take(event(2, "found", arm="up", seed=0, cost_s=50.0))
    tally.take(event(2, "found", arm="up", seed=1, cost_s=50.0))
    assert (tally.done, tally.left, tally.left_s) == (4, 0, 0.0)


def test_a_failed_batch_is_not_left_and_not_done():
    tally = after(*QUEUED, event(1, "started"), event(1, "record"), event(1, "failed", text="why"))
    assert tally.lines[0].state == "failed" and tally.lines[0].text == "why"
    assert (tally.done, tally.left) == (1, 2)


def test_waiting_is_said():
    assert after(*QUEUED, event(1, "waiting")).lines[0].state == "waiting"
