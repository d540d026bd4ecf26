"""VGG nets on CIFAR-100: Claimbook and PyTorch in turn, as ratios of their times.

    python benchmarks/vgg_depth.py [--rounds 3] [--seconds 1.5] [--workload vgg-08 ...] [--no-result]

A training step (forward, backward, Adam) of the report's VGG_08 and VGG_38, in images per second, and the memory that
it takes. First all contenders train the same and are compared. Then each is timed in a process of its own on one core,
in turn, A B C A B C; a ratio is a contender's time over Claimbook's in the same round. Writes vgg_depth.json beside
this.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import nets
import numpy as np
from side_by_side import HERE, main

from claimbook.data.batches import Batches
from claimbook.data.cifar import load_cifar
from claimbook.papers.vgg_depth.study import FULL_DEPTH, Parameters

RESULT = HERE / "vgg_depth.json"
IMAGES = 2_000
BATCH = 100
SEED = 0
STEPS = 30  # of the check
LARGER = {".conv.weight": math.sqrt(6), "linear.weight": 10.0}  # the check's weights over the start's, see `lay_out`
BLOCKS = 1  # of a stage, at most, in the nets whose curves are compared, see `lay_out`

PLAIN, DEEP, NORMALISED = nets.Bounds(1.0, 5e-3, 8e-3), nets.Bounds(0.02, 2e-3, 1e-2), nets.Bounds(0.02, 1e-2, 6e-2)
"""What sound nets were apart by rounding, in fp32 and in bf16, and what mistakes make: a slope of 0.02 for 0.01,
a rate 10 % too large. As VGG_08: 0.0006, 0.0024; 0.011, 0.015. With one block a stage: 0.0003, 0.0044; 0.019, 0.072.
The same with BN after ReLU: 0.006, 0.033; 0.15, 0.01, so there the rate is not told."""


@dataclass(frozen=True)
class Workload:
    """The net, which all contenders train from one start with one order of the images."""

    says: str
    blocks: int
    norm: str | None
    bounds: nets.Bounds = PLAIN


WORKLOADS = {
    "vgg-08": Workload("CIFAR-100, VGG_08, batch 100", 0, None),
    "vgg-38": Workload("CIFAR-100, VGG_38, batch 100", FULL_DEPTH, None, DEEP),
    "vgg-38-after": Workload("CIFAR-100, VGG_38 with BN after ReLU, batch 100", FULL_DEPTH, "after", NORMALISED),
}


def lay_out(workplace: Path, names: Sequence[str]) -> str:
    """Write the images, and of each workload NAME, which is timed, NAME-curve and NAME-full, which are compared.

    As the report's nets start, images have all but faded away in them: the loss would be about log 100 whatever they
    computed, and show no mistake. So what is compared starts from convolutions √6 times as large, of variance
    2 / fan_in (He et al. 2015), and a linear layer 10 times as large. And in VGG_38 with BN the rounding of bf16 grows
    from layer to layer, to several per cent of the first loss, in PyTorch alone too: so curves are compared in nets
    with at most one block a stage (NAME-curve), and the whole depth (NAME-full) by its first loss in fp32. At the
    report's rate nets of this depth part within some steps by rounding alone, PyTorch's from PyTorch's too in two
    layouts; they are compared at a fiftieth of it.

    Returns what data they hold.
    """
    from claimbook.models.vgg import VGG, start

    data, rate = load_cifar("cifar-100", subset=IMAGES), Parameters().learning_rate
    handed = {"classes": len(data.classes), "name": "CIFAR-100"}
    batches = Batches(data.train_x, data.train_y, BATCH, SEED, every_class=False, **handed)
    order = np.array([batches.rows(step) for step in range(STEPS)])
    nets.lay_out_images(workplace, data.train_x, data.train_y, order)
    for name in names:
        asked, own = WORKLOADS[name], {"net": "VGG", "method": "adam", "seed": SEED, "batches": handed}
        depths = min(BLOCKS, asked.blocks), asked.blocks
        shallow, deep = ({"blocks_per_stage": blocks, "batch_norm": asked.norm} for blocks in depths)
        nets.lay_out_net(workplace, name, [start(VGG(**deep), SEED)], arguments=deep, rate=rate, **own)
        for kind, net in (("curve", shallow), ("full", deep)):
            larger = {key: array * _times(key) for key, array in start(VGG(**net), SEED).items()}
            slow = asked.bounds.rate * rate
            nets.lay_out_net(workplace, f"{name}-{kind}", [larger], arguments=net, rate=slow, **own)
    return "CIFAR-100, stand-in" if data.stand_in else "CIFAR-100, real"


def _times(weight: str) -> float:
    return next((times for end, times in LARGER.items() if weight.endswith(end)), 1.0)


def measured(workplace: Path, name: str, rounds: int, seconds: float) -> dict:
    """Check, then time the contenders of one workload."""
    return nets.measured(workplace, name, WORKLOADS[name], nets.CONVOLVING, STEPS, rounds, seconds)


if __name__ == "__main__":
    main(__doc__.splitlines()[0], RESULT, tuple(WORKLOADS), lay_out, measured)
