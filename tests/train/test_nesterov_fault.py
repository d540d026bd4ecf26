"""The library's Nesterov momentum with weight decay, beside the formula and beside ours."""

from __future__ import annotations

import pytest

from claimbook.train.nesterov_fault import by_the_formula, of_ours, of_the_library


def test_the_formula_by_hand():
    """0.5 of 1, once for itself and 0.9 of it for the momentum, at rate 0.1: 1 − 0.05 − 0.045."""
    path = by_the_formula(2)
    assert path[:2] == [1.0, pytest.approx(0.905)]
    assert path[2] == pytest.approx(0.905 - 0.1 * (0.4525 + 0.9 * (0.9 * 0.5 + 0.4525)))


def test_ours_is_the_formula_and_the_library_leaves_it():
    """When the library follows the formula, MXNet has been mended: the finding in the book is to be taken back."""
    formula, library = by_the_formula(20), of_the_library(20)
    assert of_ours(20) == pytest.approx(formula, rel=1e-5, abs=1e-7)
    assert library[1] == pytest.approx(formula[1]) and library[2] == pytest.approx(0.78237, abs=1e-5)
    assert all(abs(one - other) > 1e-3 for one, other in zip(library[2:], formula[2:], strict=True))
