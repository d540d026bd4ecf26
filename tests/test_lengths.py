"""Lengths of training: epochs, iterations, bare steps, and what is none."""

from __future__ import annotations

import pytest

from claimbook.errors import UsageError
from claimbook.lengths import steps


@pytest.mark.parametrize(
    ("length", "expected"),
    [("160ep", 16_000), ("0.5ep", 50), ("5000it", 5_000), (7, 7), ("0it", 0), (" 2ep ", 200), ("0.29ep", 29)],
)
def test_a_length_in_steps(length, expected):
    assert steps(length, 100) == expected


@pytest.mark.parametrize("length", ["", "5", "-1ep", "5 epochs", "ep", "1e3it", -3, True, 2.5, None])
def test_what_is_no_length_is_told(length):
    with pytest.raises(UsageError, match="no length of training"):
        steps(length, 100)


@pytest.mark.parametrize("length", ["0.5it", "0.015ep"])
def test_a_part_of_a_step_is_refused(length):
    with pytest.raises(UsageError, match="a step is taken whole"):
        steps(length, 100)
