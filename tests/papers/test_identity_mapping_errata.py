"""The report's arithmetic, checked against other ways to the same numbers."""

from __future__ import annotations

import re

import numpy as np
import pytest

from claimbook.papers.identity_mapping.errata import ARITHMETIC


def working(name):
    return "\n".join(ARITHMETIC.redo(name).working)


def test_the_error_of_the_most_frequent_class():
    quantity = ARITHMETIC.work_out("majority-error")
    assert quantity.value == pytest.approx(0.8865, abs=1e-12) and "0.8865" in quantity.working[-1]


def test_the_sum_and_the_norm_by_hand():
    """PReLU of (1, −1) is (1, −0.25)."""
    assert working("SI-ERR.1").splitlines() == [
        "ReLU, W = 0, x = (1, −1): plain sum 1, L1 norm 1",
        "PReLU, W = 0, x = (1, −1): plain sum 0.75, L1 norm 1.25",
    ]


def test_the_potential_with_the_wrong_sign_by_hand():
    """|1 + 0.5| − |1 − 0.5|."""
    assert "printed 1.5000 − 0.5000 = 1.0000, correct 0" in working("SI-ERR.2")


def test_images_apart():
    text = working("SI-ERR.9")
    assert "2.6 images" in text and "9.6 images" in text
    seen = float(text.split("from ")[1].split(" sd")[0])
    differences = np.random.default_rng(0).normal(seen, 1, size=(40_000, 5))
    lower = differences.mean(axis=1) - 2.776445 * differences.std(axis=1, ddof=1) / np.sqrt(5)
    assert np.mean(lower > 0) == pytest.approx(0.8, abs=0.01)


def test_the_linear_reduction():
    text = working("SI-ERR.15")
    assert "= 2.25" in text and "= 1.25" in text
    gap, sums = re.search(r"differ by (.*) in spectral norm.* W_2, (.*)", text).groups()
    assert gap == sums and float(gap) > 0.1
