"""Losses with the net inside their graph, so that one cached graph holds a whole training step."""

from __future__ import annotations

from claimbook.compat import mxnet

mx = mxnet()


class CrossEntropy(mx.gluon.HybridBlock):
    """The mean cross-entropy of a minibatch of class numbers.

    Shapes: y (batch,), class numbers from 0 on; the other inputs as the net's, whose output is (batch, classes), the
    logits. Out (1,). A label that is no class is taken for the nearest one without a word:
    `claimbook.data.examples.check_labels` looks beforehand.
    """

    def __init__(self, net: mx.gluon.HybridBlock, **kwargs):
        super().__init__(**kwargs)
        self.net = net

    def hybrid_forward(self, F, x, y, *others):
        """Mean over the batch of −log softmax(net(x, …))[y]."""
        return -F.mean(F.pick(F.log_softmax(self.net(x, *others)), y))
