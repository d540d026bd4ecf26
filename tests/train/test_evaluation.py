"""Answers, errors and losses on held-out data."""

from __future__ import annotations

import numpy as np
import pytest

from claimbook.train.evaluation import answers, cross_entropy, error
from claimbook.train.loop import mx


def test_answers_do_not_depend_on_how_they_are_parted_and_nothing_is_dropped():
    net = mx.gluon.nn.HybridSequential()
    net.add(mx.gluon.nn.Dense(3, in_units=4), mx.gluon.nn.Dropout(0.9))
    net.initialize(mx.init.Normal(1.0))
    x = np.random.default_rng(0).standard_normal((11, 4))
    weight, bias = net[0].weight.data().asnumpy(), net[0].bias.data().asnumpy()
    for together in (4, 11, 500):
        np.testing.assert_allclose(answers(net, mx.nd.array(x), together), x @ weight.T + bias, rtol=1e-5, atol=1e-5)
    with pytest.raises(ValueError, match="no examples"):
        answers(net, np.zeros((0, 4)))


def test_error_and_cross_entropy_by_hand():
    outputs = np.array([[2.0, 0.0], [0.0, 1.0], [3.0, 0.0]], np.float32)
    targets = np.array([0, 0, 0])
    assert error(outputs, targets) == 1 / 3
    expected = np.mean([np.log(1 + np.exp(-2.0)), np.log(1 + np.exp(1.0)), np.log(1 + np.exp(-3.0))])
    assert cross_entropy(outputs, targets) == pytest.approx(expected, rel=1e-12)
    assert cross_entropy(np.array([[1000.0, 0.0]]), np.array([1])) == 1000.0


def test_an_answer_that_is_no_number_is_not_class_0():
    assert np.isnan(error(np.array([[np.nan, 0.0], [0.0, 1.0]]), np.array([0, 1])))
