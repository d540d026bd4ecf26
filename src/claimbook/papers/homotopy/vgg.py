"""The paper's VGG nets on CIFAR-10: the homotopy against stochastic gradient descent."""

from __future__ import annotations

from claimbook.experiment.base import Preset
from claimbook.papers.homotopy.nets import HomotopyNets, arms_of, paper, released, sgd, sgd_double

SMOKE = {
    "train_images": 250,
    "schedule": "0.01, 1ep; 0.005, 1ep",
    "halving": 1,
    "width": 4,
}
QUICK = {
    "train_images": 5_000,
    "schedule": "0.01..0.006 by 0.001, 1ep each; 0.005, 9ep",
    "halving": 3,
    "width": 16,
    "precision": "bf16",
}
REDUCED = {
    "train_images": 15_000,
    "schedule": "0.01..0.006 by 0.001, 1ep each; 0.005, 25ep",
    "halving": 3,
    "width": 16,
    "precision": "bf16",
}


class Vgg(HomotopyNets):
    """VGG11, 13, 16 and 19 without batch normalisation and with it (section 4.2, tables 2 and 3, figure 3)."""

    name = "vgg"
    title = "VGG nets: the homotopy and SGD"
    question = "Is a net more accurate when it is trained by the homotopy than by SGD for as long?"
    arms = arms_of((11, 13, 16, 19), sgd, released, paper, sgd_double)
    presets = (
        Preset("smoke", 2, SMOKE, stand_in=True, note="exercises the code"),
        Preset("quick", 1, QUICK, note="a first look"),
        Preset("reduced", 3, REDUCED, note="a quarter of the width"),
        Preset("paper", 5, note="the released code's size, and the five runs that table 3 is said to be of"),
    )
