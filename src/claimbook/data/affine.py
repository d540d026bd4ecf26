"""Rotation, zoom and shift of whole batches as one resampling, with the conventions of Keras' image generator.

One bilinear interpolation for all three, so that an image is blurred once. Beyond its border an image goes on with the
nearest pixel.
"""

from __future__ import annotations

import dataclasses
import math

import numpy as np

from claimbook.errors import UsageError

_TOGETHER = 8  # images resampled at once: what is looked at then stays in the processor's cache


@dataclasses.dataclass(frozen=True)
class Affine:
    """Each image turned, zoomed and shifted by amounts of its own: an augmentation, see `data.augment`.

    Args:
        degrees: angles are uniform in ±degrees.
        zoom: the factor of the height and that of the width are each uniform in 1 ± zoom; as in Keras a factor below 1
            magnifies.
        shift: uniform in ±shift of the height, and of the width.

    Raises:
        UsageError: an angle beyond 180 degrees, a zoom outside of [0, 1), a shift outside of [0, 1].
    """

    degrees: float = 0.0
    zoom: float = 0.0
    shift: float = 0.0

    def __post_init__(self):
        for name, high, fits in (
            ("degrees", "180", 0 <= self.degrees <= 180),
            ("zoom", "below 1", 0 <= self.zoom < 1),
            ("shift", "1", 0 <= self.shift <= 1),
        ):
            if not fits:
                told = f"{name} = {getattr(self, name)} is not understood by a random rotation, zoom and shift."
                raise UsageError(told, "It says how far the random amounts go.", f"Give a number from 0 to {high}.")

    def __call__(self, images: np.ndarray, draw: np.random.Generator) -> np.ndarray:
        """The images (n, channels, height, width) moved, float32; what is 0 by the settings is drawn all the same."""
        angle, *others = draw.uniform(-1, 1, (5, len(images)))
        zoom = 1 + self.zoom * np.stack(others[:2], axis=1)
        shift = self.shift * np.stack(others[2:], axis=1) * images.shape[2:]
        return moved(images, self.degrees * angle, zoom, shift)


def moved(images: np.ndarray, degrees: np.ndarray, zoom: np.ndarray, shift: np.ndarray) -> np.ndarray:
    """Each image turned, zoomed and shifted about its centre: bilinear, the nearest pixel beyond the border.

    The value at the offset o = (row, column) from the centre is the image's at R(angle) · (zoom · o + shift). The
    centre is the true one; that of keras-preprocessing was a pixel further down and right until October 2020.

    Args:
        images: (n, channels, height, width), 2 pixels high and wide at least.
        degrees: (n,), the picture turns clockwise where they are above 0.
        zoom, shift: (n, 2) of rows and columns, factors and pixels.

    Returns:
        float32 (n, channels, height, width); without a turn, zoom and shift the images' values bit for bit.

    Raises:
        UsageError: images of a single row or column.
    """
    if min(images.shape[2:]) < 2:
        told = f"Images of {images.shape[2]} x {images.shape[3]} pixels cannot be turned."
        raise UsageError(told, "There is nothing to interpolate between.", "Give images of 2 x 2 pixels or more.")
    out = np.empty(images.shape, np.float32)
    for start in range(0, len(images), _TOGETHER):
        part = slice(start, start + _TOGETHER)
        where = _sources(images.shape[2:], degrees[part], zoom[part], shift[part])
        _sampled(images[part], *where, out[part])
    return out


def _sources(size: tuple[int, int], degrees: np.ndarray, zoom: np.ndarray, shift: np.ndarray) -> tuple:
    """Where each pixel comes from: rows and columns, (n, height · width) each, within the image."""
    height, width = size
    centre = (height - 1) / 2, (width - 1) / 2
    down = zoom[:, :1] * (np.arange(height) - centre[0]) + shift[:, :1]
    right = zoom[:, 1:] * (np.arange(width) - centre[1]) + shift[:, 1:]
    turn = np.array([_cosine_and_sine(angle) for angle in degrees])
    cos, sin = turn[:, :1], turn[:, 1:]
    rows = (cos * down)[:, :, None] - (sin * right)[:, None, :] + centre[0]
    columns = (sin * down)[:, :, None] + (cos * right)[:, None, :] + centre[1]
    for places, length in ((rows, height), (columns, width)):
        np.clip(places, 0, length - 1, out=places)
    return rows.reshape(len(rows), -1), columns.reshape(len(columns), -1)


def _cosine_and_sine(degrees: float) -> tuple[float, float]:
    """Those of a right angle are exact."""
    quarters, rest = divmod(degrees, 90.0)
    cos, sin = math.cos(math.radians(rest)), math.sin(math.radians(rest))
    return ((cos, sin), (-sin, cos), (-cos, -sin), (sin, -cos))[int(quarters) % 4]


def _sampled(images: np.ndarray, rows: np.ndarray, columns: np.ndarray, out: np.ndarray) -> None:
    """Write the values at these places into `out`, interpolated between the four pixels around each."""
    n, channels, height, width = images.shape
    top, left = np.minimum(rows.astype(np.intp), height - 2), np.minimum(columns.astype(np.intp), width - 2)
    down, right = (rows - top).astype(np.float32)[:, None], (columns - left).astype(np.float32)[:, None]
    first = (np.arange(n * channels) * (height * width)).reshape(n, channels, 1)
    at = first + (top * width + left)[:, None]
    values = images.reshape(-1).astype(np.float32, copy=False)

    def between(one: np.ndarray, other: np.ndarray, share: np.ndarray) -> np.ndarray:
        one *= 1 - share  # not one + share · (other − one), which is not exactly the other at share 1
        other *= share
        one += other
        return one

    corners = [values.take(at + offset, mode="clip") for offset in (0, 1, width, width + 1)]
    made = between(between(*corners[:2], right), between(*corners[2:], right), down)
    out.reshape(n, channels, -1)[:] = made
