"""The theory net: a case by hand, the gradient against finite differences, MXNet against NumPy, and the kink at 0."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from claimbook.errors import UsageError
from claimbook.models.theory_net import ACTIVATIONS, TheoryNet, loss, loss_gradient, mx, outputs
from claimbook.seeds import stream

CASES = list(itertools.product(ACTIVATIONS, [True, False]))


def drawn(students=3, d=4, batch=20):
    random = stream(0, "test")
    return (random.normal(size=(students, d, d)), random.normal(size=(1, d, d)), random.normal(size=(batch, d)))


@pytest.mark.parametrize(
    ("activation", "expected"),
    [
        ("prelu", 2.0 + 0.25 * -1.5),
        ("relu", 2.0),
        ("leaky-relu", 2.0 - 0.015),
        ("softplus", math.log1p(math.exp(2.0)) + math.log1p(math.exp(-1.5))),
        ("tanh", math.tanh(2.0) + math.tanh(-1.5)),
    ],
)
def test_outputs_by_hand(activation, expected):
    """x = (1, −1); w_1 = (0.5, −0.5), w_2 = (−1, −0.5): with the identity 1 + 1 = 2 and −1 − 0.5 = −1.5."""
    weights, x = np.array([[[0.5, -0.5], [-1.0, -0.5]]]), np.array([[1.0, -1.0]])
    assert outputs(weights, x, True, activation) == pytest.approx(expected, rel=1e-12)
    without = outputs(weights - np.eye(2), x, False, activation)  # the same numbers, were they all in W
    assert without.shape == (1, 1) and without != pytest.approx(expected)
    assert outputs(weights + np.eye(2), x, False, activation) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(("activation", "identity"), CASES)
def test_the_gradient_is_that_of_the_loss(activation, identity):
    weights, teacher, x = drawn()
    found = loss_gradient(weights, teacher, x, identity, activation)
    step, expected = 1e-6, np.zeros(weights.shape)
    for i, j in np.ndindex(4, 4):
        move = np.zeros((4, 4))
        move[i, j] = step
        ends = [loss(weights + sign * move, teacher, x, identity, activation) for sign in (1, -1)]
        expected[:, i, j] = (ends[0] - ends[1]) / (2 * step)
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize(("activation", "identity"), CASES)
@pytest.mark.parametrize("hybridized", [False, True])
def test_the_block_and_its_gradient_equal_numpy(activation, identity, hybridized):
    weights, teacher, x = drawn(students=1)
    net = TheoryNet(4, identity, activation)
    net.initialize()
    net.cast("float64")
    net.weight.set_data(mx.nd.array(weights[0], dtype="float64"))
    if hybridized:
        net.hybridize(static_alloc=True, static_shape=True)
    wanted = mx.nd.array(outputs(teacher, x, identity, activation)[0], dtype="float64")
    with mx.autograd.record():
        y = net(mx.nd.array(x, dtype="float64"))
        value = ((y - wanted) ** 2).mean()
    value.backward()
    np.testing.assert_allclose(y.asnumpy(), outputs(weights, x, identity, activation)[0], rtol=1e-12)
    gradient = loss_gradient(weights, teacher, x, identity, activation)[0]
    np.testing.assert_allclose(net.weight.grad().asnumpy(), gradient, rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize("activation", ["prelu", "relu", "leaky-relu"])
def test_at_zero_the_derivative_is_one(activation):
    """From W = 0 without the identity all neurons are at 0, so the gradient's rows are 2 mean[−y* x], all the same."""
    _, teacher, x = drawn()
    wanted = outputs(teacher, x, False, activation)[0]
    expected = np.tile(-2 * (wanted[:, None] * x).mean(axis=0), (4, 1))
    gradient = loss_gradient(np.zeros((1, 4, 4)), teacher, x, False, activation)[0]
    np.testing.assert_allclose(gradient, expected, rtol=1e-12)
    net = TheoryNet(4, False, activation)
    net.initialize(mx.init.Zero())
    net.cast("float64")
    with mx.autograd.record():
        value = ((net(mx.nd.array(x, dtype="float64")) - mx.nd.array(wanted, dtype="float64")) ** 2).mean()
    value.backward()
    np.testing.assert_allclose(net.weight.grad().asnumpy(), expected, rtol=1e-10)


def test_each_student_has_its_own_teacher_where_there_are_as_many():
    weights, _, x = drawn()
    teachers = stream(1, "test").normal(size=weights.shape)
    together = loss_gradient(weights, teachers, x)
    for i in range(3):
        np.testing.assert_allclose(
            together[i], loss_gradient(weights[i : i + 1], teachers[i : i + 1], x)[0], rtol=1e-12
        )
    assert np.array_equal(loss(teachers, teachers, x), np.zeros(3))


def test_with_the_identity_the_neurons_cannot_be_exchanged_and_without_it_they_can():
    weights, _, x = drawn(students=1)
    exchanged = weights[:, ::-1]
    assert loss(exchanged, weights, x, identity=False) == pytest.approx(0, abs=1e-25)
    assert loss(exchanged, weights, x, identity=True) > 0.1


@pytest.mark.parametrize(
    ("given", "message"),
    [({"d": 0}, "d = 0"), ({"d": True}, "d = True"), ({"activation": "than"}, "Did you mean 'tanh'")],
)
def test_bad_input(given, message):
    with pytest.raises(UsageError, match=message):
        TheoryNet(**{"d": 3, **given})
