"""The part of `homotopy.py` that trains VGG11 on CIFAR-10: one net, or two copies with the homotopy or without."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import nets
import numpy as np
from side_by_side import OURS, Contender

from claimbook.data.batches import Batches
from claimbook.data.cifar import load_cifar

IMAGES = 2_560
BATCH = 128
SEED = 0
DEPTH = 11
RATE, LEVEL = 0.05, 0.01  # the paper's learning rate and first L
STEPS = 30  # of the check
SMALL = 16  # width of the nets whose curves are compared
STRONG = 0.5  # L there, at which pins and coupling both are seen within the steps

BOUNDS = nets.Bounds(0.02, 1.5e-2, 4e-2)
"""At twice this rate PyTorch is 0.008 apart in fp32, and 0.009 in bf16, ours in bf16 0.008."""
COPIES = {
    OURS: Contender("Claimbook, homotopy, fp32", peer=False, options=("coupled",)),
    "ours_apart": Contender("Claimbook, two plain copies, fp32", peer=False, program=OURS, options=("apart",)),
    nets.BF16: Contender("Claimbook, homotopy, bf16", peer=False, program=OURS, options=("coupled", "bf16")),
    "ours_apart_bf16": Contender(
        "Claimbook, two plain copies, bf16", peer=False, program=OURS, options=("apart", "bf16")
    ),
    "pytorch": nets.pytorch("eager, homotopy, fp32", "coupled"),
    "pytorch_apart": nets.pytorch("eager, two plain copies, fp32", "apart"),
}


@dataclass(frozen=True)
class Workload:
    """VGG11, one or two copies of it, and who trains it."""

    says: str
    width: int
    copies: int
    bounds: nets.Bounds = BOUNDS


def _workloads() -> dict[str, Workload]:
    made = {}
    for name, width in (("vgg-11", 64), ("vgg-11-narrow", SMALL)):
        says = f"CIFAR-10, VGG11 of width {width}, batch {BATCH}, SGD"
        made[name] = Workload(says, width, 1)
        made[f"{name}-homotopy"] = Workload(f"{says}, two copies; an image goes through both", width, 2)
    return made


WORKLOADS = _workloads()


def lay_out(workplace: Path, names: Sequence[str]) -> str:
    """Write the images, and of each workload NAME, which is timed, NAME-curve and NAME-full, which are compared.

    As the paper's nets start, images fade away from layer to layer: the loss stays about log 10 for an epoch, whatever
    is computed, and shows no mistake. So what is compared starts from weights of variance 2 / fan_in (He et al. 2015),
    without dropout, whose masks no two libraries draw alike, and at a 50th of the rate; and its copies, from two
    starts, at an L that pulls at both the pins and the copies. Curves are compared at width 16.

    Returns what data they hold.
    """
    data = load_cifar("cifar-10", subset=IMAGES)
    handed = {"classes": len(data.classes), "name": "CIFAR-10"}
    batches = Batches(data.train_x, data.train_y, BATCH, SEED, every_class=False, **handed)
    order = np.array([batches.rows(step) for step in range(STEPS)])
    nets.lay_out_images(workplace, data.train_x, data.train_y, order)
    own = {"net": "CifarVGG", "method": "sgd", "seed": SEED, "batches": handed}
    for name in names:
        asked = WORKLOADS[name]
        wide, narrow = ({"depth": DEPTH, "width": width} for width in (asked.width, min(SMALL, asked.width)))
        starts = _starts(wide, asked.copies)
        nets.lay_out_net(workplace, name, starts, arguments=wide, rate=RATE, level=LEVEL, **own)
        for kind, net in (("curve", narrow), ("full", wide)):
            larger = [nets.as_he(start) for start in _starts(net, asked.copies)]
            slow = {"arguments": {**net, "dropout": 0.0}, "rate": asked.bounds.rate * RATE, "level": STRONG}
            nets.lay_out_net(workplace, f"{name}-{kind}", larger, **slow, **own)
    return "CIFAR-10, stand-in" if data.stand_in else "CIFAR-10, real"


def _starts(net: dict[str, int], copies: int) -> list[dict[str, np.ndarray]]:
    """Of each copy, a start of its own, float32, as large nets' would fill memory."""
    from claimbook.models.cifar_vgg import CifarVGG, start

    made = (start(CifarVGG(**net), SEED, copy) for copy in ("", "/copy")[:copies])
    return [{name: array.astype(np.float32) for name, array in one.items()} for one in made]


def measured(workplace: Path, name: str, rounds: int, seconds: float) -> dict:
    """Check, then time the contenders of one workload; of two copies also `coupling`, see `cost_of_coupling`."""
    asked = WORKLOADS[name]
    contenders = nets.CONVOLVING if asked.copies == 1 else COPIES
    found = nets.measured(workplace, name, asked, contenders, STEPS, rounds, seconds)
    if asked.copies == 2:
        found["coupling"] = cost_of_coupling(found["contenders"])
        for precision, cost in found["coupling"].items():
            low, high = cost["spread"]
            print(f"  the quadratic terms, {precision}: + {cost['share']:.1%} ({low:.1%} to {high:.1%})", flush=True)
    return found


def cost_of_coupling(table: dict[str, dict]) -> dict[str, dict]:
    """For fp32 and bf16 what the homotopy's step adds, as a share of two plain copies' time in the same round."""
    apart = {"fp32": table["ours_apart"], "bf16": table["ours_apart_bf16"]["to_ours_bf16"]}
    return {
        precision: {"share": 1 / row["ratio"] - 1, "spread": [1 / times - 1 for times in reversed(row["spread"])]}
        for precision, row in apart.items()
    }
