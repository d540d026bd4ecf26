"""Which entries of a net's weights make up the first of the two groups θ₁, θ₂ that the homotopy takes apart.

Source: the homotopy paper, sections 1 and 2: half of the output channels of each layer (2.1), half of the layers (2.2),
or at random, as dropout does (2.2).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from claimbook import seeds
from claimbook.errors import UsageError, unknown

SPLITS = ("output-halves", "layer-halves", "random")


def split(shapes: Mapping[str, Sequence[int]], kind: str, seed: int = 0, share: float = 0.5) -> dict[str, np.ndarray]:
    """Name → whether each entry is in θ₁, an array of bool of the weight's shape.

    Args:
        shapes: of each weight, in the order of the layers; "conv.weight" and "conv.bias" are of one layer.
        kind: "output-halves": the first half, rounded down, of each weight's outputs, its first axis; "layer-halves":
            the layers of the first half, rounded down, with all their weights; "random": each entry by itself with
            probability `share`, from a stream of the seed and the weight's name.

    Raises:
        UsageError: an unknown kind, a share that is not between 0 and 1, or a split that leaves one group empty.
    """
    if kind not in SPLITS:
        raise unknown("split of the weights", kind, SPLITS)
    if not 0 < share < 1:
        why = "With none or all of the entries one of the two problems has nothing to solve."
        raise UsageError(f"share = {share!r} of the entries is no split.", why, "Give a number between 0 and 1.")
    layers = list(dict.fromkeys(name.rpartition(".")[0] for name in shapes))
    early = set(layers[: len(layers) // 2])
    made = {}
    for name, shape in shapes.items():
        first = np.zeros(tuple(shape), bool)
        if kind == "output-halves":
            first[: shape[0] // 2] = True
        elif kind == "layer-halves":
            first[...] = name.rpartition(".")[0] in early
        else:
            first[...] = seeds.stream(seed, f"split/{name}").random(tuple(shape)) < share
        made[name] = first
    check(made)
    return made


def check(first: Mapping[str, np.ndarray]) -> None:
    """Raises UsageError where all entries, or none, are in θ₁."""
    inside = sum(int(each.sum()) for each in first.values())
    if inside in (0, sum(each.size for each in first.values())):
        empty = "θ₁" if inside == 0 else "θ₂"
        raise UsageError(
            f"The split leaves {empty} empty.",
            "The homotopy starts from two problems, each of which has one group of the weights to itself.",
            "Split weights that have two outputs or layers at least.",
        )
