"""Pixels as a net wants them: float32 and normalised, inside the net's graph."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from claimbook.compat import mxnet
from claimbook.errors import UsageError

mx = mxnet()

CIFAR_MEAN, CIFAR_SD = (0.4914, 0.4822, 0.4465), (0.2023, 0.1994, 0.2010)
"""Of the red, green and blue of CIFAR-10's training images, pixels from 0 to 1: the figures that everyone takes for
CIFAR-10, and many for CIFAR-100."""


class Pixels(mx.gluon.HybridBlock):
    """(x / 255 − mean) / sd, channel by channel.

    In the graph, and not among the augmentations, so that images stay bytes from the file to the net: a quarter of the
    memory, crops and flips of a batch that move a quarter as much, and no reader, test or application that could leave
    the normalisation out or do it twice. A crop's black border is then black, as in the recipes that pad first.

    Args:
        mean, sd: one number a channel, of pixels from 0 to 1.

    Shapes: in (batch, channels, height, width), values 0 … 255 of any type; out the same, float32 or what the block was
    cast to.

    Raises:
        UsageError: a standard deviation that is not above 0, not as many as means, or a number that is not finite.
    """

    def __init__(self, mean: Sequence[float] = CIFAR_MEAN, sd: Sequence[float] = CIFAR_SD, **kwargs):
        super().__init__(**kwargs)
        means, sds = np.array(mean, np.float64), np.array(sd, np.float64)
        if means.shape != sds.shape or means.ndim != 1 or not np.all(sds > 0) or not np.all(np.isfinite([means, sds])):
            given = f"mean {means.tolist()} and sd {sds.tolist()}"
            raise UsageError(f"{given} cannot normalise images.", do="Give one mean and one sd above 0 a channel.")
        self._mean, self._sd = tuple((255 * means).tolist()), tuple((255 * sds).tolist())
        self._dtype = "float32"

    def cast(self, dtype: str) -> None:
        """What comes out."""
        self._dtype = dtype
        super().cast(dtype)

    def hybrid_forward(self, F, x):
        """The normalised images."""
        x = F.image.normalize(F.cast(x, "float32"), mean=self._mean, std=self._sd)  # one pass, in float32 only
        return x if self._dtype == "float32" else F.cast(x, self._dtype)
