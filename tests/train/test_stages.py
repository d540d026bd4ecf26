"""Schedules of L as text."""

from __future__ import annotations

import pytest

from claimbook.errors import UsageError
from claimbook.train.stages import Stage, stages


def test_the_released_code_s_schedule():
    found = stages("0.01..0.006 by 0.001, 4ep each; 0.005, 600ep")
    assert [stage.level for stage in found] == [0.01, 0.009, 0.008, 0.007, 0.006, 0.005]
    assert [stage.length for stage in found] == ["4ep"] * 5 + ["600ep"]
    assert sum(stage.steps(391) for stage in found) == 620 * 391


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("0.5, 100it", [0.5]),
        ("1e1..1 by 3, 1ep each", [10, 7, 4, 1]),
        ("0.9..0.1 by 0.4 , 2ep each", [0.9, 0.5, 0.1]),
        ("0.1..0.3 by 0.1, 1ep each, rising", [0.1, 0.2, 0.3]),
        ("0.3, 1ep; 0.2, 2ep", [0.3, 0.2]),
        ("0.2..0.2 by 0.1, 1ep", [0.2]),
    ],
)
def test_what_is_understood(text, levels):
    assert [stage.level for stage in stages(text)] == levels


def test_a_stage_may_have_a_number_of_iterations():
    assert stages("0.5, 100it") == (Stage(0.5, "100it"),) and Stage(0.5, "100it").steps(391) == 100


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("0.1..0.3 by 0.1, 1ep each", "L goes from 0.1 to 0.2"),
        ("0.3, 1ep; 0.3, 1ep", "stand still"),
        ("0.3..0.1 by 0.1, 1ep each, rising", "may not fall"),
        ("0, 1ep", "not above 0"),
        ("0.2..0 by 0.1, 1ep each", "not above 0"),
        ("-0.1, 1ep", "no part"),
        ("0.3..0.1 by 0.15, 1ep each", "do not lead"),
        ("0.3..0.1 by 0, 1ep each", "do not lead"),
        ("0.3", "no part"),
        ("", "no part"),
        ("0.3, 4 epochs", "no part"),
        ("0.3, 4eq", "no length"),
    ],
)
def test_what_is_not_understood(text, told):
    with pytest.raises(UsageError, match=told):
        stages(text)
