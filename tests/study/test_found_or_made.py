from __future__ import annotations

import os
import subprocess
import sys

import pytest
from engine.fakes import Walk, tasks
from record.made import record_of

from claimbook.errors import RunError, UsageError
from claimbook.study import committed, found_or_made, reproduce, users


def test_missing_records_are_made_and_then_found(walk):
    first = reproduce("fake/walk", preset="paper")
    assert (first.found, first.made, first.gaps, first.stand_in) == (0, 6, (), False)
    second = reproduce("fake/walk", preset="paper")
    assert (second.found, second.made) == (6, 0) and second.records == first.records
    assert set(second.standings.values()) == {"fresh"}
    more = reproduce("fake/walk", preset="paper", seeds=4)
    assert (more.found, more.made) == (6, 2)
    again = reproduce("fake/walk", preset="paper", make="always")
    assert (again.found, again.made) == (0, 6) and again.metric("up", "end") == first.metric("up", "end")


def test_arms_and_seeds_can_be_chosen(walk):
    study = reproduce("fake/walk", preset="quick", arms="down", seeds=[4, 1])
    assert list(study.records) == [("down", 1), ("down", 4)] and study.arms == ("down",)


def test_parameters_are_other_records(walk):
    first = reproduce("fake/walk", preset="quick")
    other = reproduce("fake/walk", preset="quick", steps=21)
    assert other.made == 4 and other.parameters.steps == 21
    assert not {r.key for r in first.records.values()} & {r.key for r in other.records.values()}
    with pytest.raises(UsageError, match="Did you mean 'steps'"):
        reproduce("fake/walk", preset="quick", step=21)


def test_numbers_come_from_the_records(walk):
    study = reproduce("fake/walk", preset="quick")
    assert study.metric("up", "end") == {seed: walk._path(study_task(seed))[-1] for seed in (0, 1)}
    assert study.metric("up", "never") == {0: None, 1: None}
    assert len(study.curve("up", "path")[0]["place"]) == 20 and study.table("up", "facts")[1][0]["name"] == "up"
    for wrong in (lambda: study.metric("up", "ends"), lambda: study.metric("u", "end"), lambda: study.curve("up", "x")):
        with pytest.raises(UsageError):
            wrong()


def study_task(seed):
    return tasks("quick", only=[("up", seed)])[0]


def test_never_makes_nothing_and_names_the_gaps(walk):
    users().save(record_of(tasks()[0]))
    study = reproduce("fake/walk", preset="paper", make="never", steps=50)
    assert list(study.records) == [("up", 0)] and study.made == 0
    assert [(gap.arm, gap.seed) for gap in study.gaps] == [("up", 1), ("up", 2), ("down", 0), ("down", 1), ("down", 2)]
    assert study.gaps[0].command == "claimbook run fake/walk --preset paper --seeds 3 -p steps=50"
    assert "of one core" in study.gaps[0].cost


def test_committed_records_are_found_and_never_written_to(walk, tmp_path):
    own = tasks("paper")
    for task in own:
        committed().save(record_of(task))
    before = sorted((tmp_path / "records").rglob("*"))
    study = reproduce("fake/walk", preset="paper")
    assert (study.found, study.made) == (6, 0)
    reproduce("fake/walk", preset="paper", make="always")
    reproduce("fake/walk", preset="quick")
    assert sorted((tmp_path / "records").rglob("*")) == before
    assert len(users().scan().records) == 10


def test_smoke_is_always_on_the_stand_in(walk):
    study = reproduce("fake/walk")
    assert study.preset == "smoke" and study.stand_in and "nothing is judged" in " ".join(study.notes)
    assert all(record.data.stand_in for record in study.records.values())


def test_without_the_real_data_a_stand_in_is_used_and_said(walk, monkeypatch):
    monkeypatch.setattr(found_or_made, "_have", lambda data_sets: False)
    study = reproduce("fake/walk", preset="quick")
    assert study.stand_in and "not on this machine" in study.notes[0]
    assert all(record.data.stand_in for record in study.records.values())


def test_without_the_real_data_their_records_are_still_found(walk, monkeypatch):
    for task in tasks("paper"):
        users().save(record_of(task))
    monkeypatch.setattr(found_or_made, "_have", lambda data_sets: False)
    study = reproduce("fake/walk", preset="paper")
    assert not study.stand_in and study.found == 6
    part = reproduce("fake/walk", preset="paper", seeds=4, make="never")
    assert not part.stand_in and len(part.gaps) == 2


def test_the_kind_of_data_can_be_asked_for(walk, monkeypatch):
    assert reproduce("fake/walk", preset="quick", data="stand-in").stand_in
    monkeypatch.setattr(found_or_made, "_have", lambda data_sets: False)
    assert not reproduce("fake/walk", preset="quick", data="real").stand_in


def test_above_ten_minutes_it_asks_first(walk, monkeypatch):
    monkeypatch.setattr(Walk, "cost", lambda self, settings, seeds: 101.0 * seeds)
    with pytest.raises(RunError, match="6 runs .* about 10 min of one core") as caught:
        reproduce("fake/walk", preset="paper")
    assert "confirm=True" in caught.value.do and "claimbook run fake/walk --preset paper --seeds 3" in caught.value.do
    assert users().scan().records == ()
    assert reproduce("fake/walk", preset="paper", arms=["up"]).made == 3
    assert reproduce("fake/walk", preset="paper").made == 3
    assert reproduce("fake/walk", preset="paper", make="always", confirm=True).made == 6
    assert reproduce("fake/walk", preset="paper").found == 6


def test_a_stale_record_is_used_and_said(walk, monkeypatch):
    reproduce("fake/walk", preset="quick")
    monkeypatch.setattr(found_or_made, "source_digest", lambda module: "f" * 64)
    study = reproduce("fake/walk", preset="quick")
    assert study.made == 0 and set(study.standings.values()) == {"stale"}
    assert "4 of 4 records are stale" in study.notes[0] and "--refresh" in study.notes[0]


def test_a_faulty_file_is_named_and_made_again(walk):
    record = record_of(tasks("quick")[0])
    for store in (users(), committed()):
        store.save(record)
        (store.root / record.path).write_text("{}")
    looked = reproduce("fake/walk", preset="quick", make="never")
    assert len(looked.faults) == 1 and record.path in looked.faults[0] and len(looked.gaps) == 4
    study = reproduce("fake/walk", preset="quick")
    assert study.made == 4 and record.path in study.faults[0]
    assert (committed().root / record.path).read_text() == "{}"
    assert users().scan().faults == ()


def test_the_number_of_threads_stands_in_the_key(walk, monkeypatch):
    reproduce("fake/walk", preset="quick")
    monkeypatch.setenv("CLAIMBOOK_THREADS", "2")
    study = reproduce("fake/walk", preset="quick")
    assert study.made == 4 and {record.asked["threads"] for record in study.records.values()} == {2}


def test_jobs_run_in_local_processes(walk):
    events = []
    study = reproduce("fake/walk", preset="quick", jobs=2, on_event=events.append)
    assert study.made == 4 and "finished" in [event.kind for event in events]


def test_a_fully_found_study_imports_no_mxnet(tmp_path):
    """Of the real experiment: what is in the store is found without MXNet, and without the data."""
    code = """
import dataclasses, sys
from claimbook.experiment import registry
from claimbook.experiment.base import Measurement
from claimbook.record.provenance import Meter
from claimbook.record.schema import make_record
from claimbook.study import reproduce, users
for name, experiment in registry.experiments().items():
    metrics = {metric.name: 1.0 for metric in experiment.metrics}
    for arm in experiment.arms:
        for seed in range(2):
            task = experiment.task(experiment.parameters("paper"), arm.id, seed, False)
            made = Measurement(metrics, {}, {}, [1.0], False, {"digest": "d"})
            users().save(make_record(task, made, Meter(type(experiment).__module__, 1, 1, "cpu").provenance()))
    study = reproduce(name, preset="paper", seeds=2)
    assert study.made == 0 and study.found == 2 * len(experiment.arms) and not study.stand_in
    reproduce(name, preset="published")
assert "mxnet" not in sys.modules
"""
    stores = {"CLAIMBOOK_STORE": str(tmp_path / "store"), "CLAIMBOOK_RECORDS": str(tmp_path / "records")}
    environment = {k: v for k, v in os.environ.items() if not k.startswith("CLAIMBOOK_")} | stores
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)
