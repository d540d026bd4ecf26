"""The command that remakes a record asks for that record's key, whatever it was made with."""

from __future__ import annotations

import shlex

import pytest
from engine.fakes import Walk, tasks
from made_records import made_measurement, made_provenance

from claimbook.engine.batch import perform
from claimbook.experiment.registry import experiment_named
from claimbook.record.schema import make_record
from claimbook.study.remaking import remake_command

DEPTH = experiment_named("overparameterization/depth-lp")


def record_of(preset, arm, stand_in=False, threads=1, **overrides):
    task = DEPTH.task(DEPTH.parameters(preset, overrides), arm, 3, stand_in, threads)
    return task, make_record(task, made_measurement(task), made_provenance(threads=threads))


def task_of(command):
    """The task that the command line asks for, read by hand."""
    words = shlex.split(command)
    threads = int(words.pop(0).partition("=")[2]) if words[0].startswith("CLAIMBOOK_THREADS=") else 1
    assert words[:3] == ["claimbook", "run", DEPTH.id] and words[-1] == "--refresh"
    options = list(zip(words[3:-1:2], words[4:-1:2], strict=True))
    given = dict(value.split("=", 1) for name, value in options if name == "-p")
    plain = {name: value for name, value in options if name != "-p"}
    preset = plain["--preset"]
    stand_in = DEPTH.preset(preset).stand_in or plain.get("--data") == "stand-in"
    return DEPTH.task(DEPTH.parameters(preset, given), plain["--arm"], int(plain["--seed"]), stand_in, threads)


@pytest.mark.parametrize("arm", ["n1-l2", "n3-l4"])
@pytest.mark.parametrize(
    ("preset", "overrides"),
    [
        ("paper", {}),
        ("quick", {}),
        ("smoke", {}),
        ("paper", {"final_iterations": 900_000}),
        ("paper", {"search_iterations": 5, "final_iterations": 10}),
        ("quick", {"rates_l2": [1e-3, 0.01, 0.05, 0.1], "rates_l4": [1e-4, 1e-3, 2e-3, 3e-3]}),
        ("quick", {"precision": "float64", "scaling": "z-score"}),
    ],
)
def test_the_command_asks_for_the_same_key(arm, preset, overrides):
    task, record = record_of(preset, arm, stand_in=preset == "smoke", **overrides)
    command = remake_command(DEPTH, record)
    assert task_of(command).key == task.key
    if not overrides:
        assert " -p " not in command


def test_threads_and_stand_in_data_are_asked_for_too():
    task, record = record_of("quick", "n1-l4", stand_in=True, threads=2)
    command = remake_command(DEPTH, record)
    assert command.startswith("CLAIMBOOK_THREADS=2 ") and "--data stand-in" in command
    assert task_of(command).key == task.key


def test_what_no_parameter_asks_for_has_no_command():
    task = DEPTH.task(DEPTH.parameters("paper"), "n1-l2", 0, False)
    task = type(task)(task.experiment, task.arm, task.seed, task.settings | {"depth": 9}, task.data)
    assert remake_command(DEPTH, make_record(task, made_measurement(task), made_provenance())) is None


def test_another_experiment_too(walk):
    (task,) = tasks(only=[("down", 2)], steps=12, damping=0.5)
    (record,) = perform([task], lambda done, total: None)
    words = shlex.split(remake_command(Walk(), record))
    assert words[:3] == ["claimbook", "run", "fake/walk"] and "damping=0.5" in words and "steps=12" in words
