"""A process serves one precision: the engine starts another one for a batch of bf16, even with one job."""

from __future__ import annotations

import os

import pytest
from engine.precise import BARELY_MORE, Product, tasks

from claimbook.engine import revalidate as module
from claimbook.engine.batch import grouped, perform
from claimbook.engine.local import first_losses_apart
from claimbook.engine.run import run
from claimbook.errors import RunError
from claimbook.record.store import Store
from claimbook.train import precision


@pytest.fixture(autouse=True)
def here_it_is_fp32(walk):
    precision.prepare("fp32")


def test_a_batch_has_one_precision():
    batches = grouped(tasks())
    assert [[task.arm for task in batch.tasks] for batch in batches] == [["rounded"] * 2, ["exact"] * 2]


def test_each_precision_is_made_in_a_process_of_its_own_and_confirmed_in_one(tmp_path, monkeypatch):
    store, events = Store(tmp_path / "store"), []
    records = run(tasks(), store, jobs=1, on_event=events.append)
    made = {(record.arm, record.seed): record.metrics for record in records}
    assert {made["exact", seed]["product"] for seed in (0, 1)} == {BARELY_MORE}
    assert {made["rounded", seed]["product"] for seed in (0, 1)} == {1.0}  # it was bf16
    assert {made["exact", seed]["process"] for seed in (0, 1)} == {os.getpid()}
    (other,) = {made["rounded", seed]["process"] for seed in (0, 1)}
    assert other != os.getpid() and precision.served() == "fp32"
    assert [event.kind for event in events].count("finished") == 2
    assert run(tasks(), store) == records

    monkeypatch.setattr(module, "source_digest", lambda name: "f" * 64)
    results = module.revalidate(Product(), store)
    assert [result.outcome for result in results] == ["confirmed"] * 4


def test_in_a_process_of_the_other_precision_nothing_is_measured():
    with pytest.raises(RunError, match="computes in fp32 and cannot compute in bf16"):
        list(perform(tasks()[:1], lambda done, total: None))


def test_a_process_that_dies_over_the_first_losses_is_named(monkeypatch):
    from engine.fakes import tasks as walks

    monkeypatch.setenv("FAKE_DIE", "up")
    with pytest.raises(RunError, match="signal 9"):
        first_losses_apart(walks()[0])
