"""The part of `identity_mapping.py` that trains the net 784-784-10 on MNIST."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from side_by_side import OURS, Contender, Field, must_agree, ratios

from claimbook.data.batches import Batches
from claimbook.data.mnist import CLASSES, load_mnist
from claimbook.models.identity_net import IdentityNet, start
from claimbook.papers.identity_mapping.mnist_study import Parameters

SEEDS = 3  # the first is timed; how far the others' losses are from its own is what seeds make
STEPS = 600  # of the check: an epoch
FIRST = 100  # steps over which fp32 contenders must agree loss by loss
AGREE = 1e-3  # largest difference of two losses of one step in fp32, as a share of ours
LAST = 100  # steps at the end whose mean loss may differ by what seeds make, see `ends`


@dataclass(frozen=True)
class Workload:
    """The net, which all contenders train from one start with one order of the images."""

    says: str
    activation: str
    identity: bool


WORKLOADS = {
    "mnist-relu": Workload("MNIST, 784-784-10, ReLU", "relu", False),
    "mnist-prelu": Workload("MNIST, 784-784-10, PReLU", "prelu", False),
    "mnist-prelu-identity": Workload("MNIST, 784-784-10, PReLU and identity", "prelu", True),
}
BF16 = "ours_bf16"
CONTENDERS = {
    OURS: Contender("Claimbook, fp32", peer=False),
    BF16: Contender("Claimbook, bf16", peer=False),
    "pytorch": Contender("PyTorch eager, fp32", peer=True),
    "pytorch_bf16": Contender("PyTorch eager, bf16 by autocast", peer=True),
}


def lay_out(workplace: Path, names: Sequence[str]) -> str:
    """Write the images, and each workload for every seed; returns what data they hold."""
    data, asked = load_mnist(), Parameters()
    images = data.train_x.reshape(len(data.train_x), -1)
    np.savez(workplace / "images.npz", images=images, labels=data.train_y)
    for seed in range(SEEDS):
        batches = Batches(images, data.train_y, asked.batch, seed, classes=CLASSES, last="drop", name="MNIST")
        order = np.array([batches.rows(step) for step in range(STEPS)])
        for name in names:
            workload = WORKLOADS[name]
            net = {"activation": workload.activation, "identity": workload.identity}
            problem = {**net, "rate": asked.learning_rate, "seed": seed, "order": order}
            np.savez(workplace / f"{_file(name, seed)}.npz", **problem, **start(IdentityNet(**net), seed))
    return "MNIST, stand-in" if data.stand_in else "MNIST, real"


def _file(name: str, seed: int) -> str:
    return name if seed == 0 else f"{name}-seed-{seed}"


def compared(losses: Mapping[str, Sequence[float]], seeds: Sequence[Sequence[float]]) -> dict[str, dict[str, float]]:
    """How far each contender's loss curve is from ours in fp32.

    `steps`: the largest difference of two losses of the first 100 steps, as a share of ours; for contenders in fp32 at
    most `AGREE`. `end`: the difference of the mean loss of the last 100 of 600 steps, in bf16 too at most `seeds_make`:
    the standard deviation of this mean over our fp32 runs of 3 seeds, which differ in start and order.

    Args:
        losses: for each contender the loss of every step, first seed. seeds: ours in fp32, one curve for every seed.

    Raises SystemExit where a contender trains something else: then its time means nothing.
    """
    ours = np.array(losses[OURS])
    noise = float(np.std([_end(curve) for curve in seeds], ddof=1))
    found: dict[str, dict[str, float]] = {}
    for name in losses:
        if name == OURS:
            continue
        theirs = np.array(losses[name])
        steps = float(np.max(np.abs(theirs[:FIRST] - ours[:FIRST]) / ours[:FIRST]))
        end = abs(_end(theirs) - _end(ours))
        if not name.endswith("bf16"):
            must_agree(name, "the loss of an early step differs from ours, as a share,", steps, AGREE)
        must_agree(name, "the mean loss at the end differs from ours", end, noise)
        found[name] = {"steps": steps, "end": end, "seeds_make": noise}
    return found


def _end(curve: Sequence[float]) -> float:
    return float(np.mean(curve[-LAST:]))


def measured(workplace: Path, name: str, rounds: int, seconds: float) -> dict:
    """Check, then time the contenders of one workload."""
    field = Field(workplace, "mnist_net", CONTENDERS)
    losses = {who: shown["losses"] for who, shown in field.checked(name, STEPS).items()}
    others = [field.asked(OURS, _file(name, seed), "check", str(STEPS))["losses"] for seed in range(1, SEEDS)]
    differences = compared(losses, [losses[OURS], *others])
    times = field.timed(name, rounds, seconds)
    table, to_bf16 = ratios(times), ratios(times, BF16)
    field.print_table(f"{WORKLOADS[name].says}; a row is an image", table)
    for who, row in table.items():
        row["images_per_second"] = 1e6 / row["microseconds"]
        row["to_ours_bf16"] = {key: to_bf16[who][key] for key in ("ratio", "spread")}
    return {"says": WORKLOADS[name].says, "differences": differences, "contenders": table}
