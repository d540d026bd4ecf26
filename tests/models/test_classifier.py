"""Loss and accuracy of a training step, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from claimbook.models.classifier import Objective
from claimbook.models.vgg import mx


class Given(mx.gluon.HybridBlock):
    """A net that gives its input, times a mask where there is one."""

    def hybrid_forward(self, F, x, mask=None):
        return F.identity(x) if mask is None else x * mask


def test_loss_accuracy_and_gradient_by_hand():
    """Logits 0, ln 3 | ln 9, 0 | 1, 1: probabilities 1/4, 3/4 | 9/10, 1/10 | 1/2, 1/2, all of class 0.

    Right are the second and, since of equal logits the first counts, the third. The accuracy has no gradient.
    """
    objective, x = Objective(Given()), mx.nd.array([[0, np.log(3)], [np.log(9), 0], [1, 1]])
    x.attach_grad()
    with mx.autograd.record():
        loss = objective(x, mx.nd.zeros(3))
    loss.backward()
    assert loss.asscalar() == pytest.approx((np.log(4) + np.log(10 / 9) + np.log(2)) / 3, rel=1e-5)
    assert objective.accuracy.asscalar() == pytest.approx(2 / 3)
    expected = np.array([[-3 / 4, 3 / 4], [-1 / 10, 1 / 10], [-1 / 2, 1 / 2]]) / 3
    np.testing.assert_allclose(x.grad.asnumpy(), expected, rtol=1e-5)


def test_further_inputs_go_to_the_net():
    objective = Objective(Given())
    x, y = mx.nd.array([[0, 5.0]]), mx.nd.array([1])
    assert objective(x, y, mx.nd.zeros((1, 2))).asscalar() == pytest.approx(np.log(2), rel=1e-5)
    assert objective.accuracy.asscalar() == 0
