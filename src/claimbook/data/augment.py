"""Augmentation of whole batches: each is a function of (images, random numbers) that gives new images.

Images are (n, channels, height, width); none is changed in place. What is drawn is drawn for all images of a batch at
once and whatever the images show, so that the numbers of a step depend on its stream alone. `affine.Affine` (rotation,
zoom, shift) and `whitening.Whitening` are such functions too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from claimbook.errors import UsageError

Augmentation = Callable[[np.ndarray, np.random.Generator], np.ndarray]


def composed(*parts: Augmentation) -> Augmentation:
    """One after the other, the first first; none at all leaves the images as they are."""

    def augment(images: np.ndarray, draw: np.random.Generator) -> np.ndarray:
        for part in parts:
            images = part(images, draw)
        return images

    return augment


def horizontal_flip(share: float = 0.5) -> Augmentation:
    """Mirror each image, left to right, with probability `share`. Raises UsageError for a share outside of [0, 1]."""
    return _flip(share, 3)


def vertical_flip(share: float = 0.5) -> Augmentation:
    """Turn each image upside down (mirrored) with probability `share`. Raises UsageError for one outside of [0, 1]."""
    return _flip(share, 2)


def _flip(share: float, axis: int) -> Augmentation:
    if not 0 <= share <= 1:
        raise UsageError(f"A share of {share} of the images cannot be flipped.", do="Give a share from 0 to 1.")

    def augment(images: np.ndarray, draw: np.random.Generator) -> np.ndarray:
        chosen = draw.random(len(images)) < share
        flipped = images.copy()
        flipped[chosen] = np.flip(images[chosen], axis)
        return flipped

    return augment


def crop(padding: int) -> Augmentation:
    """Surround each image by `padding` zeros on every side and cut its own size out again, at a random place.

    Each of the (2 · padding + 1)² places is equally likely. Zero is black where it comes before a normalisation, as in
    torchvision's RandomCrop. Raises UsageError where the padding is no whole number from 0.
    """
    if isinstance(padding, bool) or not isinstance(padding, (int, np.integer)) or padding < 0:
        raise UsageError(f"A padding of {padding!r} is not understood.", do="Give a whole number of pixels, 0 or more.")

    def augment(images: np.ndarray, draw: np.random.Generator) -> np.ndarray:
        height, width = images.shape[2:]
        wide = np.pad(images, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
        places = np.lib.stride_tricks.sliding_window_view(wide, (height, width), axis=(2, 3))
        down, right = draw.integers(0, 2 * padding, (2, len(images)), endpoint=True)
        return np.ascontiguousarray(places[np.arange(len(images)), :, down, right])

    return augment


def normalisation(mean: Sequence[float], sd: Sequence[float], pixels: bool = True) -> Augmentation:
    """(x − mean) / sd, channel by channel, as float32; nothing is drawn.

    Args:
        mean, sd: one number a channel, of pixels from 0 to 1.
        pixels: the images' values go from 0 to 255, and are divided by 255 first.

    Raises:
        UsageError: a standard deviation that is not above 0, not as many as means, or images of other channels.
    """
    mean, sd = np.array(mean, np.float64), np.array(sd, np.float64)
    if mean.shape != sd.shape or mean.ndim != 1 or not np.all(sd > 0) or not np.all(np.isfinite([mean, sd])):
        given = f"mean {mean.tolist()} and sd {sd.tolist()}"
        raise UsageError(f"{given} cannot normalise images.", do="Give one mean and one sd above 0 for each channel.")
    unit = 255.0 if pixels else 1.0
    shift, scale = ((v * unit).astype(np.float32)[:, None, None] for v in (mean, sd))

    def augment(images: np.ndarray, draw: np.random.Generator | None = None) -> np.ndarray:
        if images.shape[1] != len(mean):
            told = f"Images of {images.shape[1]} channels cannot be normalised with {len(mean)} means."
            raise UsageError(told, do="Give one mean and one sd for each channel.")
        made = np.subtract(images, shift, dtype=np.float32)
        made /= scale
        return made

    return augment
