"""What augmentation is good for: without it, with rotation and zoom alone, and with one flip, both, a shift, ZCA."""

from __future__ import annotations

from claimbook.papers.math_symbols.study import LOW_RANK, SET_1, SymbolStudy, arm, sizes

STILL = {"rotation": 0.0, "zoom": 0.0, "shift": 0.0}


class Augmentation(SymbolStudy):
    """Data set I with and without the augmentation of section IV.C, and with its parts.

    Both flips together turn an image by 180 degrees, which makes a 6 of a 9; rotation by 30 degrees brings + near to ×.
    """

    name = "augmentation"
    title = "Augmentation, and which flips"
    question = "Does augmentation make the net more accurate, and do flips, which turn a 6 into a 9, do so too?"
    arms = (
        SET_1,
        arm("none", "no augmentation", flips="none", **STILL),
        arm("rotation-zoom", "rotation and zoom", flips="none"),
        arm("horizontal", "rotation, zoom, horizontal flip", flips="horizontal"),
        arm("vertical", "rotation, zoom, vertical flip", flips="vertical"),
        arm("shift", "as in the paper, and a shift by 10 %", shift=0.1),
        arm("whitening", "as in the paper, and ZCA whitening", whitening=LOW_RANK),
    )
    presets = sizes()
