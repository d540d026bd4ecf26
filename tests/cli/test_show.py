"""`claimbook show`: a claim or a record by any of its names, with the command that remakes it."""

from __future__ import annotations

import json

import pytest
from book.swept import swept_records
from made_records import made_records, saved

from claimbook.record.store import Store


@pytest.fixture
def records(home):
    made = made_records(seeds=2)
    saved(home / "records", made)
    return made


def test_a_record_by_id_short_name_key_prefix_and_file(claimbook, home, records):
    record = records[3]
    names = [record.id, record.id.rpartition("/")[2], record.key[:12], record.key.upper()[:9], record.key]
    names += [str(home / "records" / record.path), record.path]
    for name in names:
        said = claimbook("show", name, "--json")
        assert said.code == 0, said.err
        assert said.document["id"] == record.id and said.document["standing"] == "fresh"
    assert said.document["record"]["metrics"] == record.metrics and said.document["record"]["curves"] == record.curves


def test_the_command_that_remakes_it_asks_for_the_same_key(claimbook, records):
    record = records[3]
    command = claimbook("show", record.id, "--json").document["remake"]
    start = "claimbook run overparameterization/depth-lp --preset paper"
    assert command == f"{start} --arm {record.arm} --seed {record.seed} --refresh"


def test_people_see_all_of_a_record(claimbook, records, monkeypatch):
    record = records[3]
    for columns in ("40", "80", "120"):
        monkeypatch.setenv("COLUMNS", columns)
        out = claimbook("show", record.id).out
        flat = "".join(out.split())
        for text in (
            record.id,
            record.key,
            record.provenance.source,
            "2,565",
            "numpy 1.23.5",
            "Apr ocessor",
            "loss-100",
        ):
            assert "".join(text.split()) in flat, (columns, text)
        assert "--arm n2-l2 --seed 1 --refresh".replace(" ", "") in flat


def test_a_stale_record_is_called_so(claimbook, home):
    (record, *_) = made_records(seeds=1, arms=["n1-l2"], source="0" * 64)
    saved(home / "store", [record])
    assert claimbook("show", record.id, "--json").document["standing"] == "stale"
    assert "stale: the source has changed" in claimbook("show", record.id).out


def test_a_prefix_of_several_records_is_refused_with_their_names(claimbook, home, records, monkeypatch):
    monkeypatch.setattr("claimbook.cli.finding._is_named", lambda record, name: record.arm == "n1-l2")
    said = claimbook("show", "abcd")
    assert said.code == 2 and "names 2 records" in said.err
    assert all(record.id in "".join(said.err.split()) for record in records if record.arm == "n1-l2")


@pytest.mark.parametrize("name", ["0000000000000000", "n9-l9-s0-00000000", "no/such/file.json", "", "🐍", "a\nb"])
def test_nothing_of_that_name(claimbook, records, name):
    said = claimbook("show", name)
    assert said.code == 2 and "There is no" in said.err and "Traceback" not in said.err


def test_a_record_edited_by_hand_is_named_not_shown(claimbook, home, records):
    file = home / "records" / records[0].path
    fields = json.loads(file.read_text())
    fields["metrics"]["loss-100"] = 0.0
    file.write_text(json.dumps(fields))
    for name in (str(file), records[0].path, records[0].id):
        said = claimbook("show", name)
        assert said.code == 1 and "is edited" in said.err and said.out == ""


def test_your_own_record_goes_before_the_committed_one(claimbook, home, records):
    saved(home / "store", records[:1])
    assert claimbook("show", records[0].id, "--json").document["file"] == str(home / "store" / records[0].path)


def test_a_claim_with_its_row_its_declaration_and_its_records(claimbook, home):
    saved(home / "records", made_records())
    told = claimbook("show", "OP-2.1", "--json").document
    (row,) = claimbook("judge", "OP-2.1", "--json").document["claims"]
    assert told["claim"] == row and told["declared"]["seeds"] == 5
    assert told["remake"] == "claimbook run overparameterization/depth-lp --preset paper --seeds 5"
    out = claimbook("show", "op-2.1").out
    flat = " ".join(out.split())
    assert row["reason"].split(".")[0] in flat and all(record in flat for record in row["records"])
    assert "Declared before the study" in out and "M = " in out and told["remake"] in flat


def test_a_part_of_a_claim_is_shown_by_its_own_id(claimbook, home):
    saved(home / "records", made_records())
    part = claimbook("show", "OP-2.1", "--json").document["claim"]["parts"][0]
    assert claimbook("show", part["id"], "--json").document["claim"] == part


def test_a_claim_that_no_run_tests_has_no_command(claimbook):
    assert claimbook("show", "OP-T.0", "--json").document["remake"] is None
    assert "Make its records" not in claimbook("show", "OP-T.0").out


def test_every_claim_can_be_shown(claimbook):
    for row in claimbook("judge", "--json").document["claims"]:
        said = claimbook("show", row["id"])
        assert said.code == 0 and row["verdict"] in said.out


def test_stores_are_only_read(claimbook, home, records):
    before = sorted(home.rglob("*"))
    claimbook("show", records[0].id)
    claimbook("judge")
    assert sorted(home.rglob("*")) == before and len(Store(home / "records").scan().records) == len(records)


def test_a_record_with_a_sweep_says_where_its_table_is(claimbook, home):
    (record,) = swept_records(seeds=1, arms=("l4",))
    saved(home / "records", [record])
    table = home / "records" / "overparameterization" / "what-if" / record.sweep.file
    said = claimbook("show", record.id, "--json").document
    assert said["sweep_file"] == str(table) and said["record"]["sweep"]["rows"] == record.sweep.rows
    flat = "".join(claimbook("show", record.id).out.split())
    assert f"{record.sweep.rows:,}rowsofscaling,depth,rate,iteration,loss" in flat and table.name in flat
    table.unlink()
    gone = claimbook("show", str(table.parent / f"{record.name}.json"))
    assert gone.code == 1 and "is corrupt" in gone.err and table.name in "".join(gone.err.split())
