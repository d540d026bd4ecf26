"""What is looked at of stacked students: what leaves the outputs as they are leaves the matched distance at 0."""

from __future__ import annotations

import numpy as np
import pytest

from claimbook.seeds import stream
from claimbook.train import stacked_views as views

DRAW = stream(3, "test")
NET = np.eye(4) + 0.3 * DRAW.standard_normal((3, 4, 4))
X = DRAW.standard_normal((50, 4))


def same(one, other, linear):
    return np.allclose(views.outputs(one, X, 0.25, linear), views.outputs(other, X, 0.25, linear), rtol=1e-10)


def rescaled(net):
    """Hidden neurons times positive numbers, and the next layer's columns over them."""
    own = net.copy()
    for number, factors in enumerate(([1.5, 0.3, 2.0, 1.0], [0.2, 1.0, 3.0, 0.7])):
        own[number] *= np.array(factors)[:, None]
        own[number + 1] /= factors
    return own


def test_a_net_with_rescaled_hidden_neurons_is_the_same_net_with_other_weights():
    own = rescaled(NET)
    assert same(own, NET, False) and views.distance(own, NET) > 1
    assert views.matched_distance(own, NET, False) < 1e-12
    assert views.product_distance(own, NET) < 1e-12


def test_vectors_of_length_one_and_the_same_net():
    scaled = views.of_length_one(NET)
    np.testing.assert_allclose(np.linalg.norm(scaled[:2], axis=2), 1)
    assert same(scaled, NET, False) and not np.allclose(np.linalg.norm(scaled[2], axis=1), 1)
    np.testing.assert_allclose(scaled, views.of_length_one(rescaled(NET)), rtol=1e-13)
    dead = NET.copy()
    dead[0, 2] = 0
    assert np.isfinite(views.of_length_one(dead)).all() and same(views.of_length_one(dead), dead, False)


def test_factors_of_one_product_are_one_linear_net_but_not_one_of_prelus():
    between = np.eye(4) + 0.2 * DRAW.standard_normal((4, 4))
    own = np.stack([NET[0], between @ NET[1], NET[2] @ np.linalg.inv(between)])
    assert same(own, NET, True) and not same(own, NET, False)
    assert views.matched_distance(own, NET, True) < 1e-12 < 0.1 < views.matched_distance(own, NET, False)
    np.testing.assert_allclose(views.product(NET), NET[2] @ NET[1] @ NET[0], rtol=1e-12)


def test_nets_that_differ_are_apart():
    other = NET.copy()
    other[1, 0] *= 1.1  # one neuron, and nothing takes it back
    for linear in (False, True):
        assert not same(other, NET, linear) and views.matched_distance(other, NET, linear) > 0.01


@pytest.mark.parametrize("linear", [False, True])
def test_with_one_layer_all_distances_are_the_same(linear):
    one, other = NET[:1], NET[1:2]
    expected = np.linalg.norm(NET[0] - NET[1])
    assert views.distance(one, other) == pytest.approx(expected)
    assert views.matched_distance(one, other, linear) == pytest.approx(expected) == views.product_distance(one, other)


def test_the_loss_of_a_student_that_blew_up_is_not_finite_and_says_nothing():
    targets = views.outputs(NET, X, 0.25, False)
    assert views.loss(NET, X, targets, 0.25, False) == 0 < views.loss(rescaled(NET) * 1.1, X, targets, 0.25, False)
    assert not np.isfinite(views.loss(NET * 1e200, X, targets, 0.25, False))
    assert not np.isfinite(views.loss(NET * np.nan, X, targets, 0.25, True))
