"""The problem of the report: a net of 38 layers does not train where one of 8 does."""

from __future__ import annotations

from claimbook.papers.vgg_depth.study import PLAIN, SHALLOW, CifarStudy, sizes


class Depth(CifarStudy):
    """VGG_08 and VGG_38 without batch normalisation but for that of the entry layer (section 2, figures 1 and 2)."""

    name = "depth"
    title = "VGG_08 against VGG_38"
    question = "Does a plain net of 38 layers train where one of 8 does, and do gradients reach its layers?"
    arms = (SHALLOW, PLAIN)
    presets = sizes(reduced=5)
