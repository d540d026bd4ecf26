"""PReLU: values, gradients against finite differences in every way of running it, and the library's fault."""

from __future__ import annotations

import numpy as np
import pytest

from claimbook.errors import UsageError
from claimbook.models.prelu import PReLU, library_fault, mx, slope_gradients

WAYS = {"imperative": None, "hybridized": {}, "static": {"static_alloc": True, "static_shape": True}}


def by_hand(z, slope):
    return np.where(z > 0, z, slope * z)


def gradients(block, z, weights, way):
    """Value, gradient by z and by the slope of Σ weights · prelu(z)², in double precision."""
    block.initialize()
    block.cast("float64")
    if WAYS[way] is not None:
        block.hybridize(**WAYS[way])
    x, w = mx.nd.array(z, dtype="float64"), mx.nd.array(weights, dtype="float64")
    x.attach_grad()
    with mx.autograd.record():
        out = block(x)
        loss = (w * out**2).sum()
    loss.backward()
    slope = block.slope.grad().asnumpy() if hasattr(block, "slope") else None
    return out.asnumpy(), x.grad.asnumpy(), slope


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("units", [None, 4])
def test_value_and_gradients(units, way):
    random = np.random.default_rng(0)
    z, weights = random.normal(size=(7, 4)), random.normal(size=(7, 4))
    slopes = np.full(units or 1, 0.25)
    out, of_z, of_slope = gradients(PReLU(units), z, weights, way)
    np.testing.assert_allclose(out, by_hand(z, slopes), rtol=1e-14)

    def loss(z, slopes):
        return (weights * by_hand(z, slopes) ** 2).sum()

    step = 1e-6
    for i in range(len(slopes)):
        move = step * np.eye(len(slopes))[i]
        assert of_slope[i] == pytest.approx((loss(z, slopes + move) - loss(z, slopes - move)) / (2 * step), rel=1e-7)
    for at in np.ndindex(z.shape):
        move = np.zeros(z.shape)
        move[at] = step
        assert of_z[at] == pytest.approx((loss(z + move, slopes) - loss(z - move, slopes)) / (2 * step), rel=1e-6)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("made", [{}, {"units": 3}, {"learned": False}])
def test_at_zero_the_derivative_is_the_slope(made, way):
    block = PReLU(**made, start=0.3)
    block.initialize()
    if WAYS[way] is not None:
        block.hybridize(**WAYS[way])
    x = mx.nd.array([[0.0, -0.0, 0.0]])
    x.attach_grad()
    with mx.autograd.record():
        out = block(x)
    out.backward()
    assert not out.asnumpy().any()
    np.testing.assert_allclose(x.grad.asnumpy(), 0.3, rtol=1e-6)


def test_between_two_layers_all_three_ways_agree():
    """Where the library's fails."""
    found = slope_gradients(PReLU)
    assert found.imperative == pytest.approx(found.finite_differences, rel=1e-7)
    assert found.hybridized == pytest.approx(found.finite_differences, rel=1e-7)


def test_the_library_is_wrong_when_hybridized():
    """When this fails, MXNet has been mended: the finding in the book is to be taken back."""
    found = library_fault()
    assert found.imperative == pytest.approx(found.finite_differences, rel=1e-6)
    assert found.hybridized == pytest.approx(0.25 * found.finite_differences, rel=1e-6)
    assert abs(found.finite_differences) > 1


def test_a_fixed_slope_is_no_parameter():
    block = PReLU(start=0.01, learned=False)
    assert not list(block.collect_params())
    assert block(mx.nd.array([[-2.0, 3.0]])).asnumpy().tolist() == [[pytest.approx(-0.02), 3.0]]


def test_more_axes_share_one_slope():
    block = PReLU()
    block.initialize()
    z = np.random.default_rng(1).normal(size=(2, 3, 4, 5)).astype("float32")
    np.testing.assert_allclose(block(mx.nd.array(z)).asnumpy(), by_hand(z, np.float32(0.25)), rtol=1e-6)


def test_what_is_not_a_number_stays_so():
    block = PReLU()
    block.initialize()
    assert np.isnan(block(mx.nd.array([[np.nan]])).asnumpy()).all()


@pytest.mark.parametrize("given", [{"units": 0}, {"units": 2.5}, {"units": True}, {"start": float("nan")}])
def test_bad_input(given):
    with pytest.raises(UsageError, match="units =|start ="):
        PReLU(**given)
