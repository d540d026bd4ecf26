"""Stage 3 of the report: both matrices start at zero, with and without identity mapping."""

from __future__ import annotations

from claimbook.papers.identity_mapping.mnist_study import PRELU_IDENTITY, MnistStudy, arm


class ZeroInit(MnistStudy):
    """W_1 = W_2 = 0, beside the random start with identity (section 5.3, figure 3c).

    Without identity both matrices' gradients are exactly zero for ever and only b_2 moves: the net answers with the
    most frequent training class, whose test error on MNIST is 1 − 1135/10000 = 0.8865.
    """

    name = "zero-init"
    title = "Starting at zero on MNIST"
    question = "Does a start at zero work only with identity mapping, and then as well as a random one?"
    arms = (
        arm("zero", "PReLU, from zero", "prelu", False, "zero"),
        arm("zero-identity", "PReLU, identity, from zero", "prelu", True, "zero"),
        PRELU_IDENTITY,
    )
