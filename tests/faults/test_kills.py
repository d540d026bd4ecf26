"""A training that is killed again and again leaves the record of one that was left alone; `make torture` does more."""

from __future__ import annotations

import json

from faults.kills import campaign, measured


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
