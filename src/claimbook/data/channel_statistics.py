"""Means and standard deviations of colour channels by name, for the normalisation of images.

"cifar-10-customary" are the numbers that most published code carries. Its means are those of the training images; its
standard deviations are the mean over the images of each image's own, which is less than that of all pixels together
("cifar-10"). Code written for CIFAR-100 often keeps the customary numbers of CIFAR-10.
"""

from __future__ import annotations

from dataclasses import dataclass

from claimbook.data.augment import Augmentation, normalisation
from claimbook.errors import unknown


@dataclass(frozen=True)
class ChannelStatistics:
    """mean, sd: of red, green and blue, of pixels from 0 to 1."""

    mean: tuple[float, float, float]
    sd: tuple[float, float, float]

    def normalisation(self) -> Augmentation:
        """(x / 255 − mean) / sd, channel by channel, for images (n, 3, height, width) of values from 0 to 255."""
        return normalisation(self.mean, self.sd)


STATISTICS = {
    "cifar-10-customary": ChannelStatistics((0.4914, 0.4822, 0.4465), (0.2023, 0.1994, 0.2010)),
    "cifar-10": ChannelStatistics((0.4914, 0.4822, 0.4465), (0.2470, 0.2435, 0.2616)),
    "cifar-100": ChannelStatistics((0.5071, 0.4865, 0.4409), (0.2673, 0.2564, 0.2762)),
}


def channel_statistics(name: str) -> ChannelStatistics:
    """The statistics of that name. Raises UsageError for an unknown one."""
    if name not in STATISTICS:
        raise unknown("set of channel statistics", name, STATISTICS)
    return STATISTICS[name]
