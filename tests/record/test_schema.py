from __future__ import annotations

import json
import math
import re

import pytest
from engine.fakes import tasks
from record.made import first_record

from claimbook.record.canonical import digest_of
from claimbook.record.reading import read_record
from claimbook.record.schema import parse_record


def test_a_record_says_what_was_asked_and_what_came_of_it(walk):
    (task,) = tasks(only=[("up", 0)])
    record = first_record()
    assert record.key == task.key == digest_of(record.asked)
    assert record.id == f"fake/walk/up-s0-{task.key[:8]}"
    assert record.path == record.id + ".json"
    assert (record.experiment, record.arm, record.seed, record.version) == ("fake/walk", "up", 0, 1)
    assert record.metrics["never"] is None
    assert record.data.stand_in is False and record.data.facts == {"rows": 3}


def test_it_comes_back_from_its_file_bit_for_bit(walk, tmp_path):
    record = first_record()
    file = tmp_path / "record.json"
    file.write_text(record.text())
    again = read_record(file, record.path)
    assert again == record
    assert again.first_losses == walk.first_losses(tasks(only=[("up", 0)])[0])
    assert again.tables["facts"][0]["odd"] == math.inf
    assert again.text() == record.text()


def test_the_file_is_strict_json_with_one_field_a_line(walk):
    text = first_record().text()
    assert not re.search(r"\b(NaN|Infinity)\b", text)
    assert list(json.loads(text))[0] == "schema_version" and len(text.splitlines()) == len(json.loads(text)) + 2


def test_the_digest_is_that_of_all_the_rest(walk):
    fields = json.loads(first_record().text())
    digest = fields.pop("digest")
    assert digest == digest_of(fields)


def test_stand_in_is_carried_from_the_task(walk):
    assert first_record(stand_in=True).data.stand_in is True


def test_no_host_user_or_path_in_it(walk):
    import getpass
    import socket
    from pathlib import Path

    text = first_record().text()
    assert socket.gethostname() not in text
    assert str(Path.home()) not in text and str(Path.cwd()) not in text
    assert getpass.getuser() not in re.findall(r'"(.*?)"', text)


@pytest.mark.parametrize(
    "change",
    [
        {"extra": 1},
        {"seed": "0"},
        {"seed": -1},
        {"arm": "../up"},
        {"arm": "down"},
        {"experiment": "fake"},
        {"metrics": {"end": "text"}},
        {"metrics": {"end": True}},
        {"curves": {"path": {"step": [0, 1], "place": [0.5]}}},
        {"key": "short"},
        {"schema_version": 0},
        {"first_losses": [None]},
    ],
    ids=str,
)
def test_what_the_schema_forbids(walk, change):
    fields = json.loads(first_record().text())
    with pytest.raises(ValueError):
        parse_record(fields | change)
