from __future__ import annotations

import pytest
from engine.fakes import tasks
from record.made import record_of

from claimbook.engine.run import Interrupted, run
from claimbook.errors import DataError, RunError
from claimbook.record.store import Store
from claimbook.record.unfinished import Unfinished


@pytest.fixture
def store(walk, tmp_path):
    return Store(tmp_path / "store")


@pytest.fixture
def log(walk, tmp_path, monkeypatch):
    """The runs that were measured, as lines "arm seed"."""
    file = tmp_path / "log"
    monkeypatch.setenv("FAKE_LOG", str(file))
    return lambda: file.read_text().splitlines() if file.exists() else []


@pytest.mark.parametrize("jobs", [1, 2])
def test_asking_twice_makes_once(store, log, jobs):
    asked = tasks()
    events = []
    records = run(asked, store, jobs=jobs, on_event=events.append)
    assert [record.key for record in records] == [task.key for task in asked]
    assert sorted(log()) == sorted(f"{task.arm} {task.seed}" for task in asked)
    kinds = [event.kind for event in events]
    assert kinds.count("started") == kinds.count("finished") == 2 and kinds.count("record") == 6
    assert "progress" in kinds and {event.batches for event in events} == {2}
    assert run(list(reversed(asked)), store, jobs=jobs) == list(reversed(records))
    assert len(log()) == 6
    assert run([asked[0], asked[0]], store) == [records[0], records[0]]


def test_local_processes_measure_what_this_one_does(store, tmp_path):
    here = run(tasks(), store)
    there = run(tasks(), Store(tmp_path / "other"), jobs=2)
    for a, b in zip(here, there, strict=True):
        assert (a.key, a.metrics, a.curves, a.first_losses) == (b.key, b.metrics, b.curves, b.first_losses)
        assert a.provenance.source == b.provenance.source


def test_only_what_is_missing_is_made(store, log):
    asked = tasks()
    store.save(record_of(asked[1]))
    before = len(log())
    run(asked, store)
    assert sorted(log()[before:]) == ["down 0", "down 1", "down 2", "up 0", "up 2"]


@pytest.mark.parametrize("jobs", [1, 2])
def test_refresh_makes_all_again_and_replaces(store, log, jobs):
    asked = tasks(only=[("up", 0), ("down", 0)])
    run(asked, store)
    run(asked, store, jobs=jobs, refresh=True)
    assert len(log()) == 4 and len(store.scan().records) == 2


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_batch_that_fails_does_not_hold_up_the_others(store, monkeypatch, jobs):
    monkeypatch.setenv("FAKE_FAIL", "up")
    with pytest.raises(RunError, match="1 of 2 batches failed; 3 finished records are kept") as caught:
        run(tasks(), store, jobs=jobs)
    assert "The toy data are absent." in str(caught.value)
    assert {record.arm for record in store.scan().records} == {"down"}
    monkeypatch.delenv("FAKE_FAIL")
    assert len(run(tasks(), store)) == 6


@pytest.mark.parametrize("jobs", [1, 2])
def test_where_all_fail_for_one_reason_that_reason_is_raised(store, monkeypatch, jobs):
    monkeypatch.setenv("FAKE_FAIL", "up")
    with pytest.raises(DataError, match="toy data are absent") as caught:
        run(tasks(only=[("up", 0), ("up", 1)]), store, jobs=jobs)
    assert caught.value.do == "Put them there."


def test_a_defect_keeps_its_traceback(store, monkeypatch):
    monkeypatch.setenv("FAKE_BREAK", "up")
    with pytest.raises(ZeroDivisionError):
        run(tasks(), store)


def test_a_defect_in_a_process_is_shown_and_named(store, monkeypatch, capfd):
    monkeypatch.setenv("FAKE_BREAK", "up")
    with pytest.raises(RunError, match="up, seeds 0–2 died"):
        run(tasks(), store, jobs=2)
    assert "ZeroDivisionError: a defect" in capfd.readouterr().err
    assert {record.arm for record in store.scan().records} == {"down"}


def test_a_faulty_file_is_set_aside_and_the_record_made_again(store):
    (task,) = tasks(only=[("up", 0)])
    (record,) = run([task], store)
    (store.root / record.path).write_text("{}")
    events = []
    run([task], store, on_event=events.append)
    (event,) = [event for event in events if event.kind == "set-aside"]
    assert record.path in event.text and store.find(task) is not None and store.scan().faults == ()


@pytest.mark.parametrize("jobs", [1, 2])
def test_ctrl_c_keeps_what_is_finished_and_says_how_to_go_on(store, log, jobs):
    def press(event):
        if event.kind == "record" and event.arm == "up" and event.seed == 1:
            raise KeyboardInterrupt

    asked = tasks(only=[("up", 0), ("up", 1), ("up", 2)])
    with pytest.raises(Interrupted, match=f"2 of {len(asked)} runs are finished and kept") as caught:
        run(asked, store, jobs=jobs, on_event=press)
    assert caught.value.exit_code == 130 and "same command again" in caught.value.do
    assert len(store.scan().records) == 2
    with store.locked([task.key for task in asked], timeout_s=0) as free:
        assert free
    assert len(run(asked, store)) == 3


def test_ctrl_c_between_saving_and_noting_counts_what_is_saved(store, monkeypatch):
    def press(self, key):
        raise KeyboardInterrupt

    monkeypatch.setattr(Unfinished, "drop", press)
    with pytest.raises(Interrupted, match="1 of 2 runs are finished and kept"):
        run(tasks(only=[("up", 0), ("up", 1)]), store)
