from __future__ import annotations

import numpy as np
import pytest

from claimbook import seeds
from claimbook.data.whitening import fitted
from claimbook.errors import DataError, UsageError


def images(n=3000) -> np.ndarray:
    """Correlated, (n, 2, 2, 3): neighbours share what they show, and the means are not 0."""
    draw = seeds.stream(0, "images")
    return (draw.standard_normal((n, 12)) @ draw.standard_normal((12, 12)) + draw.uniform(0, 3, 12)).reshape(n, 2, 2, 3)


def covariance(images: np.ndarray) -> np.ndarray:
    return np.cov(images.reshape(len(images), -1).astype(float), rowvar=False, bias=True)


def test_whitened_pixels_are_uncorrelated_and_of_variance_one():
    whitening = fitted(images(), 1e-9)
    white = whitening(images())
    assert white.dtype == np.float32 and white.shape == images().shape
    assert np.abs(covariance(images()) - np.eye(12)).max() > 1
    assert np.allclose(covariance(white), np.eye(12), atol=1e-4)
    assert np.abs(white.mean(axis=0)).max() < 1e-5


def test_it_is_the_inverse_root_of_the_covariance():
    whitening = fitted(images(), 0.5)
    regular = covariance(images()) + 0.5 * np.eye(12)
    root = whitening.matrix.astype(float)
    assert np.allclose(root @ regular @ root, np.eye(12), atol=1e-5)
    assert np.array_equal(whitening.matrix, whitening.matrix.T) or np.allclose(root, root.T, atol=1e-7)
    assert np.all(np.linalg.eigvalsh((root + root.T) / 2) > 0), "of all roots the one nearest to the images"
    assert whitening.epsilon == 0.5


def test_it_is_one_product_of_the_centred_image():
    whitening = fitted(images())
    new = seeds.stream(1, "new").integers(0, 256, (5, 2, 2, 3), dtype=np.uint8)
    by_hand = [(image.reshape(-1) - whitening.mean) @ whitening.matrix for image in new.astype(np.float32)]
    assert np.allclose(whitening(new).reshape(5, -1), by_hand, rtol=1e-4, atol=1e-3)
    assert np.allclose(whitening(new[:2]), whitening(new)[:2], rtol=1e-4, atol=1e-3)


def test_directions_without_variance_are_bounded_by_epsilon():
    flat = np.repeat(images(50)[:, :1], 2, axis=1)  # both channels alike: half of the directions are empty
    whitening = fitted(flat, 1e-2)
    assert np.abs(whitening.matrix).max() <= 10 + 1e-4 and np.isfinite(whitening(flat)).all()


def test_fewer_images_than_pixels_can_be_fitted():
    whitening = fitted(images(5), 1e-3)
    assert np.isfinite(whitening(images(5))).all()


@pytest.mark.parametrize("epsilon", [0, -1e-6, np.nan, np.inf])
def test_an_epsilon_that_regularises_nothing_is_refused(epsilon):
    with pytest.raises(UsageError, match="epsilon"):
        fitted(images(10), epsilon)


@pytest.mark.parametrize("bad", [np.zeros((1, 1, 2, 2)), np.full((4, 1, 2, 2), np.nan), np.zeros((0, 1, 2, 2))])
def test_images_that_fit_nothing_are_refused(bad):
    with pytest.raises(DataError, match="cannot be fitted"):
        fitted(bad)


def test_images_of_another_size_are_refused():
    with pytest.raises(UsageError, match="8 numbers.*12"):
        fitted(images(20))(np.zeros((1, 2, 2, 2)))
