"""`claimbook judge`: the rows of the judge, whole and in words."""

from __future__ import annotations

import pytest
from made_records import made_records, saved

from claimbook.claims.ledger import paper_claims, verdicts
from claimbook.evidence import RecordEvidence
from claimbook.experiment.registry import papers

FIELDS = (
    "id paper experiment kind says where paper_value measured interval method n_seeds power preset data verdict reason "
    "stale records parts"
).split()
PAPER = "overparameterization"


@pytest.fixture
def records(home):
    return saved(home / "records", made_records())


def test_a_row_has_exactly_the_fields_that_were_promised(claimbook, records):
    rows = claimbook("judge", "--json").document["claims"]
    assert [row["id"] for row in rows] == [claim.id for slug in papers() for claim in paper_claims(slug).paper.claims]
    for row in rows:
        assert list(row) == FIELDS and all(list(part) == FIELDS for part in row["parts"])


def test_the_rows_are_those_of_the_judge(claimbook, records):
    said = claimbook("judge", PAPER, "--json")
    assert said.code == 0 and said.err == ""
    assert said.document["claims"] == [row.row() for row in verdicts(RecordEvidence(), [PAPER])]
    judged = {row["id"]: row for row in said.document["claims"]}
    assert judged["OP-2.1"]["preset"] == "paper" and len(judged["OP-2.1"]["records"]) == 15


def test_claims_and_parts_by_name(claimbook, records):
    rows = claimbook("judge", "OP-2.2", "OP-2.1", "--json").document["claims"]
    assert [row["id"] for row in rows] == ["OP-2.1", "OP-2.2"]
    part = rows[0]["parts"][0]
    assert claimbook("judge", part["id"], "--json").document["claims"] == [part]


def test_without_a_record_nothing_is_judged_and_the_command_is_named(claimbook):
    (row,) = claimbook("judge", "OP-2.1", "--json").document["claims"]
    assert row["verdict"] == "not tested" and row["records"] == []
    assert (
        "claimbook run overparameterization/depth-lp --preset paper" in row["reason"]
        and "unknown cost" not in row["reason"]
    )


def test_people_see_verdict_reason_and_the_sum(claimbook, records, monkeypatch):
    rows = claimbook("judge", "--json").document["claims"]
    for columns in ("40", "80"):
        monkeypatch.setenv("COLUMNS", columns)
        out = claimbook("judge").out
        assert max(map(len, out.splitlines())) <= int(columns)
        flat = " ".join(out.split())
        for row in rows:
            assert f"{row['id']} {row['verdict']}" in flat and " ".join(row["says"].split()) in flat
            assert " ".join(row["reason"].split()) in flat
        assert flat.rpartition("In all ")[2].count(",") == len({row["verdict"] for row in rows}) - 1
