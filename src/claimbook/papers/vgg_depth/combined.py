"""Table 5 of the report: weight decay and smaller batches together."""

from __future__ import annotations

from claimbook.papers.vgg_depth.study import AFTER, DECAY, CifarStudy, sizes, vgg


class Combined(CifarStudy):
    """λ = 0.001 with batches of 50 and of 80 images, beside the default, λ = 0.001 alone and 50 alone (section 5.3)."""

    name = "combined"
    title = "Weight decay and smaller batches together"
    question = "Do weight decay and a smaller batch together regularise too much?"
    arms = (
        AFTER,
        DECAY,
        vgg("batch-50", "BN after, batch 50", batch=50),
        vgg("decay-batch-50", "BN after, weight decay 0.001, batch 50", weight_decay=0.001, batch=50),
        vgg("decay-batch-80", "BN after, weight decay 0.001, batch 80", weight_decay=0.001, batch=80),
    )
    presets = sizes(reduced=1)
