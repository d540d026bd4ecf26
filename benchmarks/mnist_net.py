"""The part of `identity_mapping.py` that trains the net 784-784-10 on MNIST."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import nets
import numpy as np
from side_by_side import OURS, Field, must_agree

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
CONTENDERS = {**nets.CLAIMBOOK, **nets.EAGER}
UNIT = 25  # steps: one alone is too short to be timed


def lay_out(workplace: Path, names: Sequence[str]) -> str:
    """Write the images, and each workload for every seed; returns what data they hold."""
    data, asked = load_mnist(), Parameters()
    images = data.train_x.reshape(len(data.train_x), -1)
    handed = {"classes": CLASSES, "last": "drop", "name": "MNIST"}
    sgd = {"method": "sgd", "rate": asked.learning_rate, "unit": UNIT, "batches": handed}
    for seed in range(SEEDS):
        batches = Batches(images, data.train_y, asked.batch, seed, **handed)
        order = np.array([batches.rows(step) for step in range(STEPS)])
        if seed == 0:  # what another seed takes only we are asked for, who draw it
            nets.lay_out_images(workplace, images, data.train_y, order)
        for name in names:
            net = {"activation": WORKLOADS[name].activation, "identity": WORKLOADS[name].identity}
            starts = [start(IdentityNet(**net), seed)]
            nets.lay_out_net(workplace, _file(name, seed), starts, net="IdentityNet", arguments=net, seed=seed, **sgd)
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
    field = Field(workplace, nets.FOLDER, CONTENDERS)
    losses = {who: shown["losses"] for who, shown in field.checked(name, STEPS).items()}
    others = [field.asked(OURS, _file(name, seed), "check", str(STEPS))["losses"] for seed in range(1, SEEDS)]
    differences = compared(losses, [losses[OURS], *others])
    table = nets.tabulated(field.timed(name, rounds, seconds), CONTENDERS)
    nets.print_table(WORKLOADS[name].says, table)
    return {"says": WORKLOADS[name].says, "differences": differences, "contenders": table}
