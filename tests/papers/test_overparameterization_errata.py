"""The slides' arithmetic, checked against other ways to the same numbers."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from claimbook.papers.overparameterization import theory
from claimbook.papers.overparameterization.errata import ARITHMETIC


def working(name):
    return "\n".join(ARITHMETIC.redo(name).working)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ethanol-rows", 2565),
        ("sensor-features", 128),
        ("flattened-units", 3136),
        ("hidden-product-columns", 512),
        ("output-product-columns", 10),
        ("plain-parameters", 1_663_370),
        ("added-parameters", 262_244),
        ("circulation", 1),
    ],
)
def test_quantities(name, value):
    quantity = ARITHMETIC.work_out(name)
    assert quantity.value == value and quantity.working


def test_the_factors_add_15_77_percent():
    quantity = ARITHMETIC.work_out("added-share")
    assert round(quantity.value, 2) == 15.77 and "1,925,614 in total" in quantity.working[-1]


def test_the_balance_stays_and_would_not_with_a_wrong_gradient():
    assert ARITHMETIC.work_out("balance-drift").value < 1e-13
    w1, w2 = np.random.default_rng(0).normal(size=(2, 3, 3))
    g1, g2 = theory.layer_gradients([w1, w2], np.ones((3, 3)))
    assert np.allclose(w2.T @ g2, g1 @ w1.T) and not np.allclose(w2.T @ g2, g1 @ w1)


def test_layer_gradients_by_finite_differences():
    generator = np.random.default_rng(1)
    weights = [generator.normal(size=shape) for shape in ((4, 5), (3, 4), (2, 3))]
    target = generator.normal(size=(2, 5))

    def loss(ws):
        return float((theory.product(ws) * target).sum())

    for j, gradient in enumerate(theory.layer_gradients(weights, target)):
        bumped = [w.copy() for w in weights]
        bumped[j][1, 2] += 1e-6
        assert (loss(bumped) - loss(weights)) / 1e-6 == pytest.approx(gradient[1, 2], rel=1e-5)


def test_the_gain_along_the_weights_is_the_depth():
    assert ARITHMETIC.work_out("gain-along-2").value == pytest.approx(2, abs=1e-5)
    assert ARITHMETIC.work_out("gain-along-3").value == pytest.approx(3, abs=1e-5)


def test_the_circulation_is_that_of_the_closed_form_and_zero_for_a_gradient_field():
    constant = np.array([1.0, 0.0])
    for depth in (3, 4, 8):
        power = 3 - 2 / depth
        exact = (2**power - 1) * (depth - 1) * (depth - 2) / (3 * depth - 2)
        found, error = theory.quarter_ring(lambda w: np.broadcast_to(constant, w.shape), depth)
        assert found == pytest.approx(exact, abs=10 * error)
    plain, error = theory.quarter_ring(lambda w: w * np.array([3.0, 1.0]), 1)  # N = 1: F is the gradient itself
    assert abs(plain) <= 10 * error


def test_only_the_corrected_eigenvalues_are_those_of_the_preconditioner():
    lines = working("OP-ERR.1").splitlines()
    assert float(lines[-1].split()[-1]) < 1e-12 and float(lines[-2].split()[-1]) > 0.1


def test_keras_models_have_129_131_and_133_parameters():
    assert [line.split("= ")[-1] for line in working("OP-ERR.3").splitlines()] == ["129", "131", "133"]


def test_the_grids_differ_by_two_rates():
    assert "0.0001, 0.0005" in working("OP-ERR.4") and "factor 20" in working("OP-ERR.4")


def test_the_cut_normal_has_the_sd_that_scipy_gives():
    sd = 0.1 * stats.truncnorm(-2, 2).std()
    assert f"sd {sd:.4f}" in working("OP-ERR.7")
    draws = 0.1 * stats.truncnorm(-2, 2).rvs(size=(2, 300, 512), random_state=0)
    product = draws[0] @ draws[1].T
    assert f"{product.std() / sd:.1f}" == "2.0" and "1.99 times" in working("OP-ERR.7")
