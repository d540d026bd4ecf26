"""A classifier's training step as one graph: the loss, and beside it the share of images that it gets right."""

from __future__ import annotations

from typing import Any

from claimbook.compat import mxnet

mx = mxnet()


class Classifier(mx.gluon.HybridBlock):
    """The mean cross-entropy of a minibatch of class numbers, and the share of it whose largest logit is its class's.

    Of equal logits the first counts as the largest. Both come from the outputs of the training step itself, as papers
    report "training accuracy": with dropout, with the batch's statistics and before the step.

    Shapes: y (batch,), class numbers from 0 on; the other inputs as the net's, whose output is (batch, classes). Out
    (1,) and (1,). A label that is no class is taken for the nearest one without a word:
    `claimbook.data.examples.check_labels` looks beforehand.
    """

    def __init__(self, net: mx.gluon.HybridBlock, **kwargs):
        super().__init__(**kwargs)
        self.net = net

    def hybrid_forward(self, F, x, y, *others):
        """Mean over the batch of −log softmax(net(x, …))[y], and of [argmax = y]."""
        logs = F.log_softmax(self.net(x, *others))
        right = F.broadcast_equal(F.argmax(F.BlockGrad(logs), axis=1), y)
        return -F.mean(F.pick(logs, y)), F.mean(right)


class Objective:
    """What `train.loop.train` minimises of a `Classifier`; the accuracy of the last step stays here.

    Attributes:
        accuracy: (1,), on the device; reading it waits for the device.
    """

    def __init__(self, net: mx.gluon.HybridBlock):
        self._classifier = Classifier(net)
        self._classifier.hybridize(static_alloc=True, static_shape=True)
        self.accuracy: Any = None

    def __call__(self, *inputs: Any) -> Any:
        """The loss of a minibatch, (1,)."""
        loss, self.accuracy = self._classifier(*inputs)
        return loss
