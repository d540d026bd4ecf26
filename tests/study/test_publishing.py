from __future__ import annotations

import pytest
from engine.fakes import Walk, tasks
from record.made import edit, record_of

from claimbook.engine.revalidate import revalidate
from claimbook.errors import RecordError, UsageError
from claimbook.study import committed, publish, publishing, reproduce, users


def test_finished_records_are_copied_once_byte_for_byte(walk):
    reproduce("fake/walk", preset="paper", seeds=2)
    done = publish("fake/walk", "paper")
    assert len(done.copied) == 4 and done.already == () and done.refused == ()
    assert done.missing == (("up", 2), ("down", 2))
    for record in done.copied:
        assert (committed().root / record.path).read_bytes() == (users().root / record.path).read_bytes()
    again = publish("fake/walk", "paper")
    assert again.copied == () and len(again.already) == 4
    assert len(reproduce("fake/walk", preset="published").records) == 4


def test_extra_seeds_and_sensitivity_runs_are_published_too(walk):
    reproduce("fake/walk", preset="paper", seeds=5)
    assert len(publish("fake/walk", "paper").copied) == 10
    reproduce("fake/walk", preset="paper", drift=1.0)
    assert len(publish("fake/walk", "paper", drift=1.0).copied) == 6


def test_what_revalidate_found_goes_along(walk, monkeypatch):
    """Records whose source has changed, confirmed in the user's store, are confirmed among the committed ones too."""
    reproduce("fake/walk", preset="paper", seeds=1)
    for module in ("claimbook.study.publishing", "claimbook.study.published", "claimbook.engine.revalidate"):
        monkeypatch.setattr(f"{module}.source_digest", lambda name: "e" * 64)
    assert len(publish("fake/walk", "paper").refused) == 2
    assert {row.outcome for row in revalidate(Walk(), users())} == {"confirmed"}
    assert len(publish("fake/walk", "paper").copied) == 2
    assert set(reproduce("fake/walk", preset="published").standings.values()) == {"confirmed"}


@pytest.mark.parametrize("preset", ["smoke", "quick"])
def test_presets_that_do_not_judge_are_refused(walk, preset):
    reproduce("fake/walk", preset=preset)
    with pytest.raises(UsageError, match="never published"):
        publish("fake/walk", preset)
    with pytest.raises(UsageError, match="There is no preset"):
        publish("fake/walk", "papers")


def test_nothing_to_publish_is_an_error(walk):
    with pytest.raises(RecordError, match="no finished record"):
        publish("fake/walk", "paper")


def test_stand_in_faulty_and_stale_records_are_refused_by_name(walk, monkeypatch):
    reproduce("fake/walk", preset="paper", arms="up")
    reproduce("fake/walk", preset="paper", arms="down", data="stand-in")
    good, bad = (record_of(task) for task in tasks(only=[("up", 0), ("up", 1)]))
    edit(users().root / bad.path, diverged=True)
    done = publish("fake/walk", "paper")
    assert sorted(record.seed for record in done.copied) == [0, 2]
    assert sum("stand-in" in reason for reason in done.refused) == 3
    assert sum(bad.path in reason and "edited" in reason for reason in done.refused) == 1
    monkeypatch.setattr(publishing, "source_digest", lambda module: "f" * 64)
    stale = publish("fake/walk", "paper")
    assert stale.copied == () and sum("stale" in reason and good.id in reason for reason in stale.refused) == 1


def test_a_committed_record_stays_unless_it_is_stale_or_replaced_on_purpose(walk, monkeypatch):
    reproduce("fake/walk", preset="paper", arms="up", seeds=1)
    publish("fake/walk", "paper")
    before = {record.digest for record in committed().scan().records}
    (task,) = tasks(only=[("up", 0)])
    users().save(other(task), replace=True)
    done = publish("fake/walk", "paper")
    assert done.copied == () and "another record of this key" in done.refused[0]
    assert {record.digest for record in committed().scan().records} == before
    assert len(publish("fake/walk", "paper", replace=True).copied) == 1
    assert committed().find(task).digest == users().find(task).digest


def other(task):
    """A second record of a task, of another time."""
    record = record_of(task)
    from claimbook.record.canonical import digest_of, to_json
    from claimbook.record.schema import parse_record

    fields = to_json(record.model_dump(exclude={"digest"}))
    fields["provenance"]["started"] = "2031-01-01T00:00:00+00:00"
    return parse_record(fields | {"digest": digest_of(fields)})


def test_above_the_limit_nothing_is_copied(walk, monkeypatch):
    reproduce("fake/walk", preset="paper")
    monkeypatch.setattr(publishing, "LIMIT_MB", 0.01)
    with pytest.raises(RecordError, match="would come to"):
        publish("fake/walk", "paper")
    assert committed().scan().records == ()


def test_a_plain_install_has_nowhere_to_publish_to(walk, monkeypatch):
    monkeypatch.setattr("claimbook.study.shelves.committed", lambda: None)
    with pytest.raises(RecordError, match="no folder of committed records"):
        publish("fake/walk", "paper")
