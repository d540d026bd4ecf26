"""The paper's VGG nets on CIFAR-10: the homotopy against stochastic gradient descent."""

from __future__ import annotations

from claimbook.papers.homotopy.nets import HomotopyNets, paper, paper_start, released, sgd, sgd_double, sizes

AT_REDUCED = {
    5: [f"vgg{depth}-{way}" for depth in (11, 13) for way in ("sgd", "released", "paper-start", "sgd-double")],
    3: ["vgg11-paper", "vgg13-paper"]
    + [f"vgg{depth}-bn-{way}" for depth in (11, 13) for way in ("sgd", "released", "paper", "sgd-double")],
}
"""Seeds → the arms that have so many at preset `reduced`; the others are run at `paper` alone."""


class Vgg(HomotopyNets):
    """VGG11, 13, 16 and 19 without batch normalisation and with it (section 4.2, tables 2 and 3, figure 3).

    SGD is given as many epochs as the homotopy, and in arms of its own twice as many: two copies take twice the passes.
    """

    name = "vgg"
    title = "VGG nets: the homotopy and SGD"
    question = "Is a net more accurate when it is trained by the homotopy than by SGD for as long?"
    arms = (
        *(way(depth) for depth in (11, 13) for way in (sgd, released, paper, paper_start, sgd_double)),
        *(way(depth, True) for depth in (11, 13) for way in (sgd, released, paper, sgd_double)),
        *(way(depth, normed) for depth in (16, 19) for normed in (False, True) for way in (sgd, released, paper)),
    )
    presets = sizes("VGG11 and VGG13: five seeds where the paper's orderings need them, three elsewhere")
