"""What the augmentation makes of some symbols, as pictures: drawn by the stand-in's pen, of no data set."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from claimbook import seeds
from claimbook.data.symbol_pixels import area
from claimbook.data.symbol_stand_in import drawing
from claimbook.papers.math_symbols.study import NONE, SET_I

SIGNS = ("6", "9", "+", "×", "7", "=")
TURNED = {"rotation": 30.0, "zoom": 0.0, "shift": 0.0, "flips": "none"}
CHANGED: Mapping[str, Mapping[str, object]] = {
    "turned by at most 30 degrees": {},
    "zoomed by at most 20 %": {"rotation": 0.0, "zoom": 0.2},
    "moved by at most 10 %": {"rotation": 0.0, "shift": 0.1},
    "turned, zoomed, and mirrored at random, as the nets see them": {"zoom": 0.2, "flips": "both"},
}


def examples(side: int = 50) -> dict[str, np.ndarray]:
    """Heading → images (6, 3, side, side) uint8 of `SIGNS`: as they are drawn, mirrored, and changed at random.

    What is random comes from streams of its own, so the pictures are the same everywhere.
    """
    from claimbook.papers.math_symbols.runs.augmenting import augmented

    drawn = [area(drawing(SET_I, sign, 0)[:, :, None], side) for sign in SIGNS]
    images = np.repeat(np.stack(drawn), 3, axis=1)
    rows = {"as they are drawn": images, "mirrored both ways: half a turn": images[:, :, ::-1, ::-1]}
    for heading, changed in CHANGED.items():
        augment = augmented(TURNED | {"whitening": NONE} | dict(changed), None)
        made = augment(images, seeds.stream(0, f"math-symbols/examples/{heading}"))
        rows[heading] = np.clip(np.round(made), 0, 255).astype(np.uint8)
    return rows
