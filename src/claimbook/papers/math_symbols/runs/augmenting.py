"""How images are changed at random before each step, and how they are whitened, as the settings say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from claimbook.data import low_rank_whitening, whitening
from claimbook.data.affine import Affine
from claimbook.data.augment import Augmentation, composed, horizontal_flip, vertical_flip
from claimbook.papers.math_symbols.study import FLIPS, LOW_RANK, NONE

EPSILON = 1e-6 * 255**2
"""Keras' 1e-6, of pixels from 0 to 1, for pixels from 0 to 255: a whitening of either gives the same numbers."""
_FLIP = {"horizontal": horizontal_flip, "vertical": vertical_flip}


def whitened(settings: Mapping[str, Any], train_x: np.ndarray) -> Augmentation | None:
    """The ZCA whitening of these images, (n, channels, side, side) with pixels from 0 to 255; None for none.

    As Keras does, it is fitted to the training images as they are, and applied to all images, behind what changes them
    at random. It takes each pixel's mean away; Keras takes that of the channel.

    Raises:
        UsageError: more directions than the images have.
    """
    if settings["whitening"] == NONE:
        return None
    if settings["whitening"] == LOW_RANK:
        return low_rank_whitening.fitted(train_x, settings["whitening_rank"], EPSILON)
    return whitening.fitted(train_x, EPSILON)


def augmented(settings: Mapping[str, Any], white: Augmentation | None) -> Augmentation:
    """Rotation, zoom and shift in one, then the flips, then the whitening; what the settings leave out is left out."""
    amounts = settings["rotation"], settings["zoom"], settings["shift"]
    parts: list[Augmentation] = [Affine(*amounts)] if any(amounts) else []
    parts += [_FLIP[name]() for name in FLIPS[settings["flips"]]]
    return composed(*parts, *([white] if white is not None else []))
