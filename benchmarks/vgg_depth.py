"""VGG nets on CIFAR-100: Claimbook and PyTorch in turn, as ratios of their times.

    python benchmarks/vgg_depth.py [--rounds 3] [--seconds 1.5] [--workload vgg-08 ...] [--no-result]

A training step (forward, backward, Adam) of the report's VGG_08 and VGG_38, in images per second, and the memory that
it takes. First all contenders train the same and are compared. Then each is timed in a process of its own on one core,
in turn, A B C A B C; a ratio is a contender's time over Claimbook's in the same round. Writes vgg_depth.json beside
this.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from side_by_side import HERE, OURS, Contender, Field, Rounds, main, must_agree, ratios

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
FIRST = 5  # steps over which fp32 contenders must agree closely
AGREE = 1e-3  # in fp32, largest difference of two losses of one of the first steps, as a share of ours
FULL = 2e-3  # the same of the first losses at full depth, where rounding grows


@dataclass(frozen=True)
class Bounds:
    """How curves are compared: Adam's rate as a share of the report's, and their largest distances, see `compared`."""

    rate: float
    fp32: float
    bf16: float


PLAIN, NORMALISED = Bounds(1.0, 5e-3, 8e-3), Bounds(0.02, 1e-2, 6e-2)
"""Measured in PyTorch over 8 to 12 steps. Plain, as VGG_08: two layouts are 0.0006 apart, bf16 0.0024, a slope of 0.02
in place of 0.01 0.011, a rate 10 % too large 0.015. With BN after ReLU: 0.0008, 0.018, 0.15 and 0.01."""


@dataclass(frozen=True)
class Workload:
    """The net, which all contenders train from one start with one order of the images."""

    says: str
    blocks: int
    norm: str | None
    bounds: Bounds = PLAIN


WORKLOADS = {
    "vgg-08": Workload("CIFAR-100, VGG_08, batch 100", 0, None),
    "vgg-38": Workload("CIFAR-100, VGG_38, batch 100", FULL_DEPTH, None),
    "vgg-38-after": Workload("CIFAR-100, VGG_38 with BN after ReLU, batch 100", FULL_DEPTH, "after", NORMALISED),
}
BF16 = "ours_bf16"
CONTENDERS = {
    OURS: Contender("Claimbook, fp32", peer=False),
    BF16: Contender("Claimbook, bf16", peer=False),
    "pytorch": Contender("PyTorch eager, fp32", peer=True),
    "pytorch_channels_last": Contender("PyTorch eager, fp32, channels last", peer=True),
    "pytorch_compile": Contender("PyTorch, torch.compile, fp32, channels last", peer=True),
    "pytorch_bf16": Contender("PyTorch eager, bf16 by autocast", peer=True),
    "pytorch_bf16_channels_last": Contender("PyTorch eager, bf16, channels last", peer=True),
    "pytorch_compile_bf16": Contender("PyTorch, torch.compile, bf16, channels last", peer=True),
}


def lay_out(workplace: Path, names: Sequence[str]) -> str:
    """Write the images, and of each workload NAME, which is timed, NAME-curve and NAME-full, which are compared.

    As the report's nets start, images have all but faded away in them: the loss would be about log 100 whatever they
    computed, and show no mistake. So what is compared starts from convolutions √6 times as large, of variance
    2 / fan_in (He et al. 2015), and a linear layer 10 times as large. And in VGG_38 with BN the rounding of bf16 grows
    from layer to layer, to several per cent of the first loss, in PyTorch alone too: so curves are compared in nets
    with at most one block a stage (NAME-curve), and the whole depth (NAME-full) by its first loss in fp32. At the
    report's rate nets with BN part within 5 steps by rounding alone, PyTorch's from PyTorch's too in two layouts; they
    are compared at a fiftieth of it.

    Returns what data they hold.
    """
    from claimbook.models.vgg import VGG, start

    data, rate = load_cifar("cifar-100", subset=IMAGES), Parameters().learning_rate
    batches = Batches(data.train_x, data.train_y, BATCH, SEED, classes=len(data.classes), every_class=False)
    order = np.array([batches.rows(step) for step in range(STEPS)])
    np.savez(workplace / "images.npz", images=data.train_x, labels=data.train_y, order=order)
    for name in names:
        asked = WORKLOADS[name]
        about = {"norm": asked.norm or "", "seed": SEED}
        weights = start(VGG(asked.blocks, asked.norm), SEED)
        np.savez(workplace / f"{name}.npz", **about, blocks=asked.blocks, rate=rate, **weights)
        for kind, blocks in (("curve", min(BLOCKS, asked.blocks)), ("full", asked.blocks)):
            weights = start(VGG(blocks, asked.norm), SEED)
            larger = {key: array * _times(key) for key, array in weights.items()}
            np.savez(workplace / f"{name}-{kind}.npz", **about, blocks=blocks, rate=asked.bounds.rate * rate, **larger)
    return "CIFAR-100, stand-in" if data.stand_in else "CIFAR-100, real"


def _times(weight: str) -> float:
    return next((times for end, times in LARGER.items() if weight.endswith(end)), 1.0)


def compared(
    losses: Mapping[str, Sequence[float]], full: Mapping[str, float], bounds: Bounds
) -> dict[str, dict[str, float]]:
    """How far each contender's losses are from ours in fp32.

    `steps`: the largest difference of two losses of the first 5 steps, as a share of ours; in fp32 at most `AGREE`.
    `curve`: the mean distance of the curves, as a share of the standard deviation of ours; at most what `bounds` has
    for fp32 or bf16. `full`: the difference of the first losses at full depth, as a share of ours; in fp32 at most
    `FULL`.

    Args:
        losses: for each contender the loss of every step, NAME-curve. full: the first loss of NAME-full.

    Raises SystemExit where a contender trains something else: then its time means nothing.
    """
    ours = np.array(losses[OURS])
    found: dict[str, dict[str, float]] = {}
    for name in losses:
        if name == OURS:
            continue
        apart = np.abs(np.array(losses[name]) - ours)
        steps, curve = float(np.max(apart[:FIRST] / ours[:FIRST])), float(np.mean(apart) / np.std(ours))
        deep = abs(full[name] - full[OURS]) / full[OURS]
        if fp32 := "bf16" not in name:
            must_agree(name, "the loss of an early step differs from ours, as a share,", steps, AGREE)
            must_agree(name, "the first loss at full depth differs from ours, as a share,", deep, FULL)
        must_agree(
            name,
            "the losses differ from ours, as a share of their movement,",
            curve,
            bounds.fp32 if fp32 else bounds.bf16,
        )
        found[name] = {"steps": steps, "curve": curve, "full": deep}
    return found


def measured(workplace: Path, name: str, rounds: int, seconds: float) -> dict:
    """Check, then time the contenders of one workload."""
    field = Field(workplace, "vgg_net", CONTENDERS)
    curves = {who: shown["losses"] for who, shown in field.checked(f"{name}-curve", STEPS).items()}
    full = {who: shown["losses"][0] for who, shown in field.checked(f"{name}-full", 1).items()}
    differences = compared(curves, full, WORKLOADS[name].bounds)
    table = tabulated(field.timed(name, rounds, seconds))
    print(f"{WORKLOADS[name].says}; ratios of times", flush=True)
    print_table(table)
    return {"says": WORKLOADS[name].says, "differences": differences, "contenders": table}


def tabulated(rounds: Rounds) -> dict[str, dict]:
    """For each contender what it is, its ratios to ours in fp32 and in bf16, images per second and peak memory."""
    table, to_bf16 = ratios(rounds), ratios(rounds, BF16)
    for who, row in table.items():
        row["says"] = CONTENDERS[who].says
        row["images_per_second"] = 1e6 / row["microseconds"]
        row["megabytes"] = statistics.median(one[who]["peak_megabytes"] for one in rounds)
        row["to_ours_bf16"] = {key: to_bf16[who][key] for key in ("ratio", "spread")}
    return table


def print_table(table: Mapping[str, Mapping]) -> None:
    """A line a contender."""
    print(f"  {'':44}{'images/s':>9}{'memory':>9}   over Claimbook's fp32     over its bf16")
    for row in table.values():
        speed, memory = f"{row['images_per_second']:.1f}", f"{row['megabytes']:.0f} MB"
        times = "     ".join(
            f"{one['ratio']:.2f} × ({one['spread'][0]:.2f} to {one['spread'][1]:.2f})"
            for one in (row, row["to_ours_bf16"])
        )
        print(f"  {row['says']:44}{speed:>9}{memory:>9}   {times}", flush=True)


if __name__ == "__main__":
    main(__doc__.splitlines()[0], RESULT, tuple(WORKLOADS), lay_out, measured)
