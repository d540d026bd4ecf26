"""Two experiments that ask for the same run."""

import pytest
from engine.fakes import Walk

from claimbook.engine import twins
from claimbook.engine.run import run
from claimbook.errors import DataError
from claimbook.experiment import registry
from claimbook.experiment.base import Arm
from claimbook.record.schema import MEASURED
from claimbook.record.source import source_digest
from claimbook.record.stale import STAMPS, Stamp, write_stamps
from claimbook.record.store import Store
from claimbook.study.found_or_made import Unconfirmed, reproduce


class First(Walk):
    name = "march"
    runs_of = "fake/walks"


class Second(Walk):
    """It has "up" in common with `First`, and an arm of its own."""

    name = "stroll"
    runs_of = "fake/walks"
    arms = (Walk.arms[0], Arm("level", "no drift", {"sign": 0}))

    def batches(self, tasks):
        return [[task] for task in tasks]


def of(cls):
    experiment = cls()
    parameters = experiment.parameters("paper")
    return [experiment.task(parameters, arm.id, seed, False) for arm in experiment.arms for seed in range(2)]


@pytest.fixture
def store(walk, tmp_path, monkeypatch):
    known = [First(), Second(), Walk()]
    known[2].name = "lonely"  # the same in all but its name, and shares nothing
    monkeypatch.setattr(registry, "experiments", lambda: {one.id: one for one in known})
    return Store(tmp_path / "store")


@pytest.fixture
def measured(walk, tmp_path, monkeypatch):
    file = tmp_path / "log"
    monkeypatch.setenv("FAKE_LOG", str(file))
    return lambda: sorted(file.read_text().splitlines()) if file.exists() else []


def same(a, b):
    return [getattr(a, name) == getattr(b, name) for name in MEASURED] == [True] * len(MEASURED)


@pytest.mark.parametrize("jobs", [1, 2])
def test_asked_together_the_shared_runs_are_made_once(store, measured, jobs):
    second = of(Second)
    records = run([*of(First), *second], store, jobs=jobs)
    assert measured() == ["down 0", "down 1", "level 0", "level 1", "up 0", "up 1"]
    for a, b in zip(records[:2], records[4:6], strict=True):
        assert same(a, b) and a.key != b.key and b.experiment == "fake/stroll"
        assert (a.provenance.run_of, b.provenance.run_of) == (None, a.id)
        assert b.provenance.source == source_digest(Second.__module__)
    assert all(record.provenance.run_of is None for record in records[6:])
    assert [store.find(task) for task in second] == records[4:]
    assert '"run_of"' not in records[0].text() and f'"run_of": "{records[0].id}"' in records[4].text()


def test_asked_one_after_the_other_too_and_of_the_third_the_first_is_named(store, measured, monkeypatch):
    first = run(of(First), store)
    second = run(of(Second), store)
    assert len(measured()) == 6 and second[0].provenance.run_of == first[0].id
    (store.root / first[0].path).unlink()
    again = run(of(First)[:1], store)[0]
    assert len(measured()) == 6 and same(again, first[0]) and again.provenance.run_of == first[0].id


def test_what_differs_in_settings_data_or_name_is_made(store, measured):
    run(of(First)[:1], store)
    other = Second()
    run([other.task(other.parameters("paper", {"drift": 0.5}), "up", 0, False)], store)
    run([other.task(other.parameters("paper"), "up", 0, True)], store)
    run([Walk().task(Walk().parameters("paper"), "up", 0, False)], store)
    assert measured() == ["up 0"] * 4


def test_nobody_is_asked_about_the_cost_of_runs_that_are_taken_over(store, measured, monkeypatch):
    monkeypatch.setattr("claimbook.study.found_or_made.ASK_ABOVE_S", 0.05)  # a run costs 0.05 s
    asked = {"preset": "paper", "arms": ["up"], "seeds": 2, "data": "real"}
    with pytest.raises(Unconfirmed, match="2 runs of fake/stroll"):
        reproduce(Second(), **asked)
    run(of(First)[:2], store)
    assert reproduce(Second(), **asked).metric("up", "end").keys() == {0, 1}
    assert measured() == ["up 0", "up 1"]
    with pytest.raises(Unconfirmed):
        reproduce(Second(), make="always", **asked)


def test_refresh_makes_each_again(store, measured):
    both = [of(First)[0], of(Second)[0]]
    run(both, store)
    assert [record.provenance.run_of for record in run(both, store, refresh=True)] == [None, None]
    assert measured() == ["up 0"] * 3


def test_a_stale_run_is_not_taken_over_and_a_confirmed_one_hands_on_its_old_source(store, measured, monkeypatch):
    task, twin = of(First)[0], of(Second)[0]
    old = run([task], store)[0]
    monkeypatch.setattr(twins, "source_digest", lambda name: "f" * 64)
    assert twins.from_twin(twin, store) is None
    stamp = Stamp(
        digest=old.digest, source="f" * 64, outcome="confirmed", date="2026-01-01", same_machine=True, detail=""
    )
    write_stamps(store.root / old.experiment / STAMPS, {old.key: stamp})
    taken = run([twin], store)[0]
    assert measured() == ["up 0"] and same(taken, old)
    assert taken.provenance.source == old.provenance.source and store.standing(taken, "f" * 64) == "stale"


def test_where_the_shared_run_fails_both_are_without_and_it_is_said_once(store, measured, monkeypatch):
    monkeypatch.setenv("FAKE_FAIL", "up")
    with pytest.raises(DataError, match="toy data are absent"):
        run([of(First)[0], of(Second)[0]], store)
    assert not measured()
