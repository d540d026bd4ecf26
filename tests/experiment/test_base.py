from __future__ import annotations

import pytest
from engine.fakes import Walk, tasks

from claimbook.errors import UsageError


def test_arms_and_presets_are_found_by_name_or_the_nearest_is_said():
    walk = Walk()
    assert walk.id == "fake/walk" and walk.arm("up").title == "drift as given" and walk.preset("paper").seeds == 3
    with pytest.raises(UsageError, match="Did you mean 'down'"):
        walk.arm("dwn")
    with pytest.raises(UsageError, match="Did you mean 'reduced'"):
        walk.preset("reduce")


def test_a_preset_differs_from_paper_only_in_what_it_lists():
    walk = Walk()
    assert walk.changes("paper") == {}
    assert walk.changes("quick") == {"steps": (50, 20)}
    assert walk.parameters("quick", {"drift": "0.5"}).drift == 0.5
    assert walk.parameters("quick", {"steps": 7}).steps == 7


def test_a_task_holds_all_that_was_asked_as_plain_values():
    (task,) = tasks("quick", only=[("down", 1)])
    assert task.asked == {
        "experiment": "fake/walk",
        "version": 1,
        "arm": "down",
        "seed": 1,
        "settings": {"steps": 20, "drift": 0.25, "sign": -1},
        "data": {"name": "toy", "edition": "1", "stand_in": False},
        "solver": "numpy-walk",
        "device": "cpu",
        "threads": 1,
    }
