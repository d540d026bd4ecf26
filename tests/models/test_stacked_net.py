"""The stacked net: a case by hand, equal to the theory net and to NumPy, its gradient, and what it refuses."""

from __future__ import annotations

import numpy as np
import pytest

from claimbook.book.shapes import layer_rows
from claimbook.errors import UsageError
from claimbook.models.stacked_net import StackedNet, mx
from claimbook.models.theory_net import TheoryNet
from claimbook.seeds import stream


def net_of(weights, linear=False, slope=0.25, hybridized=False):
    net = StackedNet(weights.shape[-1], len(weights), linear, slope)
    net.initialize()
    net.cast("float64")
    for parameter, weight in zip(net.weights, weights, strict=True):
        parameter.set_data(mx.nd.array(weight, dtype="float64"))
    if hybridized:
        net.hybridize(static_alloc=True, static_shape=True)
    return net


def by_hand(weights, x, linear=False, slope=0.25):
    """One example at a time, one unit at a time."""
    found = []
    for example in x:
        hidden = list(example)
        for number, weight in enumerate(weights):
            z = [hidden[i] + sum(weight[i][j] * hidden[j] for j in range(len(hidden))) for i in range(len(hidden))]
            bent = not linear or number == len(weights) - 1
            hidden = [value if value >= 0 or not bent else slope * value for value in z]
        found.append(sum(hidden))
    return np.array(found)


def test_two_layers_by_hand():
    """x = (1, −1), (W_1 + I) x = (2, −2), (W_2 + I) of what σ makes of it; the printed W_2 W_1 + I would be another."""
    weights = np.array([[[0.0, -1.0], [-1.0, 0.0]], [[0.0, 0.0], [3.0, 0.0]]])
    x = mx.nd.array([[1.0, -1.0]], dtype="float64")
    assert net_of(weights)(x).asscalar() == 2 + (3 * 2 - 0.5)
    assert net_of(weights, linear=True)(x).asscalar() == 2 + (3 * 2 - 2)
    assert net_of(weights, slope=0.0)(x).asscalar() == 2 + 3 * 2
    printed = np.maximum(z := (weights[1] @ weights[0] + np.eye(2)) @ [1.0, -1.0], 0.25 * z).sum()
    assert printed == 3.0


@pytest.mark.parametrize("linear", [False, True])
@pytest.mark.parametrize("hybridized", [False, True])
def test_outputs_and_gradients_are_those_of_the_formula(linear, hybridized):
    draw = stream(0, "test")
    weights, x = 0.3 * draw.normal(size=(3, 4, 4)), draw.normal(size=(7, 4))
    net = net_of(weights, linear, hybridized=hybridized)
    with mx.autograd.record():
        value = (y := net(mx.nd.array(x, dtype="float64"))).square().mean()
    value.backward()
    np.testing.assert_allclose(y.asnumpy(), by_hand(weights, x, linear), rtol=1e-12)
    for at in [(0, 0, 1), (1, 3, 2), (2, 2, 2)]:
        move = np.zeros_like(weights)
        move[at] = 1e-6
        ends = [np.mean(by_hand(weights + sign * move, x, linear) ** 2) for sign in (1, -1)]
        gradient = net.weights[at[0]].grad().asnumpy()[at[1:]]
        assert gradient == pytest.approx((ends[0] - ends[1]) / 2e-6, rel=1e-6)


def test_with_one_layer_it_is_the_theory_net():
    draw = stream(1, "test")
    weights, x = draw.normal(size=(1, 5, 5)), mx.nd.array(draw.normal(size=(9, 5)), dtype="float64")
    plain = TheoryNet(5)
    plain.initialize()
    plain.cast("float64")
    plain.weight.set_data(mx.nd.array(weights[0], dtype="float64"))
    for linear in (False, True):
        np.testing.assert_allclose(net_of(weights, linear)(x).asnumpy(), plain(x).asnumpy(), rtol=1e-13)


@pytest.mark.parametrize(("linear", "rows"), [(False, 7), (True, 5)])
def test_its_shape_table_has_a_row_for_each_layer(linear, rows):
    net = StackedNet(10, 3, linear)
    net.initialize()
    table = layer_rows(net, (10,))
    assert len(table) == rows and sum(row.parameters for row in table) == 300
    assert [row.layer for row in table[-2:]] == ["FixedPReLU", "PlainSum"] and table[-1].output == ()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"d": 0}, "d = 0"),
        ({"layers": 0}, "layers = 0"),
        ({"layers": True}, "layers = True"),
        ({"slope": float("nan")}, "slope = nan"),
    ],
)
def test_bad_input(given, said):
    with pytest.raises(UsageError, match=said):
        StackedNet(**{"d": 3, "layers": 2, **given})
