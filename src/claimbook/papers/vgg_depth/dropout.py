"""Table 3 of the report: dropout."""

from __future__ import annotations

from claimbook.papers.vgg_depth.study import AFTER, CifarStudy, sizes, vgg


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
    presets = sizes(reduced=3, quick=2)
