from __future__ import annotations

import pytest
from engine.fakes import Walk

from claimbook.errors import UsageError
from claimbook.study.asked import check_choices, checked_arms, checked_seeds, judging_presets


def test_seeds_are_a_number_or_a_list():
    assert checked_seeds(None, 4) == (0, 1, 2, 3)
    assert checked_seeds(2, 4) == (0, 1)
    assert checked_seeds([5, 0], 4) == (0, 5)


@pytest.mark.parametrize("seeds", [0, -1, True, 1.5, "3", [], [1, 1], [-1], [0.5], {}])
def test_seeds_that_make_no_sense_are_refused(seeds):
    with pytest.raises(UsageError, match="is not understood"):
        checked_seeds(seeds, 4)


def test_arms_come_in_the_experiments_order():
    assert checked_arms(Walk(), None) == ("up", "down")
    assert checked_arms(Walk(), ["down", "up"]) == checked_arms(Walk(), "down, up") == ("up", "down")
    with pytest.raises(UsageError, match="Did you mean 'down'"):
        checked_arms(Walk(), ["dwn"])
    with pytest.raises(UsageError, match="No arm"):
        checked_arms(Walk(), [])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"preset": "papr"}, "Did you mean 'paper'"),
        ({"make": "sometimes"}, "way of making"),
        ({"data": "fake"}, "kind of data"),
        ({"jobs": 0}, "jobs = 0"),
        ({"jobs": True}, "jobs = True"),
        ({"preset": "published", "make": "always"}, "takes what is there"),
        ({"preset": "published", "data": "stand-in"}, "takes what is there"),
        ({"preset": "smoke", "data": "real"}, "never uses the real data"),
    ],
    ids=str,
)
def test_what_cannot_be_asked_is_said(change, words):
    asked = {"preset": "paper", "make": "missing", "data": None, "jobs": 1} | change
    with pytest.raises(UsageError, match=words):
        check_choices(Walk(), **asked)


def test_judging_presets_are_the_largest_first():
    assert judging_presets(Walk()) == ("paper", "reduced")
