from __future__ import annotations

import numpy as np
import pytest

from claimbook.data.mnist import load_mnist
from claimbook.data.stand_in_digits import stand_in_digits


@pytest.fixture(scope="module")
def data():
    return load_mnist(stand_in=True)


def test_layout(data):
    assert data.train_x.shape == (2_048, 28, 28) and data.test_x.shape == (512, 28, 28)
    assert all(a.dtype == np.uint8 and not a.flags.writeable for a in (data.train_x, data.train_y, data.test_x))
    assert np.ptp(np.bincount(data.train_y)) <= 1 and len(np.bincount(data.test_y)) == 10
    assert data.test_in_train == 0


def test_same_bytes_every_time_and_on_every_machine(data):
    assert data.digest == "1bf46732b41ecf14eb1f7dbc81638c4145796f7731cf600709ac071a0936b3d9"


def test_classes_stand_in_no_order(data):
    steps = np.bincount((np.diff(data.train_y.astype(int)) % 10), minlength=10)
    assert abs(steps - 204.7).max() < 5 * np.sqrt(204.7)


def test_ink_lies_in_the_middle_as_in_mnist(data):
    mean = data.train_x.mean(axis=0)
    assert mean[4:24, 6:22].mean() > 4 * mean[0].mean()
    assert data.train_x.max() == 255 and np.median(data.train_x) == 0


def test_learnable_but_not_at_once(data):
    """Ridge regression on the pixels errs far less often than chance, which errs in 0.9, and far more than never."""
    x, test = (images.reshape(len(images), -1) / 255 for images in (data.train_x, data.test_x))
    centre = x.mean(axis=0)
    moments = (x - centre).T @ (x - centre) + 3 * np.eye(784)
    weights = np.linalg.solve(moments, (x - centre).T @ np.eye(10)[data.train_y])
    errors = (((test - centre) @ weights).argmax(axis=1) != data.test_y).mean()
    assert 0.2 < errors < 0.6


def test_parts_differ():
    assert not np.array_equal(stand_in_digits("train", 20)[0], stand_in_digits("test", 20)[0])
