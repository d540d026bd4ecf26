"""Stage 2 of the report: PReLU with and without identity mapping."""

from __future__ import annotations

from claimbook.papers.identity_mapping.mnist_study import PRELU, PRELU_IDENTITY, MnistStudy


class Identity(MnistStudy):
    """The input added to the hidden layer's sum, or not, from Xavier's uniform start (section 5.2, figure 3b)."""

    name = "identity"
    title = "With and without identity mapping on MNIST"
    question = "Does identity mapping make fewer errors?"
    arms = (PRELU, PRELU_IDENTITY)
