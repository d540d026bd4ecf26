"""The part of `math_symbols.py` that trains the paper's net on data set I."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nets
import numpy as np
from side_by_side import Contender

from claimbook.data.batches import Batches
from claimbook.data.symbols import load_symbols
from claimbook.papers.math_symbols.study import SET_I, Parameters

EACH = 125  # images of a class, of which 100 are for training
SEED = 0
ADAM = {"form": "keras", "epsilon": 1e-7}  # as Keras has it
STEPS = 30  # of the check
NARROW = 16  # filters of the first convolutions of the net whose curves are compared
OUTPUT = 4.0  # the check's output weights over those of variance 2 / fan_in

BOUNDS = nets.Bounds(0.02, 3e-4, 1.5e-2)
"""What sound contenders were apart, in fp32 and in bf16: 0.00001 and 0.005. What mistakes make: β₂ of 0.99, 0.003; a
rate 5 % too large, 0.04; a ReLU of slope 0.01, 0.14; maps flattened in the wrong order, 0.3."""
CONTENDERS = {
    **nets.CONVOLVING,
    "keras": Contender("Keras/TensorFlow, fp32", peer=True, program="with_keras"),
    "keras_xla": Contender("Keras/TensorFlow by XLA, fp32", peer=True, program="with_keras", options=("compiled",)),
}


@dataclass(frozen=True)
class Workload:
    """The net, which all contenders train from one start with one order of the images."""

    says: str
    bounds: nets.Bounds = BOUNDS


WORKLOADS = {"symbol-cnn": Workload("Data set I, the paper's net, batch 32, Adam")}


def lay_out(workplace: Path, names: Sequence[str]) -> str:
    """Write the images, and of each workload NAME, which is timed, NAME-curve and NAME-full, which are compared.

    As the paper's net starts, images fade away in it: for its first 20 steps the loss is about log 16, whatever is
    computed, and at the paper's rate two layouts of PyTorch part within 30 steps by rounding alone. So what is compared
    starts from weights of variance 2 / fan_in, those of the output 4 times as large, and is at a 50th of the rate; and
    it has no dropout, whose masks no two libraries draw alike. Curves are those of a net a quarter as wide.

    Returns what data they hold.
    """
    from claimbook.models.symbol_cnn import SymbolCNN, start

    asked = Parameters()
    data = load_symbols(SET_I, seed=SEED, each=EACH, side=asked.side)
    handed = {"classes": len(data.classes), "name": "data set I"}
    batches = Batches(data.train_x, data.train_y, asked.batch, SEED, every_class=False, **handed)
    order = np.array([batches.rows(step) for step in range(STEPS)])
    nets.lay_out_images(workplace, data.train_x, data.train_y, order)
    own = {"net": "SymbolCNN", "method": "adam", "options": ADAM, "seed": SEED, "batches": handed}
    wide, narrow = (_net(len(data.classes), asked.side, filters) for filters in (asked.filters, NARROW))
    rate = asked.learning_rate
    for name in names:
        timed, starts = {**wide, "dropout": asked.dropout}, [start(SymbolCNN(**wide), SEED)]
        nets.lay_out_net(workplace, name, starts, arguments=timed, rate=rate, **own)
        for kind, net in (("curve", narrow), ("full", wide)):
            larger = nets.as_he(start(SymbolCNN(**net), SEED))
            larger["output.weight"] *= OUTPUT
            slow = {"arguments": {**net, "dropout": 0.0}, "rate": WORKLOADS[name].bounds.rate * rate}
            nets.lay_out_net(workplace, f"{name}-{kind}", [larger], **slow, **own)
    return "Data set I, stand-in" if data.stand_in else "Data set I, real"


def _net(classes: int, side: int, filters: int) -> dict[str, Any]:
    """Arguments of the net, but for its dropout."""
    groups = [filters, 2 * filters, 4 * filters]
    return {"classes": classes, "side": side, "filters": groups, "hidden": groups[1]}


def measured(workplace: Path, name: str, rounds: int, seconds: float) -> dict:
    """Check, then time the contenders of one workload."""
    return nets.measured(workplace, name, WORKLOADS[name], CONTENDERS, STEPS, rounds, seconds)
