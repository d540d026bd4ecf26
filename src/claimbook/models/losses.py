"""Losses with the net inside their graph, so that one cached graph holds a whole training step."""

from __future__ import annotations

import numpy as np

from claimbook.compat import mxnet
from claimbook.errors import DataError

mx = mxnet()


class CrossEntropy(mx.gluon.HybridBlock):
    """The mean cross-entropy of a minibatch of class numbers.

    Shapes: y (batch,), class numbers from 0 on; the other inputs as the net's, whose output is (batch, classes), the
    logits. Out (1,). A label that is no class is taken for the nearest one without a word: `check_labels` beforehand.
    """

    def __init__(self, net: mx.gluon.HybridBlock, **kwargs):
        super().__init__(**kwargs)
        self.net = net

    def hybrid_forward(self, F, x, y, *others):
        """Mean over the batch of −log softmax(net(x, …))[y]."""
        return -F.mean(F.pick(F.log_softmax(self.net(x, *others)), y))


def check_labels(labels: np.ndarray, classes: int, of: str = "the training images") -> None:
    """Raises DataError where a label is no whole number from 0 to classes − 1, or a class has no example.

    Args:
        labels: (examples,). of: what they are the labels of, for the message.
    """
    labels = np.asarray(labels)
    last = classes - 1
    outside = labels[~((labels >= 0) & (labels <= last) & (labels == np.floor(labels)))]
    if outside.size:
        raise DataError(
            f"A label of {of} is {outside[0]:g}, and {outside.size:,} in all are no class.",
            f"Labels are whole numbers from 0 to {last}.",
            "Mend the file of labels, or give another one.",
        )
    counts = np.bincount(labels.astype(np.int64), minlength=classes)
    if not counts.all():
        raise DataError(
            f"No label of {of} is {int(counts.argmin())}.",
            f"Every one of the {classes} classes needs an example.",
            "Give data that show all classes.",
        )
