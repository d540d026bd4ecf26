"""Table 3 of the report: dropout."""

from __future__ import annotations

import dataclasses
from typing import Any

from claimbook.experiment.base import Arm
from claimbook.experiment.parameters import parameter
from claimbook.papers.vgg_depth import study
from claimbook.papers.vgg_depth.study import AFTER, CifarStudy, sizes, vgg


@dataclasses.dataclass(frozen=True)
class Parameters(study.Parameters):
    """What a re-executor can change: two things more, which the report leaves open."""

    dropout_over: str = parameter(
        "units",
        help="What dropout drops: units, each by itself, or whole maps of an image.",
        choices=("units", "maps"),
        absent="units",
    )
    dropout_entry: str = parameter(
        "no", help="Whether it stands behind the entry's normalisation too.", choices=("no", "yes"), absent="no"
    )


OWN = ("dropout_over", "dropout_entry")


class Dropout(CifarStudy):
    """Dropout behind each normalisation of VGG_38 with normalisation after, p = 0, 0.2, 0.5 (section 5.3)."""

    name = "dropout"
    title = "Dropout"
    question = "Does dropout behind every normalisation destroy the training?"
    arms = (
        AFTER,
        vgg("dropout-0.2", "BN after, dropout 0.2", dropout=0.2),
        vgg("dropout-0.5", "BN after, dropout 0.5", dropout=0.5),
    )
    Parameters = Parameters
    presets = sizes(reduced=3, quick=1)

    def settings(self, parameters: Parameters, arm: Arm) -> dict[str, Any]:
        """As of all; an arm without dropout has neither of its parameters."""
        own = super().settings(parameters, arm)
        return own if own["dropout"] else {name: each for name, each in own.items() if name not in OWN}
