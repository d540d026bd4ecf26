"""The two cures that the report reviews and does not try, and a third: a start that keeps the size of the signal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from claimbook.experiment.base import Arm
from claimbook.papers.vgg_depth.study import AFTER, PLAIN, CifarStudy, Parameters, sizes, vgg

TRAINING = {"deep": True, "dropout": 0.0, "weight_decay": 0.0, "batch": 100}
HE = vgg("he", "VGG_38, start with variance 2/n", None, start="he")
HE_SLOW = vgg("he-slow", "VGG_38, start with variance 2/n, a tenth of the rate", None, start="he", slower=10)
TIME = {"vgg": 1.0, "resnet": 1.2, "densenet": 1.35}  # of an image, in units of VGG_38's with normalisation


class OtherCures(CifarStudy):
    """A ResNet, a DenseNet and a VGG_38 from another start beside VGG_38 with and without batch normalisation.

    Source of the question: the report, section 3, which reviews He et al. 2016 and Huang et al. 2017 as cures and tries
    neither; both papers normalise in every layer. All nets train alike and start by the same rule, the hand-out's, but
    for the plain net "he", whose convolutions' weights have six times the variance, that of He et al. 2015: nothing
    else of VGG_38 is changed, so it shows what of its failure is the start's. "he-slow" has a tenth of the learning
    rate besides: steps of Adam are as long as its rate, whatever the gradient, and weights of this size are short.
    """

    name = "other-cures"
    title = "The cures that were not tried: shortcuts, dense connections, another start"
    question = "Do shortcuts, dense connections or a larger start train a net of that depth as normalisation does?"
    arms = (
        Arm("resnet", "ResNet, 38 layers", {"net": "resnet"} | TRAINING),
        Arm("densenet", "DenseNet-BC, 40 layers", {"net": "densenet"} | TRAINING),
        HE,
        HE_SLOW,
        AFTER,
        PLAIN,
    )
    presets = sizes(reduced=1, quick=2)

    def settings(self, parameters: Parameters, arm: Arm) -> dict[str, Any]:
        """As of all; where an arm has `slower`, the learning rate is that many times smaller from first to last."""
        own = super().settings(parameters, arm)
        times = own.pop("slower", 1)
        return own | {name: own[name] / times for name in ("learning_rate", "final_rate")}

    def cost(self, settings: Mapping[str, Any], seeds: int) -> float:
        """Seconds of one core."""
        return TIME[settings["net"]] * super().cost(settings, seeds)
