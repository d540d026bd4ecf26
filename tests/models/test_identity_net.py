"""The identity net: output and gradients against NumPy in float64, its counts, where it starts, what is refused."""

from __future__ import annotations

import math

import numpy as np
import pytest

from claimbook.errors import UsageError
from claimbook.models.identity_net import IdentityNet, mx, start
from claimbook.models.losses import CrossEntropy
from claimbook.seeds import stream
from claimbook.train.weights import set_values, values, weights_of

SMALL = {"inputs": 6, "width": 6, "classes": 4}
ARMS = [("relu", "layer"), ("prelu", "layer"), ("prelu", "unit")]


def made(kind="xavier", seed=0, dtype="float64", **given):
    net = IdentityNet(**{**SMALL, **given})
    net.initialize()
    net.cast(dtype)
    first = start(net, seed, kind)
    set_values(weights_of(net), first)
    return net, first


def images(n=9, inputs=6, classes=4):
    random = stream(1, "test")
    return random.integers(0, 256, (n, inputs)), random.integers(0, classes, n)


def by_hand(weights, x, y, identity):
    """Logits, mean cross-entropy and its gradients, by the chain rule on paper."""
    x = x / 255
    slope = weights.get("activation.slope", np.zeros(1))
    z = x @ weights["dense1.weight"].T + weights["dense1.bias"] + (x if identity else 0)
    h = np.where(z > 0, z, slope * z)
    logits = h @ weights["dense2.weight"].T + weights["dense2.bias"]
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    of_logits = (shares - np.eye(logits.shape[1])[y]) / len(y)
    of_h = of_logits @ weights["dense2.weight"]
    of_z = of_h * np.where(z > 0, 1, slope)
    of_slopes = (of_h * np.where(z > 0, 0, z)).sum(axis=0)
    gradients = {
        "dense1.weight": of_z.T @ x,
        "dense1.bias": of_z.sum(axis=0),
        "dense2.weight": of_logits.T @ h,
        "dense2.bias": of_logits.sum(axis=0),
        "activation.slope": of_slopes if len(slope) > 1 else of_slopes.sum(keepdims=True),
    }
    return logits, -np.log(shares[np.arange(len(y)), y]).mean(), gradients


@pytest.mark.parametrize("identity", [False, True])
@pytest.mark.parametrize(("activation", "slopes"), ARMS)
def test_output_and_gradients_equal_numpy(activation, slopes, identity):
    net, weights = made(activation=activation, slopes=slopes, identity=identity)
    random = stream(2, "test")
    for name, array in weights.items():  # biases and slopes that differ from each other
        weights[name] = array + 0.1 * random.normal(size=array.shape)
    set_values(weights_of(net), weights)
    x, y = images()
    objective = CrossEntropy(net)
    objective.hybridize(static_alloc=True, static_shape=True)
    with mx.autograd.record():
        loss = objective(mx.nd.array(x, dtype="uint8"), mx.nd.array(y, dtype="float64"))
    loss.backward()
    logits, expected, gradients = by_hand(weights, x, y, identity)
    np.testing.assert_allclose(net(mx.nd.array(x, dtype="uint8")).asnumpy(), logits, rtol=1e-11)
    assert loss.asscalar() == pytest.approx(expected, rel=1e-11)
    assert set(weights) == set(gradients) - ({"activation.slope"} if activation == "relu" else set())
    for name, parameter in weights_of(net).items():
        np.testing.assert_allclose(parameter.grad().asnumpy(), gradients[name], rtol=1e-9, atol=1e-15, err_msg=name)


@pytest.mark.parametrize(
    ("given", "count"),
    [
        ({"activation": "relu"}, 623_290),
        ({"activation": "prelu"}, 623_291),
        ({"activation": "prelu", "slopes": "unit"}, 623_290 + 784),
    ],
)
def test_parameter_count(given, count):
    assert sum(math.prod(parameter.shape) for parameter in weights_of(IdentityNet(**given)).values()) == count


def steps(net, count, rate=0.5):
    """SGD by hand; the weights after each step."""
    x, y = images()
    objective, found = CrossEntropy(net), [values(weights_of(net))]
    for _ in range(count):
        with mx.autograd.record():
            loss = objective(mx.nd.array(x, dtype="uint8"), mx.nd.array(y, dtype="float64"))
        loss.backward()
        for parameter in weights_of(net).values():
            parameter.set_data(parameter.data() - rate * parameter.grad())
        found.append(values(weights_of(net)))
    return found


def moved(before, after):
    return {name for name in before if not np.array_equal(before[name], after[name])}


@pytest.mark.parametrize("activation", ["relu", "prelu"])
def test_from_zero_without_the_identity_only_the_last_bias_ever_moves(activation):
    net, _ = made("zero", activation=activation, identity=False)
    path = steps(net, 3)
    assert moved(path[0], path[-1]) == {"dense2.bias"}
    outputs = net(mx.nd.array(images()[0], dtype="uint8")).asnumpy()
    assert (outputs == outputs[0]).all() and outputs[0].argmax() == np.bincount(images()[1]).argmax()


def test_from_zero_with_the_identity_the_last_layer_moves_first_and_then_all():
    net, _ = made("zero", activation="prelu", identity=True)
    path = steps(net, 2)
    assert moved(path[0], path[1]) == {"dense2.weight", "dense2.bias"}
    assert {"dense1.weight", "dense1.bias"} <= moved(path[1], path[2])


def test_a_black_pixel_at_a_zero_start_passes_the_slope_on():
    """z is exactly 0 there, and the derivative is the slope: the unit of a black pixel learns, if slowly."""
    net, weights = made("zero", activation="prelu", identity=True)
    weights["dense2.weight"][:] = stream(3, "test").normal(size=(4, 6))
    set_values(weights_of(net), weights)
    x, y = images()
    x[:, 2] = 0
    with mx.autograd.record():
        loss = CrossEntropy(net)(mx.nd.array(x, dtype="uint8"), mx.nd.array(y, dtype="float64"))
    loss.backward()
    gradient = net.dense1.weight.grad().asnumpy()
    np.testing.assert_allclose(gradient, by_hand(weights, x, y, True)[2]["dense1.weight"], rtol=1e-9, atol=1e-15)
    assert np.abs(gradient[2]).max() > 0


def test_arms_of_one_seed_start_from_the_same_numbers():
    one = made(activation="relu", identity=False)[1]
    two = made(activation="prelu", identity=True, slopes="unit")[1]
    other = made(seed=1)[1]
    for name in one:
        assert np.array_equal(one[name], two[name])
    assert two["activation.slope"].tolist() == [0.25] * 6
    assert not np.array_equal(one["dense1.weight"], other["dense1.weight"])
    assert all(array.dtype == np.float64 for array in two.values())


def test_the_xavier_start():
    """Uniform in ±√(6 / (784 + 784)) = ±0.0619, sd that over √3; ±√(6 / 794) = ±0.0869 in the last layer."""
    found = start(IdentityNet(), 0)
    for name, limit in (("dense1.weight", 0.061859), ("dense2.weight", 0.086929)):
        values = found[name]
        assert 0.99 * limit < np.abs(values).max() <= limit * 1.0001
        assert values.std() == pytest.approx(limit / math.sqrt(3), rel=0.02) and abs(values.mean()) < 0.002
    assert not found["dense1.bias"].any() and not found["dense2.bias"].any()
    zero = start(IdentityNet(), 0, "zero")
    assert {name for name, array in zero.items() if array.any()} == {"activation.slope"}


def test_images_may_have_sides():
    net, _ = made(inputs=9, width=9)
    x = mx.nd.array(stream(4, "test").integers(0, 256, (2, 3, 3)), dtype="uint8")
    assert np.array_equal(net(x).asnumpy(), net(x.reshape((2, 9))).asnumpy())


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"width": 5}, "width = 5 does not go with the identity: the input has 6 numbers"),
        ({"width": 0}, "width = 0"),
        ({"width": 2.5, "identity": False}, "width = 2.5"),
        ({"inputs": -1}, "inputs = -1"),
        ({"classes": 0}, "classes = 0"),
        ({"activation": "prelou"}, "Did you mean 'prelu'"),
        ({"slopes": "pixel"}, "no kind of slopes named 'pixel'"),
    ],
)
def test_bad_input(given, message):
    with pytest.raises(UsageError, match=message):
        IdentityNet(**{**SMALL, **given})


def test_an_unknown_start():
    with pytest.raises(UsageError, match="no start named 'zeros'(.|\n)*Did you mean 'zero'"):
        start(IdentityNet(**SMALL), 0, "zeros")


def test_without_the_identity_any_width_will_do():
    net, _ = made(width=11, identity=False)
    assert net(mx.nd.array(images()[0], dtype="uint8")).shape == (9, 4)
