from __future__ import annotations

import numpy as np
import pytest

from claimbook import seeds
from claimbook.data.augment import composed, crop, horizontal_flip
from claimbook.data.channel_statistics import STATISTICS, channel_statistics
from claimbook.data.cifar import load_cifar
from claimbook.errors import UsageError


def test_the_customary_numbers():
    """papers: the VGG report's code (VICO-UoE/mlpractical, 0d01be8) has these for CIFAR-100."""
    customary = channel_statistics("cifar-10-customary")
    assert (customary.mean, customary.sd) == ((0.4914, 0.4822, 0.4465), (0.2023, 0.1994, 0.2010))
    with pytest.raises(UsageError, match=r"channel statistics named 'cifar'.*\n.*cifar-100"):
        channel_statistics("cifar")


def test_the_reports_training_pictures_are_crop_flip_and_normalisation():
    images = load_cifar("cifar-100", stand_in=True).train_x[:64]
    statistics = channel_statistics("cifar-10-customary")
    augment = composed(crop(4), horizontal_flip(), statistics.normalisation())
    made = augment(images, seeds.stream(0, "augment/0"))
    draw = seeds.stream(0, "augment/0")
    down, right = draw.integers(0, 8, (2, 64), endpoint=True)
    flips = draw.random(64) < 0.5
    assert made.shape == images.shape and made.dtype == np.float32 and 10 < flips.sum() < 54
    for i, image in enumerate(images):
        wide = np.zeros((3, 40, 40))
        wide[:, 4:36, 4:36] = image / 255
        cut = wide[:, down[i] : down[i] + 32, right[i] : right[i] + 32][:, :, :: -1 if flips[i] else 1]
        for channel in range(3):
            by_hand = (cut[channel] - statistics.mean[channel]) / statistics.sd[channel]
            assert np.allclose(made[i, channel], by_hand, atol=1e-5)


def test_every_set_has_three_channels():
    for name in STATISTICS:
        assert channel_statistics(name).normalisation()(np.zeros((1, 3, 2, 2), np.uint8), None).shape == (1, 3, 2, 2)
