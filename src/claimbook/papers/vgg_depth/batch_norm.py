"""The report's cure: batch normalisation before the activation, or after it."""

from __future__ import annotations

from claimbook.papers.vgg_depth.study import AFTER, BEFORE, PLAIN, SHALLOW, CifarStudy, sizes


class BatchNorm(CifarStudy):
    """VGG_38 with batch normalisation in every layer (section 5.1, table 1, figures 3 to 7), beside the plain nets."""

    name = "batch-norm"
    title = "Batch normalisation before and after the activation"
    question = "Does batch normalisation cure VGG_38, and better behind the activation than before it?"
    arms = (AFTER, BEFORE, PLAIN, SHALLOW)
    presets = sizes(reduced=5)
