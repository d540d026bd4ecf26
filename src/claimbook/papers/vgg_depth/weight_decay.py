"""Table 2 of the report: weight decay."""

from __future__ import annotations

from claimbook.papers.vgg_depth.study import AFTER, DECAY, CifarStudy, sizes, vgg


class WeightDecay(CifarStudy):
    """Adam with λ w added to the gradients, λ = 0, 0.001, 0.005, of VGG_38 with normalisation after (section 5.3)."""

    name = "weight-decay"
    title = "Weight decay"
    question = "Does a little weight decay help the test and hurt training, and does more of it hurt both?"
    arms = (AFTER, DECAY, vgg("decay-0.005", "BN after, weight decay 0.005", weight_decay=0.005))
    presets = sizes(reduced=4)
