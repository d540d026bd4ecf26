from __future__ import annotations

import dataclasses

import pytest
from engine.fakes import Walk, tasks

from claimbook.engine.batch import Batch, grouped, perform
from claimbook.errors import RunError


def silent(done, total):
    pass


def test_tasks_are_grouped_as_their_experiment_says():
    batches = grouped(tasks())
    assert [batch.label for batch in batches] == ["up, seeds 0–2", "down, seeds 0–2"]
    assert [batch.number for batch in batches] == [1, 2]
    assert grouped([]) == []


def test_labels():
    all_tasks = tasks()
    assert Batch(1, (all_tasks[1],)).label == "up, seed 1"
    assert Batch(1, (all_tasks[0], all_tasks[2], all_tasks[3])).label == "up, down, seeds 0, 2"


def test_a_record_does_not_depend_on_its_batch(walk):
    own = tasks()[:3]
    together = {record.key: record for record in perform(own, silent)}
    for task in own:
        (alone,) = perform([task], silent)
        assert alone.metrics == together[task.key].metrics and alone.curves == together[task.key].curves


def test_the_cost_is_shared_and_says_so(walk):
    records = list(perform(tasks()[:3], silent))
    assert {record.provenance.batch_records for record in records} == {3}


@pytest.mark.parametrize("change", [{"end": 1.0}, {"end": 1.0, "never": None, "more": 2.0}])
def test_metrics_other_than_the_declared_ones_are_an_error(walk, monkeypatch, change):
    measure = Walk.measure

    def broken(self, own, progress, unfinished):
        for task, measurement in measure(self, own, progress, unfinished):
            yield task, dataclasses.replace(measurement, metrics=change)

    monkeypatch.setattr(Walk, "measure", broken)
    with pytest.raises(RunError, match="does not measure"):
        list(perform(tasks()[:1], silent))


def test_a_task_left_out_is_an_error(walk, monkeypatch):
    measure = Walk.measure
    monkeypatch.setattr(Walk, "measure", lambda self, own, *rest: measure(self, own[:1], *rest))
    with pytest.raises(RunError, match="1 of 2 runs"):
        list(perform(tasks()[:2], silent))
