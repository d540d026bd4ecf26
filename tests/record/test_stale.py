from __future__ import annotations

import math

import pytest
from engine.fakes import tasks
from record.made import first_record, record_of

from claimbook.record.stale import STAMPS, Stamp, read_stamps, same_losses, standing, write_stamps
from claimbook.record.store import Store

TODAY = "1" * 64


def stamp(record, **changes):
    fields = {
        "digest": record.digest,
        "source": TODAY,
        "outcome": "confirmed",
        "date": "2026-01-02",
        "same_machine": True,
        "detail": "",
    }
    return Stamp(**(fields | changes))


def test_fresh_confirmed_and_stale(walk):
    record = first_record()
    assert standing(record, record.provenance.source, {}) == "fresh"
    assert standing(record, TODAY, {}) == "stale"
    assert standing(record, TODAY, {record.key: stamp(record)}) == "confirmed"
    assert standing(record, TODAY, {record.key: stamp(record, outcome="stale")}) == "stale"


def test_a_stamp_holds_for_one_source_and_one_record(walk):
    record = first_record()
    assert standing(record, "2" * 64, {record.key: stamp(record)}) == "stale"
    assert standing(record, TODAY, {record.key: stamp(record, digest="3" * 64)}) == "stale"


def test_stamps_come_back_and_lie_beside_the_records_without_being_one(walk, tmp_path):
    store = Store(tmp_path)
    record, other = (record_of(task) for task in tasks(only=[("up", 0), ("up", 1)]))
    store.save(record)
    stamps = {record.key: stamp(record), other.key: stamp(other, outcome="stale")}
    write_stamps(tmp_path / "fake/walk" / STAMPS, stamps)
    assert store.stamps("fake/walk") == stamps
    assert store.standing(record, TODAY) == "confirmed"
    assert store.scan().records == (record,) and store.scan().faults == ()


def test_a_corrupt_file_of_stamps_is_named_and_counts_as_none(walk, tmp_path):
    store, record = Store(tmp_path), first_record()
    store.save(record)
    (tmp_path / "fake/walk" / STAMPS).write_text('{"schema_version": 1, "stamps": {"x": 1}}')
    with pytest.raises(ValueError):
        read_stamps(tmp_path / "fake/walk" / STAMPS)
    assert [fault.kind for fault in store.scan("fake/walk").faults] == ["stamps"]
    assert store.standing(record, TODAY) == "stale"


def test_on_one_machine_losses_agree_bit_for_bit_or_not_at_all():
    assert same_losses([0.1, math.nan, math.inf], [0.1, math.nan, math.inf], True)
    assert not same_losses([0.1], [math.nextafter(0.1, 1)], True)
    assert not same_losses([0.1], [0.1, 0.1], True)
    assert not same_losses([math.nan], [0.1], False)
    assert not same_losses([math.inf], [1.0], False)


def test_on_another_machine_they_agree_within_1e_5():
    assert same_losses([1.0], [1.0 + 0.9e-5], False)
    assert not same_losses([1.0], [1.0 + 1.1e-5], False)
