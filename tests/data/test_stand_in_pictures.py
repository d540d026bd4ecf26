from __future__ import annotations

import numpy as np
import pytest

from claimbook.data.cifar import load_cifar
from claimbook.data.stand_in_pictures import COARSE, stand_in_pictures


@pytest.mark.parametrize("name, classes, digest", [
    ("cifar-10", 10, "ccc3bc357b76ee0b97c430dd285068d39b6f664d78c8b9a20714c0020f4b5554"),
    ("cifar-100", 100, "a74d328a919f5bae2b98a7668625f498724f3d03e28f16bc1b25fec82189b842"),
])  # fmt: skip
def test_layout_and_same_bytes_on_every_machine(name, classes, digest):
    data = load_cifar(name, stand_in=True)
    assert data.train_x.shape == (2_000, 3, 32, 32) and data.test_x.shape == (500, 3, 32, 32)
    assert np.ptp(np.bincount(data.train_y)) == 0 and np.bincount(data.test_y).tolist() == [500 // classes] * classes
    assert not any(data.duplicates.values()) and data.digest == digest


def test_superclasses_are_the_releases():
    assert np.bincount(COARSE).tolist() == [5] * 20
    fine, coarse = (load_cifar("cifar-100", stand_in=True, labels=labels).train_y for labels in ("fine", "coarse"))
    assert np.array_equal(np.array(COARSE)[fine], coarse)


@pytest.mark.parametrize("name, labels, low, high", [
    ("cifar-10", "fine", 0.05, 0.6), ("cifar-100", "coarse", 0.2, 0.8), ("cifar-100", "fine", 0.3, 0.8),
])  # fmt: skip
def test_learnable_but_not_at_once(name, labels, low, high):
    """Ridge regression on 8 x 8 means of the pixels errs less often than chance, and far more often than never."""
    data = load_cifar(name, stand_in=True, labels=labels)
    x, test = (
        images.reshape(-1, 3, 8, 4, 8, 4).mean((3, 5)).reshape(-1, 192) / 255 for images in (data.train_x, data.test_x)
    )
    centre = x.mean(axis=0)
    moments = (x - centre).T @ (x - centre) + np.eye(192)
    weights = np.linalg.solve(moments, (x - centre).T @ np.eye(len(data.classes))[data.train_y])
    errors = (((test - centre) @ weights).argmax(axis=1) != data.test_y).mean()
    assert low < errors < high, errors


def test_parts_differ():
    assert not np.array_equal(stand_in_pictures("train", 20, 2)[:, 2:], stand_in_pictures("test", 20, 2)[:, 2:])
