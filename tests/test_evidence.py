from __future__ import annotations

import math

import pytest
from engine.fakes import Walk, tasks
from engine.fixtures import walk  # noqa: F401
from record.made import edit, record_of

from claimbook import evidence as module
from claimbook.errors import UsageError
from claimbook.evidence import RecordEvidence
from claimbook.study import committed, users


@pytest.fixture
def evidence(walk):  # noqa: F811
    for task in tasks("paper", only=[("up", 0), ("up", 1)]):
        committed().save(record_of(task))
    return RecordEvidence()


def test_a_sample_is_the_metric_by_seed_with_the_records_it_comes_from(evidence):
    sample = evidence.sample("fake/walk", "paper", "up", "end", {})
    own = {task.seed: record_of(task) for task in tasks("paper", only=[("up", 0), ("up", 1)])}
    assert sample.values == {seed: record.metrics["end"] for seed, record in own.items()}
    assert sample.records == {seed: record.id for seed, record in own.items()}
    assert sample.data == "toy" and sample.stale == frozenset() and sample.diverged == frozenset()


def test_preset_and_reading_choose_the_records(evidence):
    assert evidence.sample("fake/walk", "reduced", "up", "end", {}).values == {}
    assert evidence.sample("fake/walk", "paper", "up", "end", {"drift": 0.5}).values == {}
    users().save(record_of(tasks("paper", only=[("up", 2)], drift=0.5)[0]))
    assert list(RecordEvidence().sample("fake/walk", "paper", "up", "end", {"drift": 0.5}).values) == [2]
    with pytest.raises(UsageError, match="parameter"):
        evidence.sample("fake/walk", "paper", "up", "end", {"drft": 0.5})


def test_never_a_stand_in_and_never_smoke_or_quick(evidence):
    users().save(record_of(tasks("paper", stand_in=True, only=[("down", 0)])[0]))
    for preset in ("smoke", "quick"):
        users().save(record_of(tasks(preset, only=[("down", 0)])[0]))
    fresh = RecordEvidence()
    for preset in ("paper", "smoke", "quick"):
        assert fresh.sample("fake/walk", preset, "down", "end", {}).values == {}


def test_the_users_records_and_the_committed_ones_are_read_together(evidence):
    users().save(record_of(tasks("paper", only=[("up", 2)])[0]))
    assert list(RecordEvidence().sample("fake/walk", "paper", "up", "end", {}).values) == [0, 1, 2]
    assert list(RecordEvidence([committed()]).sample("fake/walk", "paper", "up", "end", {}).values) == [0, 1]


def test_a_metric_that_was_never_reached_is_worse_than_any_number(evidence, monkeypatch):
    assert set(evidence.sample("fake/walk", "paper", "up", "never", {}).values.values()) == {math.inf}
    turned = tuple(type(m)(m.name, m.help, better="higher" if m.name == "never" else "") for m in Walk.metrics)
    monkeypatch.setattr(Walk, "metrics", turned)
    assert set(evidence.sample("fake/walk", "paper", "up", "never", {}).values.values()) == {-math.inf}


def test_a_diverged_run_stays_in_the_count(evidence):
    task = tasks("paper", only=[("up", 2)])[0]
    record = record_of(task)
    committed().save(record)
    edit(committed().root / record.path, resign=True, diverged=True)
    sample = RecordEvidence().sample("fake/walk", "paper", "up", "end", {})
    assert sample.diverged == {2} and list(sample.values) == [0, 1, 2]


def test_stale_records_count_and_are_marked(evidence, monkeypatch):
    monkeypatch.setattr(module, "source_digest", lambda name: "f" * 64)
    sample = RecordEvidence().sample("fake/walk", "paper", "up", "end", {})
    assert sample.stale == {0, 1} and len(sample.values) == 2


def test_faulty_files_are_in_no_sample_and_are_named(evidence):
    record = record_of(tasks("paper", only=[("up", 0)])[0])
    edit(committed().root / record.path, metrics={"end": -99.0, "never": None})
    fresh = RecordEvidence()
    assert list(fresh.sample("fake/walk", "paper", "up", "end", {}).values) == [1]
    (fault,) = fresh.faults("fake/walk")
    assert "edited" in fault and record.path in fault


def test_each_store_is_read_once(evidence, monkeypatch):
    evidence.sample("fake/walk", "paper", "up", "end", {})
    monkeypatch.setattr("claimbook.record.store.read_record", None)
    assert len(evidence.sample("fake/walk", "paper", "up", "never", {}).values) == 2
    assert evidence.sample("fake/walk", "reduced", "down", "end", {}).values == {}


def test_presets_and_cost(evidence):
    assert list(evidence.presets("fake/walk")) == ["paper", "reduced"]
    assert evidence.cost("fake/walk", "paper", ["up", "down"], 10) == pytest.approx(2 * 10 * 50 / 1000 / 3600 / 2)
    assert evidence.cost("fake/walk", "full", ["up"], 10) is None


def test_an_experiment_that_is_not_there_has_nothing(evidence):
    assert list(evidence.presets("fake/other")) == [] and list(evidence.faults("fake/other")) == []
    assert evidence.sample("fake/other", "paper", "up", "end", {}).values == {}
    assert evidence.cost("fake/other", "paper", ["up"], 1) is None
