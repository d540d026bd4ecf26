"""PReLU: values, gradients against finite differences in every way of running it, and the library's fault."""

from __future__ import annotations

import os
import subprocess
import sys
import types

import numpy as np
import pytest

from claimbook import machine
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


class Plain(PReLU):
    """As it was without `F.identity`."""

    def hybrid_forward(self, F, z, slope=None):
        return super().hybrid_forward(types.SimpleNamespace(**{**vars(F), "identity": lambda z: z}), z, slope)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("units", [None, 4])
def test_in_fp32_the_identity_in_it_changes_no_bit(units, way):
    random, found = np.random.default_rng(2), []
    z, weights = random.normal(size=(65, 4)).astype("float32"), mx.nd.array(random.normal(size=(65, 4)))
    z[::5] = 0.0
    for block in (PReLU(units), Plain(units)):
        block.initialize()
        if WAYS[way] is not None:
            block.hybridize(**WAYS[way])
        x = mx.nd.array(z)
        x.attach_grad()
        with mx.autograd.record():
            out = block(x)
            loss = (weights * out**2).sum()
        loss.backward()
        found.append([array.asnumpy().tobytes() for array in (out, x.grad, block.slope.grad())])
    assert found[0] == found[1]


BF16 = """
import numpy as np
from claimbook.train.precision import prepare
prepare("bf16")
from claimbook.models.prelu import PReLU, mx
net = mx.gluon.nn.HybridSequential()
net.add(mx.gluon.nn.Dense(3, in_units=3, use_bias=False), PReLU())
net.initialize(mx.init.One())
net.hybridize(static_alloc=True, static_shape=True)
for x in ([[1.0, 2.0, -7.0]], [[0.0, 0.0, 0.0]]):
    x = mx.nd.array(x)
    x.attach_grad()
    with mx.autograd.record():
        out = net(x)
    out.backward()
    print(np.dtype(out.dtype).name, out.asnumpy().tolist(), x.grad.asnumpy().tolist())
"""


@pytest.mark.skipif("avx512f" not in machine.cpu().features, reason="MXNet has no bfloat16 for this processor")
def test_in_bf16_it_computes_in_float32_and_the_derivative_at_zero_is_the_slope():
    """One process for it: slope 0.25, three units, each the sum of x."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "OMP_NUM_THREADS": "1"}
    done = subprocess.run([sys.executable, "-c", BF16], capture_output=True, text=True, env=environment, timeout=300)
    assert done.returncode == 0, done.stderr
    negative, zero = done.stdout.splitlines()
    assert negative == f"float32 {[[-1.0] * 3]} {[[0.75] * 3]}"
    assert zero == f"float32 {[[0.0] * 3]} {[[0.75] * 3]}"


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
