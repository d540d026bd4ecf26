"""Synthetic stand-ins for the CIFAR images: the same layout, so that the code runs everywhere, and nothing more.

No claim is judged on them. Each image has the two colours of its superclass (CIFAR-10: of its class) and the 4 x 4
pattern of its class, shifted, tinted and covered with noise. All of it is integer arithmetic on drawn integers, so
every machine makes the same bytes.
"""

from __future__ import annotations

import numpy as np

from claimbook import seeds

VERSION = 1
TRAIN, TEST = 2_000, 500
SIDE = 32
# The superclass of each of the 100 classes, as in the release.
COARSE = (
    4, 1, 14, 8, 0, 6, 7, 7, 18, 3, 3, 14, 9, 18, 7, 11, 3, 9, 7, 11, 6, 11, 5, 10, 7, 6, 13, 15, 3, 15, 0, 11, 1, 10,
    12, 14, 16, 9, 11, 5, 5, 19, 8, 8, 15, 13, 14, 17, 18, 10, 16, 4, 17, 4, 2, 0, 17, 4, 18, 17, 10, 3, 2, 12, 12, 16,
    12, 1, 9, 19, 2, 10, 0, 1, 16, 12, 9, 13, 15, 13, 16, 19, 2, 4, 6, 19, 5, 5, 8, 19, 18, 1, 2, 15, 6, 0, 17, 8, 14,
    13,
)  # fmt: skip
_CELL = 6  # pixels; the pattern of 24 x 24 lies in the middle of the image, or up to 4 pixels from there
_TINT, _NOISE = 40, 90  # the most by which an image's colours, and a pixel, differ from those of its class


def stand_in_pictures(part: str, count: int, kinds: int) -> np.ndarray:
    """Records (count, kinds + 3072) uint8 of one part ("train", "test"), in random order, as the binary releases have.

    kinds: 1 for CIFAR-10's labels, 2 for the coarse and fine ones of CIFAR-100. The classes are as equally frequent as
    `count` allows.
    """
    coarse = np.array(COARSE if kinds == 2 else range(10))

    def whole(name: str, low: int, high: int, *shape: int) -> np.ndarray:
        stream = seeds.stream(0, f"cifar/stand-in/{VERSION}/{kinds}/{name}")
        return stream.integers(low, high, shape, dtype=np.int32, endpoint=True)

    fine = np.argsort(whole(f"{part}/order", 0, 2**30, count), kind="stable") % len(coarse)
    colours = whole("colours", 60, 195, 20, 2, 3)[coarse[fine]] + whole(f"{part}/tint", -_TINT, _TINT, count, 2, 3)
    ink = _ink(whole("patterns", 0, 1, len(coarse), 4, 4)[fine], whole(f"{part}/shift", -4, 4, 2, count))
    images = np.where(ink[:, None], colours[:, 1, :, None, None], colours[:, 0, :, None, None])
    images += whole(f"{part}/noise", -_NOISE, _NOISE, count, 3, SIDE, SIDE)
    labels = np.stack([coarse[fine], fine][-kinds:], axis=1)
    return np.concatenate([labels, np.clip(images, 0, 255).reshape(count, -1)], axis=1).astype(np.uint8)


def _ink(patterns: np.ndarray, shift: np.ndarray) -> np.ndarray:
    """(count, 32, 32): where the patterns (count, 4, 4) of 0 and 1, shifted by (2, count) pixels, have ink."""
    framed = np.pad(patterns, ((0, 0), (1, 1), (1, 1)))
    places = np.arange(SIDE) - (SIDE - 4 * _CELL) // 2
    rows, columns = np.clip((places + shift[:, :, None]) // _CELL + 1, 0, 5)
    one = np.arange(len(patterns))[:, None, None]
    return framed[one, rows[:, :, None], columns[:, None, :]].astype(bool)
