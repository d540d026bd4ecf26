"""The linear network: its counts, its product, its loss."""

from __future__ import annotations

import numpy as np
import pytest

from claimbook.errors import UsageError
from claimbook.models.deep_linear import DeepLinear, LpLoss, mx
from claimbook.train.lp_descent import LpDescent


@pytest.mark.parametrize(("depth", "width", "count"), [(1, 1, 128), (2, 1, 129), (3, 1, 130), (3, 10, 1280 + 100 + 10)])
def test_parameter_count(depth, width, count):
    net = DeepLinear(depth, 128, width)
    net.initialize()
    assert sum(int(np.prod(p.shape)) for p in net.collect_params().values()) == count


def test_prediction_is_the_product_of_the_matrices():
    random = np.random.default_rng(0)
    matrices = [random.standard_normal(shape) for shape in ((4, 7), (4, 4), (1, 4))]
    x = random.standard_normal((5, 7))
    net = DeepLinear(3, 7, 4)
    net.start_from(matrices, "float64")
    out = net(mx.nd.array(x, dtype="float64")).asnumpy()
    np.testing.assert_allclose(out, x @ (matrices[2] @ matrices[1] @ matrices[0]).T, rtol=1e-12)


def test_a_wrong_number_of_matrices_is_refused():
    with pytest.raises(ValueError, match="2 matrices for a network of depth 3"):
        DeepLinear(3, 7, 4).start_from([np.zeros((4, 7)), np.zeros((4, 4))])


@pytest.mark.parametrize(("p", "value"), [(2, (1 + 9) / 2 / 2), (4, (1 + 81) / 4 / 2)])
def test_loss_by_hand(p, value):
    """Residuals 1 and −3."""
    prediction, y = mx.nd.array([[2.0], [0.0]]), mx.nd.array([[1.0], [3.0]])
    assert LpLoss(p)(prediction, y).asscalar() == pytest.approx(value)


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"depth": 0}, "depth = 0"),
        ({"depth": 2.5}, "depth = 2.5"),
        ({"width": 0}, "width = 0"),
        ({"width": -1}, "width"),
    ],
)
def test_there_is_no_network_without_a_layer_or_a_unit(given, named):
    with pytest.raises(UsageError, match=named):
        DeepLinear(**{"depth": 2, "inputs": 3, **given})


@pytest.mark.parametrize("p", [3, 0, -2, 2.0, True])
def test_only_even_powers_are_losses(p):
    with pytest.raises(UsageError, match="p = "):
        LpLoss(p)
    with pytest.raises(UsageError, match="even"):
        LpDescent(np.ones((4, 3)), np.ones(4), 2, p)


def test_biases_are_added_where_asked_for():
    net = DeepLinear(2, 3, biases=True)
    net.start_from([np.ones((1, 3)), np.ones((1, 1))])
    assert sum(parameter.data().size for parameter in net.collect_params().values()) == 6
