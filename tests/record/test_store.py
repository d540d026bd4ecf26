from __future__ import annotations

import json
import os

import pytest
from engine.fakes import tasks
from record.made import edit, first_record, record_of

from claimbook.errors import RecordError
from claimbook.record.store import Store
from claimbook.study.shelves import why_foreign


@pytest.fixture
def store(walk, tmp_path):
    return Store(tmp_path / "store", why_foreign)


def test_what_is_saved_is_found_by_its_key(store):
    up, other = tasks(only=[("up", 0)])[0], tasks(only=[("up", 1)])[0]
    assert store.find(up) is None
    assert store.save(record_of(up)) is None
    assert store.find(up).key == up.key
    assert store.find(other) is None
    assert [record.key for record in store.scan().records] == [up.key]
    assert store.scan("fake/walk").by_key[up.key] == store.find(up)
    assert store.scan("fake/other").records == ()


def test_a_store_that_is_not_there_is_empty(tmp_path):
    empty = Store(tmp_path / "nowhere")
    assert empty.scan().records == () and empty.scan().faults == () and empty.size() == 0 and empty.sweep() == []
    assert not (tmp_path / "nowhere").exists()


def test_another_record_of_the_same_key_is_never_overwritten_in_silence(store):
    first = first_record()
    store.save(first)
    store.save(first)
    second = record_of(tasks(only=[("up", 0)])[0]).model_copy(update={"diverged": True})
    second = resigned(second)
    with pytest.raises(RecordError, match="there already"):
        store.save(second)
    assert store.scan().records == (first,)
    store.save(second, replace=True)
    assert store.scan().records == (second,)


def test_a_faulty_file_is_set_aside_when_the_record_is_made_again(store):
    record = first_record()
    for count in (1, 2):
        file = store.root / record.path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("{ half")
        assert store.save(record).kind == "corrupt"
        assert len(list((store.root / ".set-aside").iterdir())) == count
    assert store.scan().records == (record,) and store.scan().faults == ()


def test_keys_are_locked_one_holder_at_a_time(store):
    with store.locked(["b", "a"]) as held, store.locked(["c", "b"], timeout_s=0) as second:
        assert held and not second
        with store.locked(["c"], timeout_s=0) as third:
            assert third
    with store.locked(["a", "b", "c"], timeout_s=0) as again:
        assert again


def test_a_store_that_cannot_be_written_to_says_so(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(RecordError, match="cannot be written"), Store(tmp_path / "file").locked(["a"]):
        pass


def test_old_temporaries_are_swept_and_young_ones_left(store):
    store.save(first_record())
    old, young = (store.root / "fake/walk" / f".claimbook-tmp-{name}" for name in ("old", "young"))
    for file in (old, young):
        file.write_text("half")
    os.utime(old, (1, 1))
    assert store.sweep() == [old]
    assert young.exists() and len(store.scan().records) == 1 and store.scan().faults == ()


def test_a_good_record_edited_and_resigned_is_still_named_where_its_key_does_not_fit(store):
    record = first_record()
    store.save(record)
    asked = record.asked | {"settings": {"steps": 51}}
    edit(store.root / record.path, resign=True, asked=asked)
    (fault,) = store.scan().faults
    assert fault.kind == "corrupt" and "not the hash" in fault.why


def resigned(record):
    from claimbook.record.canonical import digest_of
    from claimbook.record.schema import parse_record

    fields = json.loads(record.text())
    fields["digest"] = digest_of({name: value for name, value in fields.items() if name != "digest"})
    return parse_record(fields)
