"""Unfinished runs: kept exactly, taken up again only where all is right, and gone on with after a real SIGKILL."""

from __future__ import annotations

import json
import math
import os
import signal
import subprocess
import sys

import pytest

from claimbook.record.unfinished import FOLDER, Unfinished

KEY = "a" * 64
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


def test_a_state_comes_back_to_the_last_bit(tmp_path):
    unfinished = Unfinished(tmp_path, "source")
    assert unfinished.load(KEY) is None
    unfinished.save({KEY: STATE})
    assert Unfinished(tmp_path, "source").load(KEY) == STATE
    unfinished.save({KEY: [math.nan, math.inf]})
    nan, inf = unfinished.load(KEY)
    assert math.isnan(nan) and inf == math.inf
    unfinished.drop(KEY)
    assert unfinished.load(KEY) is None


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda text: text[: len(text) // 2], "cannot be read"),
        (lambda text: text.replace('"at": 7', '"at": 8'), "damaged"),
        (lambda text: text.replace('"schema_version": 1', '"schema_version": 2'), "schema is 2"),
        (lambda text: "[]", "cannot be read"),
        (lambda text: "", "cannot be read"),
    ],
)
def test_a_bad_file_is_named_and_not_taken_up(tmp_path, change, why):
    Unfinished(tmp_path, "source").save({KEY: STATE})
    file = tmp_path / FOLDER / f"{KEY}.json"
    file.write_text(change(file.read_text()))
    with pytest.warns(UserWarning, match=why):
        assert Unfinished(tmp_path, "source").load(KEY) is None
    assert not file.exists()


def test_a_file_of_another_run_or_of_other_code_is_not_taken_up(tmp_path):
    Unfinished(tmp_path, "source").save({KEY: STATE})
    with pytest.warns(UserWarning, match="the code has changed since"):
        assert Unfinished(tmp_path, "other source").load(KEY) is None
    Unfinished(tmp_path, "source").save({KEY: STATE})
    (tmp_path / FOLDER / f"{KEY}.json").rename(tmp_path / FOLDER / f"{'b' * 64}.json")
    with pytest.warns(UserWarning, match="of another run"):
        assert Unfinished(tmp_path, "source").load("b" * 64) is None


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
    assert len(list((tmp_path / "killed" / FOLDER).glob("*.json"))) == 2
    finished = run(tmp_path / "killed", 0)
    assert finished.returncode == 0, finished.stderr
    began, resumed = json.loads(finished.stdout)
    assert began > 0.7, "the second process started from the beginning"
    whole = run(tmp_path / "whole", 0)
    began, uninterrupted = json.loads(whole.stdout)
    assert began == 0 and resumed == uninterrupted
