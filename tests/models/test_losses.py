"""Mean cross-entropy by hand."""

from __future__ import annotations

import numpy as np
import pytest

from claimbook.models.losses import CrossEntropy
from claimbook.models.prelu import mx


class Given(mx.gluon.HybridBlock):
    """A net that gives its input, times a mask where there is one."""

    def hybrid_forward(self, F, x, mask=None):
        return F.identity(x) if mask is None else x * mask


@pytest.mark.parametrize("hybridized", [False, True])
def test_loss_and_gradient_by_hand(hybridized):
    """Two examples of two classes with logits 0, ln 3 and ln 9, 0: probabilities 1/4, 3/4 and 9/10, 1/10."""
    objective = CrossEntropy(Given())
    if hybridized:
        objective.hybridize(static_alloc=True, static_shape=True)
    x = mx.nd.array([[0, np.log(3)], [np.log(9), 0]])
    x.attach_grad()
    with mx.autograd.record():
        loss = objective(x, mx.nd.array([0, 0]))
    loss.backward()
    assert loss.shape == (1,) and loss.asscalar() == pytest.approx((np.log(4) + np.log(10 / 9)) / 2, rel=1e-6)
    np.testing.assert_allclose(x.grad.asnumpy(), np.array([[-3 / 4, 3 / 4], [-1 / 10, 1 / 10]]) / 2, rtol=1e-5)


def test_further_inputs_go_to_the_net():
    x, y = mx.nd.array([[0, 5.0]]), mx.nd.array([1])
    assert CrossEntropy(Given())(x, y, mx.nd.zeros((1, 2))).asscalar() == pytest.approx(np.log(2), rel=1e-5)
