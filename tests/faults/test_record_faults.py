"""Files in a store that do not count are named, never silently dropped from or counted into a mean."""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import sys

import pytest
from engine.fakes import Walk, tasks
from record.made import edit, record_of

from claimbook.errors import RecordError
from claimbook.evidence import RecordEvidence
from claimbook.experiment import registry
from claimbook.study import committed, reproduce

ARM = [("up", seed) for seed in range(3)]


@pytest.fixture
def mean(walk):
    """Three committed records of an arm, and the mean that a judge would take of them."""
    for task in tasks(only=ARM):
        committed().save(record_of(task))
    (committed().root / "fake" / "README.md").write_text("no record, and no fault")

    def of():
        values = RecordEvidence([committed()]).sample("fake/walk", "paper", "up", "end", {}).values
        return {"n": len(values), "mean": statistics.mean(values.values())}

    assert of()["n"] == 3 and committed().scan().faults == ()
    return of


def file_of(seed):
    return committed().root / record_of(tasks(only=[("up", seed)])[0]).path


def named(kind, *words):
    """The one fault there is: of this kind, told by the store, the evidence, the study and `find`."""
    (fault,) = committed().scan("fake/walk").faults
    assert fault.kind == kind and fault.experiment == "fake/walk"
    for text in (fault.text, *RecordEvidence([committed()]).faults("fake/walk")):
        assert text.startswith(f"{kind} record fake/walk/") and all(word in text for word in words), text
    error = fault.error()
    assert error.what and error.why and error.do
    return fault


CORRUPT = {
    "empty": "",
    "half": '{\n"schema_version": 1,\n"key": "ab',
    "no object": "[1, 2]",
    "not text": b"\xff\xfe\x00",
    "NaN": '{"schema_version": 1, "metrics": {"end": NaN}}',
    "twice one name": '{"schema_version": 1, "seed": 1, "seed": 2}',
    "too deep": "[" * 100_000,
    "another schema": '{"schema_version": 1, "seed": 1}',
    "no version": "{}",
}


@pytest.mark.parametrize("content", CORRUPT.values(), ids=CORRUPT.keys())
def test_a_corrupt_record_is_named_and_left_out(mean, content):
    file_of(1).write_bytes(content if isinstance(content, bytes) else content.encode())
    named("corrupt")
    assert mean()["n"] == 2
    with pytest.raises(RecordError, match="is corrupt"):
        committed().find(tasks(only=[("up", 1)])[0])


def test_a_hand_edited_record_is_named_and_left_out(mean):
    before = mean()["mean"]
    fields = json.loads(file_of(1).read_text())
    edit(file_of(1), metrics=fields["metrics"] | {"end": fields["metrics"]["end"] + 1e-9})
    named("edited", "by hand")
    assert mean()["n"] == 2 and mean()["mean"] != before


def test_spaces_alone_are_no_edit(mean):
    file_of(1).write_text(json.dumps(json.loads(file_of(1).read_text()), indent=4))
    assert mean()["n"] == 3 and committed().scan().faults == ()


def test_a_duplicate_is_named_and_counted_once(mean):
    before = mean()
    shutil.copy(file_of(1), file_of(1).with_name("up-s1-copy.json"))
    named("duplicate", "up-s1-copy.json", "same key")
    assert mean() == before


def test_a_duplicate_with_other_numbers_is_named_and_not_counted(mean):
    before = mean()
    copy = file_of(1).with_name("up-s7-00000000.json")
    shutil.copy(file_of(1), copy)
    edit(copy, resign=True, metrics={"end": 1e6, "never": None})
    named("duplicate", "up-s7")
    assert mean() == before


def test_a_record_under_another_name_is_foreign(mean):
    file_of(1).rename(file_of(1).with_name("down-s1-00000000.json"))
    named("foreign", "its content is that of fake/walk/up-s1-")
    assert mean()["n"] == 2


@pytest.mark.parametrize(
    ("change", "words"),
    [({"version": 2}, "version 1"), ({"arms": Walk.arms[1:]}, "no arm up")],
    ids=["version", "arm"],
)
def test_a_record_of_another_claimbook_is_foreign(mean, monkeypatch, change, words):
    other = type("Walk", (Walk,), change)()
    monkeypatch.setattr(registry, "experiments", lambda: {other.id: other})
    faults = committed().scan("fake/walk").faults
    assert {fault.kind for fault in faults} == {"foreign"} and len(faults) == 3
    assert all(words in fault.why for fault in faults)


def test_a_record_of_an_experiment_that_is_not_there_is_foreign(mean, monkeypatch):
    monkeypatch.setattr(registry, "experiments", dict)
    assert {fault.kind for fault in committed().scan().faults} == {"foreign"}


def test_a_record_with_a_newer_schema_is_named(mean):
    edit(file_of(1), schema_version=2, something_new=[1])
    fault = named("newer", "version 2")
    assert "Update Claimbook" in fault.error().do and mean()["n"] == 2


def test_a_record_for_other_settings_under_a_right_looking_name_is_corrupt(mean):
    asked = json.loads(file_of(1).read_text())["asked"]
    edit(file_of(1), resign=True, asked=asked | {"settings": asked["settings"] | {"drift": 9.0}})
    named("corrupt", "not the hash of what was asked")
    assert mean()["n"] == 2


def test_a_stale_record_counts_and_is_marked(mean, monkeypatch):
    before = mean()
    monkeypatch.setattr("claimbook.evidence.source_digest", lambda name: "f" * 64)
    sample = RecordEvidence([committed()]).sample("fake/walk", "paper", "up", "end", {})
    assert mean() == before and sample.stale == {0, 1, 2}


def test_every_fault_reaches_the_study_that_meets_it(mean):
    file_of(0).write_text("{}")
    edit(file_of(1), diverged=True)
    study = reproduce("fake/walk", preset="paper", arms="up", make="never")
    assert len(study.faults) == 2 and "is corrupt" in study.faults[0] and "is edited" in study.faults[1]
    assert list(study.records) == [("up", 2)] and [gap.seed for gap in study.gaps] == [0, 1]


FULL = """
import resource, sys
from engine.fakes import tasks
from claimbook.engine.run import run
from claimbook.errors import ClaimbookError
from claimbook.record.store import Store
store = Store(sys.argv[1])
own = tasks()
run(own[:1], store)
resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))
try:
    run(own, store)
except ClaimbookError as error:
    print(error)
"""


def test_a_full_disk_leaves_no_half_record_and_is_said(walk, tmp_path):
    pytest.importorskip("resource")
    path = [*sys.path, "tests"]
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path[:] = {path!r}\n{FULL}", str(tmp_path / "store")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "could not be written" in done.stdout and "run the same command again" in done.stdout
    left = [path for path in (tmp_path / "store").rglob("*") if path.is_file() and ".locks" not in path.parts]
    assert len(left) == 1 and left[0].name.startswith("up-s0-")
    study = reproduce("fake/walk", preset="paper")
    assert study.found == 1 and study.made == 5
