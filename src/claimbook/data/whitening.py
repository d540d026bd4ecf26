"""ZCA whitening: the linear map after which pixels are uncorrelated, of variance 1, and as like the images as can be.

A. Krizhevsky, "Learning multiple layers of features from tiny images" (2009), appendix A: W = C^(−1/2), C the
covariance of the training images' pixels.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from claimbook.errors import DataError, UsageError

_TOGETHER = 1024  # images centred at once, so that a second copy of all in float64 is never made


@dataclasses.dataclass(frozen=True, eq=False)
class Whitening:
    """Whitening as it was fitted, once: an augmentation (see `data.augment`) that draws nothing.

    It belongs to the data: what is evaluated must be whitened by the same numbers.

    mean: (d,) float32, d = channels · height · width. matrix: (d, d) float32, symmetric. epsilon: as in `fitted`.
    """

    mean: np.ndarray
    matrix: np.ndarray
    epsilon: float

    def __call__(self, images: np.ndarray, draw: np.random.Generator | None = None) -> np.ndarray:
        """(x − mean) · matrix for each image (n, channels, height, width), float32: one product of matrices.

        Raises:
            UsageError: images of another number of pixels.
        """
        return (centred(images, self.mean) @ self.matrix).reshape(images.shape)


def fitted(images: np.ndarray, epsilon: float = 1e-6) -> Whitening:
    """The whitening of these images, the training images alone: U · diag(1 / √(λ + ε)) · Uᵀ.

    λ and U are eigenvalues and eigenvectors of the pixels' covariance (divided by n), in float64. The work grows with
    d³: d = 625 takes a moment, 7,500 minutes.

    Args:
        images: (n, channels, height, width).
        epsilon: added to each variance along an eigenvector, in the square of the images' units (Keras: 1e-6, of pixels
            from 0 to 1). It bounds how much directions without variance are blown up.

    Raises:
        UsageError: an epsilon that is not above 0.
        DataError: fewer than two images, or a pixel that is not finite.
    """
    check(images, epsilon)
    rows = images.reshape(len(images), -1)
    mean = rows.mean(axis=0, dtype=np.float64)
    covariance = np.zeros((rows.shape[1],) * 2)
    for start in range(0, len(rows), _TOGETHER):
        some = rows[start : start + _TOGETHER] - mean
        covariance += some.T @ some
    values, vectors = np.linalg.eigh(covariance / len(rows))
    scaled = vectors / np.sqrt(np.maximum(values, 0) + epsilon)
    return Whitening(mean.astype(np.float32), (scaled @ vectors.T).astype(np.float32), epsilon)


def centred(images: np.ndarray, mean: np.ndarray) -> np.ndarray:
    """Images (n, channels, height, width) less the mean (d,): (n, d) float32.

    Raises:
        UsageError: images of another number of pixels.
    """
    rows = images.reshape(len(images), -1)
    if rows.shape[1] != len(mean):
        told = f"Images of {rows.shape[1]:,} numbers cannot be whitened as images of {len(mean):,}."
        raise UsageError(told, do="Fit the whitening to images of this size.")
    return np.subtract(rows, mean, dtype=np.float32)


def check(images: np.ndarray, epsilon: float) -> None:
    """Raises UsageError for an epsilon that is not above 0, DataError for fewer than two images or one not finite."""
    if not 0 < epsilon < np.inf:
        why = "Without it, directions in which the images do not differ would be divided by zero."
        raise UsageError(f"epsilon = {epsilon} cannot regularise a whitening.", why, "Give a number above 0.")
    if len(images) < 2 or not np.isfinite(images).all():
        what = f"A whitening cannot be fitted to these {len(images)} images."
        raise DataError(what, "There are fewer than two, or a pixel is not finite.", "Give sound training images.")
