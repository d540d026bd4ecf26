from __future__ import annotations

import pytest
from engine.fakes import Walk, tasks

from claimbook.engine import revalidate as module
from claimbook.engine.revalidate import revalidate
from claimbook.engine.run import run
from claimbook.experiment.registry import experiment_named
from claimbook.record.source import source_digest
from claimbook.record.store import Store


@pytest.fixture
def store(walk, tmp_path):
    store = Store(tmp_path / "store")
    run(tasks(only=[("up", 0), ("up", 1)]), store)
    return store


@pytest.fixture
def changed(monkeypatch):
    """The source is another one today."""
    monkeypatch.setattr(module, "source_digest", lambda name: "f" * 64)


def outcomes(results):
    return [result.outcome for result in results]


def test_a_record_whose_source_is_todays_is_left_alone(store, walk):
    assert outcomes(revalidate(walk, store)) == ["fresh", "fresh"]
    assert store.stamps(walk.id) == {}


def test_the_same_losses_confirm_it_and_the_record_stays_as_it_was(store, walk, changed):
    before = {record.path: (store.root / record.path).read_bytes() for record in store.scan().records}
    told = []
    results = revalidate(walk, store, told.append)
    assert outcomes(results) == ["confirmed", "confirmed"] and told == results
    assert "bit for bit" in results[0].detail
    assert {path: (store.root / path).read_bytes() for path in before} == before
    assert {store.standing(record, "f" * 64) for record in store.scan().records} == {"confirmed"}
    assert {store.standing(record, "e" * 64) for record in store.scan().records} == {"stale"}


def test_one_bit_of_difference_is_stale(store, walk, changed, monkeypatch):
    first = Walk.first_losses

    def drifted(self, task):
        losses = first(self, task)
        return [*losses[:7], losses[7] * (1 + 2**-50), *losses[8:]] if task.seed else losses

    monkeypatch.setattr(Walk, "first_losses", drifted)
    results = revalidate(walk, store)
    assert outcomes(results) == ["confirmed", "stale"]
    assert "first at step 7" in results[1].detail
    assert [store.standing(record, "f" * 64) for record in store.scan().records] == ["confirmed", "stale"]


def test_on_another_processor_a_small_drift_is_let_pass_and_said(store, walk, changed, monkeypatch):
    monkeypatch.setattr(module, "cpu_model", lambda: "another")
    monkeypatch.setattr(Walk, "first_losses", drifting(Walk.first_losses, 1e-6))
    results = revalidate(walk, store)
    assert outcomes(results) == ["confirmed", "confirmed"] and "another processor" in results[0].detail
    assert not any(stamp.same_machine for stamp in store.stamps(walk.id).values())
    monkeypatch.setattr(Walk, "first_losses", drifting(Walk.first_losses, 1e-4))
    assert outcomes(revalidate(walk, store, again=True)) == ["stale", "stale"]


def test_what_was_checked_with_todays_source_is_not_run_again(store, walk, changed, monkeypatch):
    revalidate(walk, store)
    monkeypatch.setattr(Walk, "first_losses", lambda self, task: pytest.fail("it was run"))
    results = revalidate(walk, store)
    assert outcomes(results) == ["confirmed", "confirmed"] and "checked on" in results[0].detail
    monkeypatch.setattr(module, "source_digest", lambda name: "e" * 64)  # the source has changed once more
    monkeypatch.setattr(Walk, "first_losses", lambda self, task: [0.0] * 20)
    assert outcomes(revalidate(walk, store)) == ["stale", "stale"]


def drifting(first, share):
    return lambda self, task: [loss * (1 + share) for loss in first(self, task)]


def test_without_its_data_it_is_unchecked_and_not_stamped(store, walk, changed, monkeypatch):
    monkeypatch.setenv("FAKE_FAIL", "up")
    results = revalidate(walk, store)
    assert outcomes(results) == ["unchecked", "unchecked"] and "absent" in results[0].detail
    assert store.stamps(walk.id) == {}


def test_where_the_experiment_asks_for_something_else_today_it_is_unchecked(store, walk, changed, monkeypatch):
    monkeypatch.setattr(Walk, "solver", "another")
    assert outcomes(revalidate(walk, store)) == ["unchecked", "unchecked"]


def test_with_another_number_of_threads_it_is_unchecked(store, walk, changed, monkeypatch):
    monkeypatch.setenv("CLAIMBOOK_THREADS", "2")
    results = revalidate(walk, store)
    assert outcomes(results) == ["unchecked", "unchecked"] and "CLAIMBOOK_THREADS=1" in results[0].detail


def test_a_record_without_losses_has_nothing_that_could_confirm_it(tmp_path, changed):
    table = experiment_named("homotopy/table-2")
    store = Store(tmp_path / "store")
    run([table.task(table.parameters("paper"), "vgg11", 0, False)], store)
    (result,) = revalidate(table, store)
    assert result.outcome == "unchecked" and "--refresh" in result.detail and store.stamps(table.id) == {}


def test_the_source_is_that_of_the_experiments_module(store):
    assert {record.provenance.source for record in store.scan().records} == {source_digest("engine.fakes")}
