"""Schedules against PyTorch's formulas and against rates that the papers' schedules must have."""

from __future__ import annotations

import math
import subprocess
import sys

import pytest

from claimbook.errors import UsageError
from claimbook.train.schedules import (
    constant,
    cosine,
    linear,
    multi_step,
    per_epoch,
    polynomial,
    sequential,
    staircase,
    warm_up,
)


def rates(schedule, *steps):
    return pytest.approx([schedule(step) for step in steps], rel=1e-12)


def test_constant():
    assert [0.1, 0.1] == rates(constant(0.1), 0, 10**6)


def test_a_staircase_falls_with_the_step_that_is_a_multiple():
    assert [0.05, 0.05, 0.025, 0.025, 0.0125] == rates(staircase(0.05, 0.5, 30), 0, 29, 30, 59, 60)
    halved = staircase(0.05, 0.5, 30 * 391)  # every 30 epochs, for 620
    assert [0.05 / 2**20] == rates(halved, 620 * 391 - 1)


def test_several_steps():
    schedule = multi_step(0.1, 0.1, [3, 5])
    assert [0.1, 0.1, 0.01, 0.01, 0.001, 0.001] == rates(schedule, 0, 2, 3, 4, 5, 10**6)


def test_linear_is_at_its_end_after_its_last_step():
    assert [0.2, 0.4, 1.0, 1.0] == rates(linear(0.2, 1.0, 4), 0, 1, 4, 9)
    assert [0.0, 1.0] == rates(linear(0.0, 1.0, 1), 0, 1)


def test_polynomial():
    schedule = polynomial(0.9, 10, power=2, end=0.1)
    assert [0.1 + 0.8 * (1 - t / 10) ** 2 for t in (0, 1, 9, 10, 10)] == rates(schedule, 0, 1, 9, 10, 99)


def test_cosine_is_pytorchs_once_an_epoch():
    """lr(t) = 2e-5 + (1e-3 − 2e-5) (1 + cos(π t / 100)) / 2 at the epochs 0 to 99."""
    schedule = per_epoch(cosine(1e-3, 100, end=2e-5), 475)
    wanted = [2e-5 + (1e-3 - 2e-5) * (1 + math.cos(math.pi * t / 100)) / 2 for t in range(100)]
    assert wanted == rates(schedule, *range(0, 47_500, 475))
    assert wanted == rates(schedule, *range(474, 47_500, 475))
    assert schedule(80 * 475) == pytest.approx(1.1e-4, rel=0.05) and schedule(47_499) > 2e-5
    assert [2e-5, 2e-5] == rates(schedule, 47_500, 10**6)


def test_cosine_at_every_step():
    assert [1.0, 0.5, 0.0] == pytest.approx([cosine(1.0, 10)(step) for step in (0, 5, 10)], abs=1e-15)


def test_one_after_another_counts_from_its_own_start():
    """Twenty epochs at 0.05, then 600 that halve every 30: with ten steps an epoch."""
    schedule = sequential([constant(0.05), staircase(0.05, 0.5, 300)], [200])
    assert [0.05, 0.05, 0.05, 0.05, 0.025, 0.05 / 2**19] == rates(schedule, 0, 199, 200, 499, 500, 6199)


def test_warm_up_meets_its_schedule_once():
    schedule = warm_up(cosine(0.8, 100), 4)
    assert [0.0, 0.2, 0.4, 0.6, 0.8] == rates(schedule, 0, 1, 2, 3, 4)
    assert schedule(5) == cosine(0.8, 100)(1) < 0.8
    assert [0.2, 0.5, 0.8] == rates(warm_up(constant(0.8), 2, start=0.2), 0, 1, 2)


def test_any_order_of_steps_gives_the_same_rates():
    schedule = warm_up(sequential([multi_step(0.1, 0.5, [2, 4]), cosine(0.1, 7)], [6]), 3)
    forward = [schedule(step) for step in range(20)]
    assert forward[::-1] == [schedule(step) for step in reversed(range(20))]


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: constant(0), "rate = 0"),
        (lambda: staircase(0.1, 0.5, 0), "every = 0.*whole number and at least 1"),
        (lambda: staircase(0.1, 0, 3), "factor = 0"),
        (lambda: staircase(0.1, 0.5, 2.5), "every = 2.5"),
        (lambda: multi_step(0.1, 0.5, []), "at = "),
        (lambda: multi_step(0.1, 0.5, [3, 3]), r"at = \[3, 3\]"),
        (lambda: multi_step(0.1, 0.5, [0, 3]), "at, number 1, = 0"),
        (lambda: cosine(0.1, 0), "steps = 0"),
        (lambda: cosine(0.1, 5, end=-1), "end = -1"),
        (lambda: polynomial(0.1, 5, power=0), "power = 0"),
        (lambda: linear(-0.1, 0.1, 5), "start = -0.1"),
        (lambda: per_epoch(constant(0.1), 0), "epoch_steps = 0"),
        (lambda: sequential([constant(0.1)], [3]), "1 schedules with 1 steps"),
        (lambda: warm_up(constant(0.1), 0), "steps = 0"),
    ],
)
def test_mistakes_are_said(make, says):
    with pytest.raises(UsageError, match=f"(?s){says}"):
        make()


def test_names_and_options_are_known_without_mxnet():
    code = (
        "import sys; from claimbook.train.optimizers import METHODS, method_named; import claimbook.train.plateau; "
        "from claimbook.train.schedules import constant, staircase; [method_named(name) for name in METHODS]; "
        "staircase(0.1, 0.5, 3)(7); assert 'mxnet' not in sys.modules and 'gluoncv' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)
