"""Keys never change by accident: a change here loses every record that was ever made."""

from __future__ import annotations

import json

from engine.fakes import Walk, tasks

from claimbook.experiment.base import Task
from claimbook.record.canonical import digest_of


def test_the_key_of_a_fixed_task_stays_the_same():
    data = {"name": "toy", "edition": "1", "stand_in": False}
    task = Task(Walk(), "up", 3, {"steps": 50, "drift": 0.25, "rates": [1e-05, 0.5]}, data)
    assert task.key == "09818d2a2b23bdd2bd1961a1dd1c898fd2bcfe13811145dece633820bec1745d"
    assert task.key == digest_of(json.loads(json.dumps(task.asked)))


def test_a_parameter_at_its_absent_value_is_left_out_of_the_key():
    plain, same = tasks(only=[("up", 0)])[0], tasks(only=[("up", 0)], damping=1.0)[0]
    assert "damping" not in plain.settings
    assert plain.key == same.key
    assert tasks(only=[("up", 0)], damping=0.5)[0].key != plain.key


def test_everything_that_decides_the_result_decides_the_key():
    base = {"arm": "up", "seed": 0, "settings": {"steps": 5}, "data": {"name": "toy"}}
    key = Task(Walk(), **base).key
    changes = [{"arm": "down"}, {"seed": 1}, {"settings": {"steps": 6}}, {"data": {"name": "other"}}]
    changes += [{"threads": 2}, {"device": "gpu"}]
    keys = {Task(Walk(), **(base | change)).key for change in changes}
    other = type("Walk", (Walk,), {"version": 2})()
    solver = type("Walk", (Walk,), {"solver": "another"})()
    keys |= {Task(other, **base).key, Task(solver, **base).key}
    assert len(keys | {key}) == len(changes) + 3
