"""The end-to-end rule: its two forms against each other, against NumPy, and against a network really trained."""

from __future__ import annotations

import numpy as np
import pytest

from claimbook.compat import mxnet
from claimbook.errors import UsageError
from claimbook.train.end_to_end import EndToEnd, emulate, general_form, single_output_form

mx = mxnet()


def power(symmetric: np.ndarray, exponent: float) -> np.ndarray:
    """A power of a symmetric matrix from all of its eigenvectors, 0⁰ = 1."""
    values, vectors = np.linalg.eigh(symmetric)
    values = np.where(values > 1e-12 * values.max(), values, 0.0)
    return vectors @ np.diag(values**exponent) @ vectors.T


def by_hand(weight: np.ndarray, gradient: np.ndarray, depth: int) -> np.ndarray:
    """The slides' sum, term by term."""
    return sum(
        power(weight @ weight.T, (j - 1) / depth) @ gradient @ power(weight.T @ weight, (depth - j) / depth)
        for j in range(1, depth + 1)
    )


def matrices(shape: tuple[int, int], rank: int | None = None):
    random = np.random.default_rng(shape[0] * 10 + shape[1])
    weight, gradient = random.standard_normal(shape), random.standard_normal(shape)
    if rank is not None:
        left, singular, right = np.linalg.svd(weight, full_matrices=False)
        weight = (left[:, :rank] * singular[:rank]) @ right[:rank]
    return weight, gradient


def computed(form, weight, gradient, depth, dtype="float64"):
    return form(mx.nd.array(weight, dtype=dtype), mx.nd.array(gradient, dtype=dtype), depth).asnumpy()


@pytest.mark.parametrize("depth", [1, 2, 3, 4, 8])
@pytest.mark.parametrize(("shape", "rank"), [((4, 7), None), ((7, 4), None), ((5, 5), None), ((4, 7), 2), ((7, 4), 1)])
def test_the_general_form_equals_numpy_also_where_w_has_no_full_rank(depth, shape, rank):
    weight, gradient = matrices(shape, rank)
    expected = by_hand(weight, gradient, depth)
    np.testing.assert_allclose(computed(general_form, weight, gradient, depth), expected, rtol=1e-9, atol=1e-11)
    in_single = computed(general_form, weight, gradient, depth, "float32")
    np.testing.assert_allclose(in_single, expected, rtol=2e-5, atol=2e-5)


@pytest.mark.parametrize("depth", [1, 2, 3, 5])
def test_with_one_output_both_forms_are_the_same(depth):
    weight, gradient = matrices((1, 9))
    closed = computed(single_output_form, weight, gradient, depth)
    np.testing.assert_allclose(closed, computed(general_form, weight, gradient, depth), rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(closed, by_hand(weight, gradient, depth), rtol=1e-9, atol=1e-12)


def test_by_hand_in_two_dimensions():
    """W = (2, 0), g = (1, 1), N = 2: ‖W‖ = 2, Proj_W g = (1, 0), so 2 · ((1, 1) + (1, 0)) = (4, 2)."""
    weight, gradient = np.array([[2.0, 0.0]]), np.array([[1.0, 1.0]])
    assert computed(single_output_form, weight, gradient, 2).tolist() == [[4.0, 2.0]]
    np.testing.assert_allclose(computed(general_form, weight, gradient, 2), [[4.0, 2.0]], rtol=1e-14)


@pytest.mark.parametrize("shape", [(1, 5), (3, 5)])
def test_at_zero_only_a_single_layer_moves(shape):
    _, gradient = matrices(shape)
    for form in (general_form, single_output_form)[: 1 if shape[0] > 1 else 2]:
        assert np.array_equal(computed(form, np.zeros(shape), gradient, 1), gradient)
        assert not computed(form, np.zeros(shape), gradient, 3).any()


@pytest.mark.parametrize(("depth", "shape"), [(1, (1, 5)), (2, (1, 5)), (3, (1, 5)), (3, (4, 5)), (2, (5, 4))])
def test_the_optimizer_decays_the_product_of_n_decayed_factors(depth, shape):
    """To first order in η, N factors times (1 − η λ) each; and the rate, the scale and the clip are MXNet's own."""
    weight, gradient = matrices(shape)
    rule = mx.optimizer.create("endtoend", depth=depth, learning_rate=0.1, wd=0.03, rescale_grad=0.5, clip_gradient=0.5)
    assert isinstance(rule, EndToEnd)
    moved = mx.nd.array(weight, dtype="float64")
    rule.update(0, moved, mx.nd.array(gradient, dtype="float64"), rule.create_state(0, moved))
    clipped = np.clip(0.5 * gradient, -0.5, 0.5)
    expected = (1 - 0.1 * 0.03 * depth) * weight - 0.1 * by_hand(weight, clipped, depth)
    np.testing.assert_allclose(moved.asnumpy(), expected, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize(("depth", "decay"), [(2, 0.0), (3, 0.0), (3, 0.2)])
def test_as_the_step_goes_to_zero_the_rule_is_the_product_of_a_trained_network(depth, decay):
    """A balanced net with 3 outputs and decayed factors; the gap at one time shrinks in proportion to the step."""
    random = np.random.default_rng(depth)
    x, y = random.standard_normal((30, 4)), random.standard_normal((30, 3))
    left, right = np.linalg.qr(random.standard_normal((3, 3)))[0], np.linalg.qr(random.standard_normal((4, 3)))[0].T
    root = np.diag(np.array([0.9, 0.6, 0.3]) ** (1 / depth))
    start = [root @ right, *[root] * (depth - 2), left @ root]
    gaps = []
    for halving in range(3):
        rate, steps = 0.04 / 2**halving, 25 * 2**halving
        factors, product = [factor.copy() for factor in start], mx.nd.array(whole(start), dtype="float64")
        rule = EndToEnd(depth, learning_rate=rate, wd=decay)
        for _ in range(steps):
            slopes = factor_gradients(factors, gradient_of(whole(factors), x, y))
            factors = [(1 - rate * decay) * w - rate * g for w, g in zip(factors, slopes, strict=True)]
            rule.update(0, product, mx.nd.array(gradient_of(product.asnumpy(), x, y), dtype="float64"), None)
        gaps.append(np.linalg.norm(whole(factors) - product.asnumpy()) / np.linalg.norm(whole(factors)))
    orders = np.log2(np.array(gaps[:-1]) / gaps[1:])
    assert gaps[0] < 0.05 and np.linalg.norm(whole(factors) - whole(start)) > 0.3
    np.testing.assert_allclose(orders, 1.0, atol=0.1)


def whole(factors):
    product = factors[0]
    for factor in factors[1:]:
        product = factor @ product
    return product


def gradient_of(weight, x, y):
    return (x @ weight.T - y).T @ x / len(x)


def factor_gradients(factors, gradient):
    slopes = []
    for j in range(len(factors)):
        above, below = np.eye(3), np.eye(4)
        for factor in factors[j + 1 :]:
            above = factor @ above
        for factor in factors[:j]:
            below = factor @ below
        slopes.append(above.T @ gradient @ below.T)
    return slopes


@pytest.mark.parametrize(("depth", "p", "general"), [(1, 2, False), (2, 4, False), (3, 2, False), (3, 4, True)])
def test_emulate_equals_the_slides_code_in_numpy(depth, p, general):
    random = np.random.default_rng(7)
    x, y, w = random.standard_normal((40, 6)), random.standard_normal(40), 0.3 * random.standard_normal((1, 6))
    losses, last = emulate(x, y, w, depth, p, 0.02, 60, weight_decay=0.1, dtype="float64", general=general)
    expected = []
    for _ in range(60):
        residual = x @ w[0] - y
        expected.append(np.mean(residual**p) / p)
        gradient, norm = (x.T @ residual ** (p - 1) / len(y))[None], np.linalg.norm(w)
        unit = w / norm
        step = norm ** (2 - 2 / depth) * (gradient + (depth - 1) * (gradient @ unit.T) * unit)
        w = (1 - 0.02 * 0.1 * depth) * w - 0.02 * step
    np.testing.assert_allclose(losses, expected, rtol=1e-10)
    np.testing.assert_allclose(last, w, rtol=1e-9)


@pytest.mark.parametrize("depth", [0, -1, 1.5, True])
def test_a_depth_that_is_none_is_refused(depth):
    with pytest.raises(UsageError, match="number of matrices"):
        EndToEnd(depth)


def test_a_bias_is_refused():
    rule = EndToEnd(2)
    with pytest.raises(UsageError, match=r"shape \(5,\)"):
        rule.update(0, mx.nd.ones(5), mx.nd.ones(5), None)
