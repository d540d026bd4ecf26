"""What the benchmarks that train nets on images share: their contenders, what these are handed, and their tables."""

from __future__ import annotations

import json
import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from side_by_side import OURS, Contender, Field, Rounds, must_agree, ratios

from claimbook.machine import Cpu, cpu

FOLDER = "nets"  # of the programs, in `contenders/`
FIRST = 5  # steps over which fp32 contenders must agree closely
AGREE = 1e-3  # in fp32, largest difference of two losses of one of the first steps, as a share of ours
FULL = 2e-3  # the same of the first losses at full size, where rounding grows
BF16 = "ours_bf16"
CLAIMBOOK = {
    OURS: Contender("Claimbook, fp32", peer=False),
    BF16: Contender("Claimbook, bf16", peer=False, program=OURS, options=("bf16",)),
}


def pytorch(says: str, *options: str) -> Contender:
    """PyTorch with options of `contenders/nets/pytorch.py`."""
    return Contender(f"PyTorch {says}", peer=True, program="pytorch", options=options)


EAGER = {
    "pytorch": pytorch("eager, fp32"),
    "pytorch_bf16": pytorch("eager, bf16 by autocast", "bf16"),
}
CONVOLVING = {
    **CLAIMBOOK,
    "pytorch": EAGER["pytorch"],
    "pytorch_channels_last": pytorch("eager, fp32, channels last", "channels_last"),
    "pytorch_compile": pytorch("torch.compile, fp32, channels last", "channels_last", "compiled"),
    "pytorch_bf16": EAGER["pytorch_bf16"],
    "pytorch_bf16_channels_last": pytorch("eager, bf16, channels last", "channels_last", "bf16"),
    "pytorch_compile_bf16": pytorch("torch.compile, bf16, channels last", "channels_last", "bf16", "compiled"),
}
"""Of a net with convolutions, for which the layout of the memory matters."""


@dataclass(frozen=True)
class Bounds:
    """How curves are compared: the rate as a share of that which is timed, and largest distances, see `compared`."""

    rate: float
    fp32: float
    bf16: float


class Workload(Protocol):
    """What `measured` has to know of a net: what it is, and how curves are compared."""

    says: str
    bounds: Bounds


def lay_out_images(workplace: Path, images: np.ndarray, labels: np.ndarray, order: np.ndarray) -> None:
    """Write the images (n, …) uint8, their labels (n,), and which of them each step takes, (steps, batch)."""
    np.savez(workplace / "images.npz", images=images, labels=labels, order=order)


def lay_out_net(
    workplace: Path,
    name: str,
    starts: Sequence[Mapping[str, np.ndarray]],
    *,
    net: str,
    arguments: Mapping[str, Any],
    method: str,
    rate: float,
    seed: int,
    batches: Mapping[str, Any],
    options: Mapping[str, Any] | None = None,
    unit: int = 1,
    level: float | None = None,
) -> None:
    """Write a workload; `contenders/nets/workload.py` says what its parts are. starts: of each copy of the net."""
    about = {"net": net, "arguments": arguments, "method": method, "rate": rate, "seed": seed, "batches": batches}
    weights = {f"{copy}/{key}": array for copy, start in enumerate(starts) for key, array in start.items()}
    about |= {"options": options or {}, "unit": unit, "level": level}
    np.savez(workplace / f"{name}.npz", about=json.dumps(about), **weights)


def as_he(start: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The weights, not the biases, brought to variance 2 / fan_in (He et al. 2015): images do not fade away in them."""
    sizes = {name: math.sqrt(2 / array[0].size) / array.std() for name, array in start.items() if array.ndim > 1}
    return {name: array * np.float32(sizes.get(name, 1.0)) for name, array in start.items()}


def compared(
    losses: Mapping[str, Sequence[float]], full: Mapping[str, float], bounds: Bounds
) -> dict[str, dict[str, float]]:
    """How far each contender's losses are from ours in fp32.

    `steps`: the largest difference of two losses of the first 5 steps, as a share of ours; in fp32 at most `AGREE`.
    `curve`: the mean distance of the curves, as a share of the standard deviation of ours; at most what `bounds` has
    for fp32 or bf16. `full`: the difference of the first losses at full size, as a share of ours; in fp32 at most
    `FULL`.

    Args:
        losses: for each contender the loss of every step. full: the first loss at full size.

    A contender "…_apart" trains what "ours_apart" does.

    Raises SystemExit where a contender trains something else: then its time means nothing.
    """
    found: dict[str, dict[str, float]] = {}
    for name in losses:
        if (same := f"{OURS}_apart" if "apart" in name else OURS) == name:
            continue
        ours, fp32 = np.array(losses[same]), "bf16" not in name
        apart = np.abs(np.array(losses[name]) - ours)
        steps, curve = float(np.max(apart[:FIRST] / ours[:FIRST])), float(np.mean(apart) / np.std(ours))
        deep = abs(full[name] - full[same]) / full[same]
        if fp32:
            must_agree(name, "the loss of an early step differs from ours, as a share,", steps, AGREE)
            must_agree(name, "the first loss at full size differs from ours, as a share,", deep, FULL)
        most = bounds.fp32 if fp32 else bounds.bf16
        must_agree(name, "the losses differ from ours, as a share of their movement,", curve, most)
        found[name] = {"steps": steps, "curve": curve, "full": deep}
    return found


def tabulated(rounds: Rounds, contenders: Mapping[str, Contender]) -> dict[str, dict]:
    """For each contender what it is, its ratios to ours in fp32 and in bf16, images per second and peak memory."""
    table, to_bf16 = ratios(rounds), ratios(rounds, BF16)
    for who, row in table.items():
        row["says"] = contenders[who].says
        row["images_per_second"] = 1e6 / row["microseconds"]
        row["megabytes"] = statistics.median(one[who]["peak_megabytes"] for one in rounds)
        row["to_ours_bf16"] = {key: to_bf16[who][key] for key in ("ratio", "spread")}
    return table


def notes_on(processor: Cpu) -> list[str]:
    """What one must know of the processor to read the times."""
    if not processor.features or "avx512_bf16" in processor.features:
        return []
    return ["This processor has no bfloat16 (avx512_bf16): the libraries emulate it, each in its own way."]


def print_table(says: str, table: Mapping[str, Mapping], notes: Sequence[str] = ()) -> None:
    """A line a contender, and one a note."""
    print(f"{says}; ratios of times", flush=True)
    print(f"  {'':44}{'images/s':>9}{'memory':>9}   over Claimbook's fp32     over its bf16")
    for row in table.values():
        speed, memory = f"{row['images_per_second']:.1f}", f"{row['megabytes']:.0f} MB"
        times = "     ".join(
            f"{one['ratio']:.2f} × ({one['spread'][0]:.2f} to {one['spread'][1]:.2f})"
            for one in (row, row["to_ours_bf16"])
        )
        print(f"  {row['says']:44}{speed:>9}{memory:>9}   {times}", flush=True)
    for note in notes:
        print(f"  {note}", flush=True)


def measured(
    workplace: Path,
    name: str,
    workload: Workload,
    contenders: Mapping[str, Contender],
    steps: int,
    rounds: int,
    seconds: float,
) -> dict[str, Any]:
    """Check, then time the contenders of one workload, and print the table.

    Compared are the curves of NAME-curve over so many steps, and the first losses of NAME-full; timed is NAME.
    """
    field = Field(workplace, FOLDER, contenders)
    curves = {who: shown["losses"] for who, shown in field.checked(f"{name}-curve", steps).items()}
    full = {who: shown["losses"][0] for who, shown in field.checked(f"{name}-full", 1).items()}
    differences = compared(curves, full, workload.bounds)
    table = tabulated(field.timed(name, rounds, seconds), contenders)
    notes = notes_on(cpu())
    print_table(workload.says, table, notes)
    return {"says": workload.says, "differences": differences, "contenders": table, "notes": notes}
