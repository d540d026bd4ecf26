"""Whitening by the largest directions: beside NumPy image by image, beside the exact one, and on new images."""

from __future__ import annotations

import numpy as np
import pytest

from claimbook import seeds
from claimbook.data import whitening
from claimbook.data.low_rank_whitening import fitted
from claimbook.errors import DataError, UsageError


def images(n=400, stream="images") -> np.ndarray:
    """(n, 1, 8, 8): 64 directions whose variances fall to a hundredth, mixed, and means that are not 0."""
    turned = np.linalg.qr(seeds.stream(0, "directions").standard_normal((64, 64)))[0]
    spread = np.geomspace(1, 0.1, 64)
    drawn = seeds.stream(0, stream).standard_normal((n, 64)) * spread
    return (drawn @ turned + seeds.stream(0, "means").random(64)).reshape(n, 1, 8, 8)


def by_numpy(train: np.ndarray, image: np.ndarray, rank: int, epsilon: float) -> np.ndarray:
    """One image whitened in float64 by all eigenvectors, the variances beyond the rank raised to the last."""
    rows = train.reshape(len(train), -1).astype(np.float64)
    values, vectors = np.linalg.eigh(np.cov(rows, rowvar=False, bias=True))
    values = np.maximum(values, np.sort(values)[-rank])
    whole = vectors @ np.diag(1 / np.sqrt(values + epsilon)) @ vectors.T
    return (whole @ (image.ravel() - rows.mean(axis=0))).reshape(image.shape)


@pytest.mark.parametrize("rank", [4, 20, 64])
def test_every_image_is_that_of_numpy(rank):
    """Within 2 % of a standard deviation: directions near the last one are found least exactly."""
    train, new = images(), images(5, "new")
    white = fitted(train, rank, 1e-3)(new)
    assert white.dtype == np.float32 and white.shape == new.shape
    for found, image in zip(white, new, strict=True):
        assert np.abs(found - by_numpy(train, image, rank, 1e-3)).max() < (0.02 if rank < 64 else 2e-4)


def test_with_all_directions_it_is_the_exact_one():
    train = images()
    low, exact = fitted(train, 64), whitening.fitted(train)
    assert np.abs(low(train) - exact(train)).max() < 1e-3


def test_the_directions_are_orthonormal_and_of_variance_one_afterwards():
    train, rank = images(), 12
    found = fitted(train, rank, 1e-9)
    assert np.allclose(found.vectors.T @ found.vectors, np.eye(rank), atol=1e-5)
    assert np.all(np.diff(found.gains) >= 0)
    seen = found(train).reshape(len(train), -1) @ found.vectors
    assert np.allclose(np.cov(seen, rowvar=False, bias=True), np.eye(rank), atol=5e-3)


def test_what_training_images_never_show_is_not_blown_up():
    """Images alike in both halves, and a new one that is not: the exact whitening multiplies the difference by 1000."""
    train = np.repeat(images()[:, :, :4], 2, axis=2)
    new = train[:1] + 0.01 * seeds.stream(1, "noise").standard_normal(train[:1].shape)
    exact, low = whitening.fitted(train), fitted(train, 16)
    moved = [np.abs(white(new) - white(train[:1])).max() for white in (exact, low)]
    assert moved[0] > 5 > 0.5 > moved[1]


def test_fewer_images_than_pixels_and_bytes_can_be_whitened():
    few = seeds.stream(0, "few").integers(0, 256, (12, 3, 4, 4), dtype=np.uint8)
    white = fitted(few, 11, 1.0)
    assert np.isfinite(white(few)).all() and np.array_equal(white(few), fitted(few, 11, 1.0)(few))
    assert np.allclose(white(few[:2]), white(few)[:2], atol=1e-3)


@pytest.mark.parametrize("rank", [0, 65, -1, 2.5, True])
def test_a_rank_that_is_none_is_refused(rank):
    with pytest.raises(UsageError, match="rank = .*\n.*64 directions"):
        fitted(images(100), rank)
    with pytest.raises(UsageError, match="9 directions at most"):
        fitted(images(10), 10)


@pytest.mark.parametrize("epsilon", [0, -1e-6, np.nan, np.inf])
def test_an_epsilon_that_regularises_nothing_is_refused(epsilon):
    with pytest.raises(UsageError, match="epsilon"):
        fitted(images(100), 4, epsilon)


@pytest.mark.parametrize("bad", [np.zeros((1, 1, 2, 2)), np.full((4, 1, 2, 2), np.nan)])
def test_images_that_fit_nothing_are_refused(bad):
    with pytest.raises(DataError, match="cannot be fitted"):
        fitted(bad, 1)


def test_images_of_another_size_are_refused():
    with pytest.raises(UsageError, match="8 numbers.*64"):
        fitted(images(100), 4)(np.zeros((1, 2, 2, 2)))
