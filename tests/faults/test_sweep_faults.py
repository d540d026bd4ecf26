"""A sweep's table that is gone, cut, changed or blown up is named like any other damaged record, and never read."""

from __future__ import annotations

import gzip
import json

import pytest
from record.made import edit, record_of
from record.sweeping import NAME, Sweeping, tasks

from claimbook.errors import RecordError
from claimbook.experiment import registry
from claimbook.record.reading import sweep_of
from claimbook.record.sweep import LIMIT_BYTES
from claimbook.study import committed, publish, reproduce, users


@pytest.fixture
def kept(walk, monkeypatch):
    """A record with a sweep in the user's store: its head's file, its table's file, and the task."""
    monkeypatch.setattr(registry, "experiments", lambda: {NAME: Sweeping()})
    (task,) = tasks(seeds=(0,))
    record = record_of(task)
    users().save(record)
    head = users().root / record.path
    return head, head.with_name(record.sweep.file), task


def named(task, *words):
    """`find` names the fault, with its remedy."""
    with pytest.raises(RecordError) as told:
        users().find(task)
    text = f"{told.value.what} {told.value.why}"
    assert "is corrupt" in text and ".csv.gz" in text and all(word in text for word in words), text
    assert "`claimbook run` makes the record again" in told.value.do


def test_a_missing_table(kept):
    head, table, task = kept
    table.unlink()
    named(task, "No such file")
    (fault,) = users().scan().faults
    assert fault.kind == "corrupt" and table.name in fault.why and users().scan().records == ()


@pytest.mark.parametrize("cut", [0, 1, 20])
def test_a_cut_table(kept, cut):
    head, table, task = kept
    table.write_bytes(table.read_bytes()[:cut])
    named(task, "shorter than it was written")
    assert [fault.kind for fault in users().scan().faults] == ["corrupt"]


def test_a_longer_table(kept):
    head, table, task = kept
    table.write_bytes(table.read_bytes() + b"\0")
    named(task, "longer")


@pytest.mark.parametrize("place", [0, 3, 15, -10, -3], ids=["magic", "flags", "text", "text end", "size"])
def test_a_table_with_one_byte_changed(kept, place):
    head, table, task = kept
    content = bytearray(table.read_bytes())
    content[place] ^= 0x55
    table.write_bytes(content)
    named(task)
    (record,) = users().scan().records  # a scan looks at sizes only; whoever reads the table is told
    with pytest.raises(RecordError, match="is corrupt"):
        sweep_of(record)


def test_another_table_of_the_same_size(kept):
    head, table, task = kept
    text = gzip.decompress(table.read_bytes())
    edit_head(head, gzip.compress(text.replace(b"up", b"pu"), 9, mtime=0), table)
    named(task, "digest")


def test_a_table_that_unpacks_to_far_more_than_it_says(kept):
    head, table, task = kept
    edit_head(head, gzip.compress(b"\0" * 5_000_000, 9, mtime=0), table)
    named(task, "does not unpack to")


def test_a_table_with_something_behind_it(kept):
    head, table, task = kept
    edit_head(head, table.read_bytes() + gzip.compress(b"more", mtime=0), table)
    named(task, "does not unpack to")


@pytest.mark.parametrize(
    "change",
    [{"file": "../../../outside.csv.gz"}, {"file": "/etc/passwd"}, {"bytes": LIMIT_BYTES + 1}, {"rows": -1}]
    + [{"columns": []}, {"sha256": "f" * 64}, {"more": 1}],
    ids=str,
)
def test_a_head_that_no_table_can_have(kept, change):
    head, table, task = kept
    edit(head, resign=True, sweep=json.loads(head.read_text())["sweep"] | change)
    (fault,) = users().scan().faults
    assert fault.kind == "corrupt" and "not as the schema says" in fault.why


@pytest.mark.parametrize("change", [{"rows": 3}, {"columns": ["a", "b", "c"]}, {"columns": ["step", "place"]}], ids=str)
def test_a_head_whose_table_is_another(kept, change):
    head, table, task = kept
    edit(head, resign=True, sweep=json.loads(head.read_text())["sweep"] | change)
    named(task, "rows and columns")


def test_a_damaged_table_is_made_again(kept):
    head, table, task = kept
    whole = table.read_bytes()
    table.write_bytes(b"\0" * len(whole))
    study = reproduce(NAME, preset="paper", seeds=1, arms="up")
    assert study.made == 1 and table.read_bytes() == whole and users().scan().faults == ()
    assert str(study.sweep("up")[0]) == str(sweep_of(users().find(task)))


def test_a_damaged_table_is_not_published(kept):
    study = reproduce(NAME, preset="paper", seeds=2, arms="down")
    record = study.records["down", 1]
    table = (users().root / record.path).with_name(record.sweep.file)
    table.write_bytes(b"\0" * record.sweep.packed_bytes)
    done = publish(NAME, "paper")
    assert [copied.seed for copied in done.copied] == [0] and committed().scan().faults == ()
    assert sum(record.id in reason and "cannot be unpacked" in reason for reason in done.refused) == 1


def test_a_head_that_is_lost_between_table_and_head_is_made_again(kept):
    head, table, task = kept
    head.unlink()
    assert users().find(task) is None and users().scan().faults == ()
    assert reproduce(NAME, preset="paper", seeds=1, arms="up").made == 1


def edit_head(head, packed, table):
    """Put other packed bytes in the table's place, with a head that says their size."""
    table.write_bytes(packed)
    edit(head, resign=True, sweep=json.loads(head.read_text())["sweep"] | {"packed_bytes": len(packed)})
