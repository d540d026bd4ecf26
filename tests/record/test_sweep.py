from __future__ import annotations

import gzip
import hashlib
import json
import math
import zlib

import pytest
from record.made import first_record, record_of
from record.sweeping import NAME, Sweeping, columns, tasks

from claimbook.engine.run import run
from claimbook.experiment import registry
from claimbook.record.canonical import digest_of
from claimbook.record.reading import read_record, sweep_of
from claimbook.record.store import Store
from claimbook.record.sweep import pack, unpack
from claimbook.study import committed, publish, reproduce, users

CELLS = {
    "rate": [1e-05, 0.1, 1 / 3, 5e-324, 1.7976931348623157e308, -2.5],
    "step": [0, 1, -7, 2**70, 10, 11],
    "loss": [0.5, None, math.inf, -math.inf, 1.0, 3],
    "scaling": ["z-score", "min-max", None, "a.b:c d_e", "Z", "info"],
}


@pytest.fixture
def sweeping(walk, monkeypatch):
    """The fake experiment with sweeps, known to the registry."""
    monkeypatch.setattr(registry, "experiments", lambda: {NAME: Sweeping()})
    return Sweeping()


def test_cells_come_back_as_they_were():
    head, packed = pack(CELLS, "l2-s0-00000000")
    again = unpack(head, packed)
    assert again == CELLS
    for name, cells in CELLS.items():
        assert [type(cell) for cell in again[name]] == [type(cell) for cell in cells]
    assert math.isnan(unpack(*pack({"a": [math.nan]}, "x"))["a"][0])
    assert unpack(*pack({"a": [], "b": []}, "x")) == {"a": [], "b": []}


def test_the_same_columns_give_the_same_bytes_and_any_tool_reads_them():
    head, packed = pack({"a": [1, 2], "b": ["x", None]}, "l2-s0-00000000")
    assert (head, packed) == pack({"a": [1, 2], "b": ["x", None]}, "l2-s0-00000000")
    text = gzip.decompress(packed)
    assert text == b"a,b\n1,x\n2,\n" and packed[4:8] == b"\0" * 4  # no time in it
    assert (head.sha256, head.bytes, head.rows) == (hashlib.sha256(text).hexdigest(), len(text), 2)
    assert head.file == f"l2-s0-00000000.{head.sha256[:8]}.csv.gz"
    other = gzip.compress(text, 1)  # another zlib's bytes hold the same table
    assert unpack(head.model_copy(update={"packed_bytes": len(other)}), other) == unpack(head, packed)


@pytest.mark.parametrize(
    "wrong",
    [{}, {"a": [1], "b": []}, {"A": [1]}, {"a,b": [1]}, {"a": ["x,y"]}, {"a": ["x\ny"]}, {"a": ["1"]}, {"a": ["nan"]}]
    + [{"a": [""]}, {"a": [True]}, {"a": [[1]]}, {"a": ["é"]}, {"a": ['"']}],
    ids=repr,
)
def test_what_no_sweep_can_hold(wrong):
    with pytest.raises((ValueError, TypeError)):
        pack(wrong, "x")


def test_a_record_without_a_sweep_is_written_as_ever(walk):
    assert "sweep" not in json.loads(first_record().text()) and "sweep" not in first_record().model_dump()
    with pytest.raises(ValueError, match="has no sweep"):
        sweep_of(first_record())


def test_a_record_with_a_sweep_comes_back_with_it(sweeping):
    (task, *_) = tasks()
    record = record_of(task)
    store = Store(users().root)
    store.save(record)
    found = store.find(task)
    assert found == record and store.scan().records == (record,) and store.scan().faults == ()
    expected = columns(task, record.curves["path"]["place"])
    assert str(sweep_of(found)) == str(expected) == str(sweep_of(record))  # as text, because of nan
    fields = json.loads(found.text())
    digest = fields.pop("digest")
    assert digest == digest_of(fields) and fields["sweep"]["columns"] == ["step", "place", "word"]


def test_looking_for_records_unpacks_nothing(sweeping, monkeypatch):
    users().save(record_of(tasks()[0]))
    monkeypatch.setattr(zlib, "decompressobj", lambda **given: pytest.fail("a scan unpacks"))
    (found,) = users().scan().records
    assert found.sweep.rows == 50


def test_a_worker_hands_its_sweeps_over(sweeping, tmp_path):
    own = tasks(seeds=(0, 1))
    alone = [sweep_of(record_of(task)) for task in own]
    made = run(own, Store(tmp_path / "other"), jobs=2)
    assert str([sweep_of(record) for record in made]) == str(alone)
    assert str([sweep_of(Store(tmp_path / "other").find(task)) for task in own]) == str(alone)


def test_another_table_takes_the_place_of_the_former_one(sweeping):
    (task, *_) = tasks()
    first = record_of(task)
    users().save(first)
    later = resigned(first, columns(task, [1.0] * 50))
    users().save(later, replace=True)
    assert sweep_of(users().find(task))["place"][0] == 1.0
    assert [path.name for path in users().root.rglob("*.gz")] == [later.sweep.file] != [first.sweep.file]


def test_published_sweeps_lie_beside_their_heads_and_count_into_the_size(sweeping, monkeypatch):
    study = reproduce(NAME, preset="paper", seeds=2)
    done = publish(NAME, "paper")
    assert len(done.copied) == 4
    for record in done.copied:
        own, theirs = (store.root / record.path for store in (users(), committed()))
        assert theirs.with_name(record.sweep.file).read_bytes() == own.with_name(record.sweep.file).read_bytes()
    assert committed().size() == sum(path.stat().st_size for path in committed().root.rglob("*.*"))
    shown = reproduce(NAME, preset="published")
    assert str(shown.sweep("up")) == str(study.sweep("up")) and list(shown.sweep("up")) == [0, 1]
    assert all(read_record(committed().root / r.path, r.path, whole=True) == r for r in done.copied)


def resigned(record, table):
    from claimbook.record.canonical import to_json
    from claimbook.record.schema import parse_record
    from claimbook.record.sweep import Held

    head, packed = pack(table, record.name)
    fields = to_json(record.model_dump(exclude={"digest"})) | {"sweep": head.model_dump()}
    return parse_record(fields | {"digest": digest_of(fields)}, Held(packed))
