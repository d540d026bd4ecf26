"""CIFAR against numbers that are known from elsewhere (the authors' page, the literature, published code)."""

from __future__ import annotations

import numpy as np
import pytest

from claimbook.data.channel_statistics import channel_statistics
from claimbook.data.cifar import identity, load_cifar
from claimbook.data.stand_in_pictures import COARSE


def of_channels(images: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean and sd of each channel over all pixels, and the mean over the images of each image's own sd."""
    pieces = [piece.reshape(len(piece), 3, -1) / np.float32(255) for piece in np.array_split(images, 50)]
    means = np.concatenate([piece.mean(2) for piece in pieces])
    sds = np.concatenate([piece.std(2) for piece in pieces])
    mean = means.mean(0)
    return mean, np.sqrt((sds**2 + means**2).mean(0) - mean**2), sds.mean(0)


@pytest.fixture
def cifar_100(real):
    real("cifar-100")
    return load_cifar("cifar-100", stand_in=False, validation=2_500)


def test_the_reports_split(cifar_100):
    sizes = [len(getattr(cifar_100, f"{part}_y")) for part in ("train", "validation", "test")]
    assert sizes == [47_500, 2_500, 10_000]
    counts = np.bincount(cifar_100.train_y) + np.bincount(cifar_100.validation_y)
    assert set(counts.tolist()) == {500} and set(np.bincount(cifar_100.test_y).tolist()) == {100}
    assert np.ptp(np.bincount(cifar_100.validation_y)) > 0, "not stratified"
    assert cifar_100.digest == "cda9bb67c4145cadbb6526997a86843b48e4985b4c8e5b79ca1f73fa229cc300"
    assert identity("cifar-100", validation=2_500) == cifar_100.identity()


def test_copies_in_cifar_100(real, cifar_100):
    """14 training images and 2 test images are copies; 10 test images are training images (see data's README)."""
    counts = cifar_100.duplicates
    assert counts["repeated_train"] + counts["repeated_validation"] + counts["validation_in_train"] == 14
    assert counts["repeated_test"] == 2 and counts["test_in_train"] + counts["test_in_validation"] == 10


def test_superclasses(cifar_100):
    coarse = load_cifar("cifar-100", stand_in=False, validation=2_500, labels="coarse")
    assert np.array_equal(np.array(COARSE)[cifar_100.train_y], coarse.train_y)
    assert coarse.classes[COARSE[cifar_100.classes.index("shark")]] == "fish"
    assert coarse.classes[COARSE[cifar_100.classes.index("willow_tree")]] == "trees"


def test_channels_of_cifar_100(cifar_100):
    known = channel_statistics("cifar-100")
    mean, sd, _ = of_channels(np.concatenate([cifar_100.train_x[::4], cifar_100.validation_x]))
    assert np.allclose(mean, known.mean, atol=3e-3) and np.allclose(sd, known.sd, atol=3e-3)


def test_the_subset_of_cifar_10_and_its_channels(real):
    real("cifar-10")
    data = load_cifar("cifar-10", stand_in=False, subset=15_000)
    assert set(np.bincount(data.train_y).tolist()) == {1_500} and set(np.bincount(data.test_y).tolist()) == {1_000}
    assert data.digest == "cd26956abbfc636b20c0760ef3c562e1da148e1b038f27e7a44ce62db1ae6f23"
    mean, sd, own = of_channels(data.train_x)
    assert np.allclose(mean, channel_statistics("cifar-10").mean, atol=3e-3)
    assert np.allclose(sd, channel_statistics("cifar-10").sd, atol=3e-3)
    assert np.allclose(own, channel_statistics("cifar-10-customary").sd, atol=3e-3)
