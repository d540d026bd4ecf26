"""ZCA whitening of images with many pixels: the directions of largest variance one by one, all the others alike.

The whitening of d numbers needs their d × d covariance, all its eigenvectors, and d² products an image: 50 × 50 pixels
of three colours make d = 7,500, 225 MB in float32. Where there are fewer images than that, or the colours are alike,
most directions have no variance, and the exact whitening (`data.whitening`) multiplies what new images have in them,
however little, by 1 / √ε, a thousand. Here the `rank` directions of largest variance are found by the randomised
subspace iteration of N. Halko, P.-G. Martinsson and J. A. Tropp, Finding structure with randomness, SIAM Review 53
(2011), algorithm 4.4, without the covariance; every other direction is multiplied as the last of them.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from claimbook import seeds
from claimbook.data.whitening import centred, check
from claimbook.errors import UsageError

_TOGETHER = 1024  # images centred at once
_ROUNDS = 4  # of the iteration; each brings the error down by the ratio of the variances, squared
_MORE = 1.2  # so many times the rank are followed; those beyond the rank come out less exactly and are dropped


@dataclasses.dataclass(frozen=True, eq=False)
class LowRankWhitening:
    """Whitening as it was fitted, once: an augmentation (see `data.augment`) that draws nothing.

    It belongs to the data: what is evaluated must be whitened by the same numbers.

    mean: (d,) float32, d = channels · height · width. vectors: (d, rank) float32, orthonormal columns. gains: (rank,)
    float32, rising, what each direction is multiplied by; the last is that of all other directions too. epsilon: as in
    `fitted`.
    """

    mean: np.ndarray
    vectors: np.ndarray
    gains: np.ndarray
    epsilon: float

    def __call__(self, images: np.ndarray, draw: np.random.Generator | None = None) -> np.ndarray:
        """The whitened images (n, channels, height, width), float32: 2 · d · rank products each.

        Raises:
            UsageError: images of another number of pixels.
        """
        rows, rest = centred(images, self.mean), self.gains[-1]
        made = (rows @ self.vectors * (self.gains - rest)) @ self.vectors.T
        rows *= rest
        made += rows
        return made.reshape(images.shape)


def fitted(images: np.ndarray, rank: int, epsilon: float = 1e-6) -> LowRankWhitening:
    """The whitening of these images, the training images alone: U · diag(1 / √(max(λ, λ_rank) + ε)) · Uᵀ.

    λ, falling, and U are eigenvalues and eigenvectors of the pixels' covariance (divided by n); with as many directions
    as pixels it is the exact whitening. The work grows with n · d · rank. What is random in the search comes from a
    stream of its own and is always the same.

    Args:
        images: (n, channels, height, width).
        rank: the directions that are whitened one by one, 1 … the smaller of d and n − 1.
        epsilon: added to each variance, in the square of the images' units (Keras: 1e-6, of pixels from 0 to 1).

    Raises:
        UsageError: a rank out of range, an epsilon that is not above 0.
        DataError: fewer than two images, or a pixel that is not finite.
    """
    check(images, epsilon)
    rows = images.reshape(len(images), -1)
    most = min(rows.shape[1], len(rows) - 1)
    if isinstance(rank, bool) or not isinstance(rank, (int, np.integer)) or not 1 <= rank <= most:
        why = f"{len(rows):,} images of {rows.shape[1]:,} numbers differ in {most:,} directions at most."
        raise UsageError(f"rank = {rank!r} is no number of directions.", why, f"Give a whole number from 1 to {most}.")
    mean = rows.mean(axis=0, dtype=np.float64).astype(np.float32)
    values, vectors = _largest(rows, mean, int(rank))
    gains = 1 / np.sqrt(np.maximum(values, 0) + epsilon)
    return LowRankWhitening(mean, vectors, gains.astype(np.float32), epsilon)


def _largest(rows: np.ndarray, mean: np.ndarray, rank: int) -> tuple[np.ndarray, np.ndarray]:
    """The largest eigenvalues of the covariance, falling, float64, and their vectors (d, rank), float32."""
    followed = min(rows.shape[1], int(np.ceil(_MORE * rank)) + 10)
    drawn = seeds.stream(0, "low-rank whitening").standard_normal((rows.shape[1], followed), dtype=np.float32)
    basis = np.linalg.qr(drawn)[0]
    for _ in range(_ROUNDS):
        basis = np.linalg.qr(_times_covariance(rows, mean, basis))[0]
    small = basis.T.astype(np.float64) @ _times_covariance(rows, mean, basis)
    values, turn = np.linalg.eigh((small + small.T) / 2)
    chosen = np.argsort(values)[::-1][:rank]
    return values[chosen], basis @ turn[:, chosen].astype(np.float32)


def _times_covariance(rows: np.ndarray, mean: np.ndarray, basis: np.ndarray) -> np.ndarray:
    """The covariance times the basis (d, m), float32; sums over the images are of float32 products."""
    made = np.zeros_like(basis)
    for start in range(0, len(rows), _TOGETHER):
        some = np.subtract(rows[start : start + _TOGETHER], mean, dtype=np.float32)
        made += some.T @ (some @ basis)
    return made / np.float32(len(rows))
