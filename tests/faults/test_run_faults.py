"""Real processes are interrupted and killed during a run: what is finished is kept, and the next run goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from engine.fakes import tasks

from claimbook.engine.run import run
from claimbook.errors import RunError
from claimbook.record.store import Store

SCRIPT = """
import sys
from claimbook.engine.run import run
from claimbook.errors import ClaimbookError
from claimbook.record.store import Store
from engine.fakes import tasks
try:
    records = run(tasks(only=[("up", 0), ("up", 1), ("up", 2)]), Store(sys.argv[1]), jobs=int(sys.argv[2]),
                  on_event=lambda event: print(event.kind, flush=True))
except ClaimbookError as error:
    print(error)
    sys.exit(error.exit_code)
print("made", len(records))
"""
JOBS = pytest.mark.parametrize("jobs", [1, 2])


@pytest.fixture
def place(walk, tmp_path, monkeypatch):
    """A store, a log of what is measured, and a gate at which every run but that of seed 0 waits."""
    monkeypatch.setenv("FAKE_LOG", str(tmp_path / "log"))
    monkeypatch.setenv("FAKE_GATE", str(tmp_path / "gate"))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([os.path.dirname(os.path.dirname(__file__))]))
    return tmp_path


def start(place, jobs):
    return subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(place / "store"), str(jobs)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=place,
    )


def wait_for(condition, what):
    until = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < until, f"{what} did not come"
        time.sleep(0.02)


def log(place):
    return (place / "log").read_text().splitlines() if (place / "log").exists() else []


def at_the_gate(place):
    """The run of seed 0 is finished and saved, and that of seed 1 has begun."""
    wait_for(lambda: "up 1" in log(place), "the second run")
    wait_for(lambda: Store(place / "store").scan().records, "the first record")


def finished_and_nothing_half(place):
    store = Store(place / "store")
    assert [record.seed for record in store.scan().records] == [0] and store.scan().faults == ()
    temporaries = [path for path in (place / "store").rglob("*") if "tmp" in path.name]
    assert temporaries == []


def next_run_goes_on(place):
    (place / "gate").write_text("")
    before = len(log(place))
    assert len(run(tasks(only=[("up", 0), ("up", 1), ("up", 2)]), Store(place / "store"))) == 3
    assert log(place)[before:] == ["up 1", "up 2"]


@JOBS
def test_sigint_keeps_what_is_finished_and_says_how_to_go_on(place, jobs):
    process = start(place, jobs)
    at_the_gate(place)
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=30)
    assert process.returncode == 130, said
    assert "Interrupted: 1 of 3 runs are finished and kept." in said and "same command again" in said
    assert "Traceback" not in said
    finished_and_nothing_half(place)
    next_run_goes_on(place)


@JOBS
def test_sigkill_loses_only_the_unfinished_run(place, jobs):
    process = start(place, jobs)
    at_the_gate(place)
    process.kill()
    process.communicate(timeout=30)
    finished_and_nothing_half(place)
    next_run_goes_on(place)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="the table of processes is read from /proc")
def test_the_workers_of_a_killed_process_end_too(place):
    process = start(place, 2)
    at_the_gate(place)
    children = _children(process.pid)
    assert children
    process.kill()
    process.communicate(timeout=30)
    wait_for(lambda: not any(_alive(child) for child in children), "the end of the workers")
    assert log(place) == ["up 0", "up 1"]


def test_a_process_that_is_killed_is_named_and_the_others_go_on(place, monkeypatch):
    (place / "gate").write_text("")
    monkeypatch.setenv("FAKE_DIE", "up")
    store = Store(place / "store")
    with pytest.raises(RunError, match="1 of 2 batches failed; 3 finished records are kept") as caught:
        run(tasks(), store, jobs=2)
    assert "up, seeds 0–2 died" in str(caught.value) and "signal 9" in str(caught.value)
    assert {record.arm for record in store.scan().records} == {"down"}
    monkeypatch.delenv("FAKE_DIE")
    assert len(run(tasks(), store, jobs=2)) == 6


@JOBS
def test_two_runs_of_one_key_at_once_make_it_once(place, jobs):
    processes = [start(place, jobs) for _ in range(2)]
    at_the_gate(place)
    time.sleep(0.5)  # the other one has come to the lock by now, or comes to it later: both must do
    (place / "gate").write_text("")
    said = [process.communicate(timeout=60)[0] for process in processes]
    assert all(text.splitlines()[-1] == "made 3" for text in said), said
    assert sorted(log(place)) == ["up 0", "up 1", "up 2"]
    assert len(Store(place / "store").scan().records) == 3


def _children(pid):
    """The processes that `pid` has started, from the system's own table."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if fields[1] == str(pid):
            found.append(int(folder.name))
    return found


def _alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    with open(f"/proc/{pid}/stat") as file:
        return file.read().rpartition(")")[2].split()[0] != "Z"
