"""Stage 1 of the report: ReLU against PReLU without identity mapping."""

from __future__ import annotations

from claimbook.papers.identity_mapping.mnist_study import PRELU, MnistStudy, arm


class Activation(MnistStudy):
    """ReLU and PReLU with one learned slope a layer, from Xavier's uniform start (section 5.1, figure 3a)."""

    name = "activation"
    title = "ReLU against PReLU on MNIST"
    question = "Does PReLU make fewer errors than ReLU?"
    arms = (arm("relu", "ReLU", "relu", False), PRELU)
