"""MNIST against numbers that are known from elsewhere (the authors' page, the literature)."""

from __future__ import annotations

import gzip

import numpy as np
import pytest

from claimbook.data.locate import locate
from claimbook.data.mnist import FILES, load_mnist


@pytest.fixture
def data(real):
    real("mnist")
    return load_mnist(stand_in=False)


def test_images_and_labels(data):
    assert data.train_x.shape == (60_000, 28, 28) and data.test_x.shape == (10_000, 28, 28)
    assert np.bincount(data.train_y).tolist() == [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    assert np.bincount(data.test_y).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    counts = sum(np.bincount(piece.ravel(), minlength=256) for piece in np.array_split(data.train_x, 60))
    values = np.arange(256) / 255
    mean = counts @ values / counts.sum()
    assert mean == pytest.approx(0.1307, abs=5e-5)
    assert np.sqrt(counts @ (values - mean) ** 2 / counts.sum()) == pytest.approx(0.3081, abs=5e-5)


def test_the_official_order(data):
    assert data.train_y[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    assert data.test_y[:10].tolist() == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]


def test_no_image_is_there_twice(data):
    images = np.concatenate([data.train_x, data.test_x])
    assert len({image.tobytes() for image in images}) == 70_000
    assert data.test_in_train == 0 and data.notes[1] == "No test image occurs among the training images."


def test_always_predicting_one_errs_as_the_identity_paper_prints(data):
    """SI-3.1: a net that knows the classes' frequencies only errs on 1 - 1135/10000 of the test images."""
    most = np.bincount(data.train_y).argmax()
    assert most == 1 and (data.test_y != most).mean() == pytest.approx(0.8865)


def test_plain_files_read_like_the_compressed_ones(data, tmp_path, monkeypatch):
    found = locate("mnist")
    (tmp_path / "mnist").mkdir()
    for name in FILES.values():
        path = found.files[name]
        content = gzip.open(path).read() if path.suffix == ".gz" else path.read_bytes()
        (tmp_path / "mnist" / name).write_bytes(content)
    monkeypatch.setenv("CLAIMBOOK_DATA", str(tmp_path))
    again = load_mnist(stand_in=False)
    assert again is not data and again.digest == data.digest
    assert np.array_equal(again.test_x, data.test_x)
