"""Synthetic stand-ins for the MNIST images: the same layout, so that the code runs everywhere, and nothing more.

No claim is judged on them. Each image is a digit of a 5 x 7 font, stretched, sheared, shifted, blurred, dimmed and
covered with noise. All of it is integer arithmetic on drawn integers, so every machine makes the same bytes.
"""

from __future__ import annotations

import numpy as np

from claimbook import seeds

VERSION = 1
TRAIN, TEST = 2_048, 512
SIDE = 28
_FONT = (  # one row of 5 pixels a group, from the top, read as binary digits
    "01110 10001 10011 10101 11001 10001 01110",
    "00100 01100 00100 00100 00100 00100 01110",
    "01110 10001 00001 00010 00100 01000 11111",
    "11111 00010 00100 00010 00001 10001 01110",
    "00010 00110 01010 10010 11111 00010 00010",
    "11111 10000 11110 00001 00001 10001 01110",
    "00110 01000 10000 11110 10001 10001 01110",
    "11111 00001 00010 00100 01000 01000 01000",
    "01110 10001 10001 01110 10001 10001 01110",
    "01110 10001 10001 01111 00001 00010 01100",
)
_UNIT = 64  # fixed point: so many parts of one cell of the font
_NOISE = 80  # the most by which noise changes a pixel; half of the pixels are left as they are


def stand_in_digits(part: str, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Images (count, 28, 28) and labels (count,) of one part ("train", "test"), uint8, in random order.

    The classes are as equally frequent as `count` allows.
    """

    def whole(name: str, low: int, high: int, *shape: int) -> np.ndarray:
        stream = seeds.stream(0, f"mnist/stand-in/{VERSION}/{part}/{name}")
        return stream.integers(low, high, (count, *shape), dtype=np.int32, endpoint=True)

    labels = (np.argsort(whole("order", 0, 2**30), kind="stable") % 10).astype(np.uint8)
    images = _blurred(_drawn(labels, whole)) * whole("ink", 10, 16, 1, 1)
    noise = whole("noise", -2 * _NOISE, 2 * _NOISE, SIDE, SIDE)
    images += np.sign(noise) * np.maximum(np.abs(noise) - _NOISE, 0)
    return np.clip(images, 0, 255).astype(np.uint8), labels


def _drawn(labels: np.ndarray, whole) -> np.ndarray:
    """(count, 28, 28) of 0 and 1: where each pixel's middle falls on the font's ink."""
    font = np.array([[[int(p) for p in row] for row in digit.split()] for digit in _FONT], np.int32)
    framed = np.pad(font, ((0, 0), (1, 1), (1, 1)))
    middle = np.arange(SIDE, dtype=np.int32) - SIDE // 2
    rows = (middle - whole("down", -3, 3, 1)) * whole("height", 18, 26, 1)  # 64/26 to 64/18 pixels a cell
    slant = rows * whole("slant", -24, 24, 1) // 64
    columns = (middle - whole("right", -3, 3, 1)) * whole("width", 16, 26, 1)
    cell_rows = np.clip((rows + 7 * _UNIT // 2) // _UNIT + 1, 0, 8)[:, :, None]
    cell_columns = np.clip((columns[:, None, :] + slant[:, :, None] + 5 * _UNIT // 2) // _UNIT + 1, 0, 6)
    return framed[labels[:, None, None], cell_rows, cell_columns]


def _blurred(ink: np.ndarray) -> np.ndarray:
    """Weights 1, 2, 1 along both axes: whole numbers from 0 to 16."""
    framed = np.pad(ink, ((0, 0), (1, 1), (1, 1)))
    rows = framed[:, :-2] + 2 * framed[:, 1:-1] + framed[:, 2:]
    return rows[:, :, :-2] + 2 * rows[:, :, 1:-1] + rows[:, :, 2:]
