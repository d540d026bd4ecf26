"""Unfinished runs: kept exactly, taken up again only where all is right, and gone on with after a real SIGKILL."""

from __future__ import annotations

import errno
import json
import math
import os
import signal
import subprocess
import sys
import warnings

import numpy as np
import pytest

from claimbook import files
from claimbook.errors import ClaimbookError
from claimbook.record import checkpoint
from claimbook.record.unfinished import FOLDER, Unfinished

KEY, OTHER = "a" * 64, "b" * 64
STATE = [{"w": [0.1 + 0.2, 1e-300, -math.pi], "at": 7, "diverged_by": None}]

RUN = """
import json, os, signal, sys
from claimbook.engine.batch import perform
from claimbook.experiment.registry import experiment_named
root, kill_at = sys.argv[1], float(sys.argv[2])
experiment = experiment_named("overparameterization/depth-lp")
parameters = experiment.parameters("paper", {"search_iterations": 400, "final_iterations": 900})
tasks = [experiment.task(parameters, "n2-l4", seed, stand_in=True) for seed in (0, 1)]
first = []
def progress(done, total):
    first or first.append(done / total)
    if kill_at and done / total > kill_at:
        os.kill(os.getpid(), signal.SIGKILL)
records = list(perform(tasks, progress, root, every_s=0.05))
names = ("key", "metrics", "curves", "tables", "first_losses")
print(json.dumps([first[0], [{name: getattr(record, name) for name in names} for record in records]]))
"""


def warned(folder, says, key=KEY, source="source"):
    """What is loaded, and each refusal was named with its reason: one of `says` a refused generation, newest first."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        state = Unfinished(folder, source).load(key)
    assert len(caught) == len(says), [str(warning.message) for warning in caught]
    for warning, why in zip(caught, says, strict=True):
        assert "is not taken up again: " in str(warning.message) and why in str(warning.message)
    return state


def generations(folder, count, arrays=True):
    """So many saved states, {"at": 1, …} the oldest; returns the manifests that are left, oldest first."""
    unfinished = Unfinished(folder, "source")
    for at in range(1, count + 1):
        unfinished.save({KEY: {"at": at, "w": np.full(5, at, np.float32) if arrays else [at]}})
    return sorted((folder / FOLDER).glob("*.json"))


def flip(file):
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 4
    file.write_bytes(content)


def truncate(file):
    file.write_bytes(file.read_bytes()[:-7])


def make_newer(manifest):
    body = {name: value for name, value in json.loads(manifest.read_text()).items() if name != "digest"}
    body["schema_version"] += 1
    manifest.write_bytes(checkpoint._signed(body))


def make_foreign(manifest):
    Unfinished(manifest.parent / "other", "source").save({OTHER: STATE})
    (file,) = (manifest.parent / "other" / FOLDER).glob("*.json")
    os.replace(file, manifest)


def arrays_of(manifest):
    return manifest.with_suffix(".arrays")


FAULTS = {
    "truncated arrays": (lambda manifest: truncate(arrays_of(manifest)), "its arrays are truncated"),
    "truncated manifest": (truncate, "its manifest is truncated or damaged"),
    "flipped bit in the arrays": (lambda manifest: flip(arrays_of(manifest)), "the bytes of its array 1 are damaged"),
    "flipped bit in the manifest": (flip, "damaged"),
    "foreign": (make_foreign, "it is of another run"),
    "newer": (make_newer, "its schema is 3, and this Claimbook reads 2"),
    "no arrays": (lambda manifest: arrays_of(manifest).unlink(), "the file of its arrays is absent"),
    "unreadable": (lambda manifest: (manifest.unlink(), manifest.mkdir()), "it cannot be read"),
}


def test_a_state_comes_back_to_the_last_bit(tmp_path):
    unfinished = Unfinished(tmp_path, "source")
    assert unfinished.load(KEY) is None
    unfinished.save({KEY: STATE})
    assert Unfinished(tmp_path, "source").load(KEY) == STATE
    unfinished.save({KEY: [math.nan, math.inf, "nan"], OTHER: {"w": np.array([-0.0, np.nan]), "b": 1}})
    nan, inf, word = unfinished.load(KEY)
    assert math.isnan(nan) and inf == math.inf and word == "nan"
    assert list(unfinished.load(OTHER)) == ["w", "b"], "names keep their order"
    assert unfinished.load(OTHER)["w"].tobytes() == np.array([-0.0, np.nan]).tobytes()
    unfinished.drop(KEY)
    assert unfinished.load(KEY) is None and unfinished.load(OTHER) is not None
    unfinished.drop(OTHER)
    assert list((tmp_path / FOLDER).iterdir()) == []


def test_the_newest_generation_and_the_one_before_are_kept(tmp_path):
    manifests = generations(tmp_path, 4)
    assert [json.loads(manifest.read_text())["state"]["at"] for manifest in manifests] == [3, 4]
    files_there = {path.name for path in (tmp_path / FOLDER).iterdir()}
    assert files_there == {f"{KEY}.{number:06d}{end}" for number in (3, 4) for end in (".json", ".arrays")}
    assert warned(tmp_path, [])["at"] == 4


@pytest.mark.parametrize("fault", FAULTS)
def test_a_bad_generation_is_named_and_the_one_before_is_taken(tmp_path, fault):
    make, why = FAULTS[fault]
    older, newer = generations(tmp_path, 2)
    make(newer)
    state = warned(tmp_path, [why])
    assert state["at"] == 1 and state["w"].tolist() == [1.0] * 5


@pytest.mark.parametrize("fault", FAULTS)
def test_where_both_are_bad_the_run_starts_from_the_beginning(tmp_path, fault):
    make, why = FAULTS[fault]
    older, newer = generations(tmp_path, 2)
    make(older)
    truncate(arrays_of(newer))
    assert warned(tmp_path, ["its arrays are truncated", why]) is None
    with pytest.warns(UserWarning, match="The run starts from the beginning"):
        Unfinished(tmp_path, "source").load(KEY)


def test_other_code_takes_up_nothing(tmp_path):
    generations(tmp_path, 2)
    assert warned(tmp_path, ["the code has changed since"] * 2, source="other source") is None
    assert warned(tmp_path, [])["at"] == 2, "being looked at by other code has lost nothing"


def test_a_refused_generation_is_not_kept_in_place_of_a_good_one(tmp_path):
    """1 good, 2 bad: after the next save 1 is still there, and 2 is gone."""
    older, newer = generations(tmp_path, 2)
    flip(arrays_of(newer))
    unfinished = Unfinished(tmp_path, "source")
    with pytest.warns(UserWarning, match=f"The run goes on from {KEY}.000001"):
        assert unfinished.load(KEY)["at"] == 1
    unfinished.save({KEY: {"at": 2, "w": np.zeros(2)}})
    older, newest = sorted((tmp_path / FOLDER).glob("*.json"))
    assert [path.name for path in (older, newest)] == [f"{KEY}.000001.json", f"{KEY}.000003.json"]
    truncate(newest)
    assert warned(tmp_path, ["truncated"])["at"] == 1


@pytest.mark.parametrize("step", ["replacing", "write_bytes"])
def test_a_save_that_is_stopped_leaves_the_generations_as_they_were(tmp_path, monkeypatch, step):
    """Stopped in the arrays or between them and the manifest; the next save clears what is left."""
    generations(tmp_path, 2)
    unfinished = Unfinished(tmp_path, "source")
    assert unfinished.load(KEY)["at"] == 2

    def stopped(*arguments):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(files, step, stopped)
        unfinished.save({KEY: {"at": 3, "w": np.zeros(9)}})
    assert warned(tmp_path, [])["at"] == 2
    (tmp_path / FOLDER / f"{files.TEMPORARY}{KEY[:40]}-x1").write_bytes(b"left by a kill")
    unfinished.save({KEY: {"at": 3, "w": np.ones(4)}})
    assert warned(tmp_path, [])["at"] == 3
    assert {path.name[65:] for path in (tmp_path / FOLDER).iterdir()} == {
        f"{number:06d}{end}" for number in (2, 3) for end in (".json", ".arrays")
    }


def test_a_full_disk_is_said_and_loses_nothing(tmp_path, monkeypatch):
    generations(tmp_path, 2)

    def full(handle):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched, pytest.raises(ClaimbookError, match="No space left on device"):
        patched.setattr(os, "fsync", full)
        generations(tmp_path, 1)
    assert warned(tmp_path, [])["at"] == 2


def test_a_file_of_an_older_claimbook_goes_with_the_next_save(tmp_path):
    old = tmp_path / FOLDER / f"{KEY}.json"
    old.parent.mkdir()
    old.write_text("{}")
    assert warned(tmp_path, []) is None
    generations(tmp_path, 1)
    assert not old.exists()


def test_it_is_due_after_its_time_only(tmp_path):
    assert Unfinished(tmp_path, every_s=0).due()
    assert not Unfinished(tmp_path, every_s=1000).due()
    assert not Unfinished(None, every_s=0).due()


def test_nowhere_keeps_nothing():
    unfinished = Unfinished()
    unfinished.save({KEY: STATE})
    assert unfinished.load(KEY) is None


def run(root, kill_at: float) -> subprocess.CompletedProcess:
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-c", RUN, str(root), str(kill_at)]
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=120)


def test_a_killed_run_goes_on_and_its_record_is_bit_identical(tmp_path):
    """Killed by SIGKILL in the long run; the next process goes on from there."""
    assert run(tmp_path / "killed", 0.97).returncode == -signal.SIGKILL
    keys = [path.name.split(".")[0] for path in (tmp_path / "killed" / FOLDER).glob("*.json")]
    assert len(set(keys)) == 2 and max(map(keys.count, keys)) <= 2
    finished = run(tmp_path / "killed", 0)
    assert finished.returncode == 0, finished.stderr
    began, resumed = json.loads(finished.stdout)
    assert began > 0.7, "the second process started from the beginning"
    whole = run(tmp_path / "whole", 0)
    began, uninterrupted = json.loads(whole.stdout)
    assert began == 0 and resumed == uninterrupted
