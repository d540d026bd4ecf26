"""The paper's VGG nets on CIFAR-10: the homotopy against stochastic gradient descent."""

from __future__ import annotations

from claimbook.papers.homotopy.nets import HomotopyNets, arms_of, paper, paper_start, released, sgd, sgd_double, sizes


class Vgg(HomotopyNets):
    """VGG11, 13, 16 and 19 without batch normalisation and with it (section 4.2, tables 2 and 3, figure 3).

    SGD is given as many epochs as the homotopy, and in arms of its own twice as many: two copies take twice the passes.
    """

    name = "vgg"
    title = "VGG nets: the homotopy and SGD"
    question = "Is a net more accurate when it is trained by the homotopy than by SGD for as long?"
    arms = (
        *arms_of((11, 13), sgd, released, paper, paper_start, sgd_double),
        *arms_of((16, 19), sgd, released, paper),
    )
    presets = sizes("VGG11 and VGG13 are run, with three seeds; with five where two are compared without normalisation")
