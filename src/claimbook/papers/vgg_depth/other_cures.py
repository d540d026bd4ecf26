"""The two cures that the report reviews and does not try: residual and dense connections."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from claimbook.experiment.base import Arm
from claimbook.papers.vgg_depth.study import AFTER, PLAIN, CifarStudy, sizes

TRAINING = {"deep": True, "dropout": 0.0, "weight_decay": 0.0, "batch": 100}
TIME = {"vgg": 1.0, "resnet": 1.2, "densenet": 1.35}  # of an image, in units of VGG_38's with normalisation


class OtherCures(CifarStudy):
    """A ResNet and a DenseNet of VGG_38's size beside VGG_38 with and without batch normalisation.

    Source of the question: the report, section 3, which reviews He et al. 2016 and Huang et al. 2017 as cures and tries
    neither. All nets train alike and start by the same rule, the hand-out's; both papers normalise in every layer.
    """

    name = "other-cures"
    title = "The cures that were not tried: residual and dense connections"
    question = "Do shortcuts or dense connections train a net of that depth and size better than normalisation alone?"
    arms = (
        Arm("resnet", "ResNet, 38 layers", {"net": "resnet"} | TRAINING),
        Arm("densenet", "DenseNet-BC, 40 layers", {"net": "densenet"} | TRAINING),
        AFTER,
        PLAIN,
    )
    presets = sizes(reduced=1, quick=4)

    def cost(self, settings: Mapping[str, Any], seeds: int) -> float:
        """Seconds of one core."""
        return TIME[settings["net"]] * super().cost(settings, seeds)
