"""Table 4 of the report: the batch size."""

from __future__ import annotations

from claimbook.papers.vgg_depth.study import AFTER, CifarStudy, sizes, vgg


class BatchSize(CifarStudy):
    """Batches of 100, 80 and 50 images for VGG_38 with normalisation after (section 5.3)."""

    name = "batch-size"
    title = "Batch size"
    question = "Do smaller batches lower the training accuracy and raise that of the test?"
    arms = (
        AFTER,
        vgg("batch-80", "BN after, batch 80", batch=80),
        vgg("batch-50", "BN after, batch 50", batch=50),
    )
    presets = sizes(reduced=1)
