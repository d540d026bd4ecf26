"""A training that is killed again and again leaves the record of one that was left alone; `make torture` does more."""

from __future__ import annotations

import json

import pytest
from faults import kills
from faults.kills import Campaign, campaign, measured


def test_six_kills_and_no_record_differs(tmp_path):
    found = campaign(tmp_path, kills=6)
    assert (found.kills, found.records, found.differing) == (6, 2, 0)
    assert found.steps_lost <= 2 * found.kills  # a step that was told was kept before; one more may be on its way


def test_a_record_that_differs_would_be_seen(tmp_path):
    record = {"key": "k", "metrics": {"loss": 0.1}, "provenance": {"created": "today"}, "digest": "x"}
    for folder, other in (("a", record), ("b", record | {"provenance": {"created": "tomorrow"}})):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "r.json").write_text(json.dumps(other))
    assert measured(tmp_path / "a") == measured(tmp_path / "b")
    (tmp_path / "b" / "r.json").write_text(json.dumps(record | {"metrics": {"loss": 0.1 + 2**-50}}))
    assert measured(tmp_path / "a") != measured(tmp_path / "b")


@pytest.mark.parametrize(("differing", "status"), [(0, 0), (1, 1)])
def test_what_came_of_a_campaign_is_written_down(tmp_path, monkeypatch, capsys, differing, status):
    monkeypatch.setattr(kills, "campaign", lambda folder, number: Campaign(number, 20, differing, 7))
    assert kills.main(60, tmp_path / "campaign.json") == status
    found = json.loads((tmp_path / "campaign.json").read_text())
    assert (found["kills"], found["records"], found["differing"], found["steps_lost"]) == (60, 20, differing, 7)
    assert (
        found["processor"] and found["mxnet"].startswith("1.9") and json.loads(capsys.readouterr().out)["kills"] == 60
    )
