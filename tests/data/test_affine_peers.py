"""The math symbols' augmentation beside others' code, image by image: SciPy as Keras calls it, and OpenCV."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import ndimage

from claimbook import seeds
from claimbook.data.affine import Affine, moved
from claimbook.data.augment import composed, horizontal_flip, vertical_flip
from claimbook.data.symbol_stand_in import stand_in_symbols

DEGREES, ZOOM, SHIFT = 30, 0.2, 0.1


@pytest.fixture(scope="module")
def symbols() -> np.ndarray:
    """Two of each class, (n, 3, 50, 50): dark ink on white, of sharp edges."""
    return np.repeat(stand_in_symbols("math-symbols-1", 50, each=2).x, 3, axis=1)[:32]


@pytest.fixture(scope="module")
def amounts(symbols):
    """An angle, two factors and two shifts (in pixels) for each image."""
    draw, n = seeds.stream(0, "amounts"), len(symbols)
    return draw.uniform(-DEGREES, DEGREES, n), draw.uniform(0.8, 1.2, (n, 2)), draw.uniform(-5, 5, (n, 2))


def matrix_and_offset(degrees: float, zoom, shift, side: int) -> tuple[np.ndarray, np.ndarray]:
    """keras-preprocessing 1.1.3, apply_affine_transform: rotation · shift · zoom about the centre, (row, column)."""
    angle, centre = math.radians(degrees), side / 2 - 0.5
    rotation = np.array([[math.cos(angle), -math.sin(angle), 0], [math.sin(angle), math.cos(angle), 0], [0, 0, 1]])
    shifted = np.array([[1, 0, shift[0]], [0, 1, shift[1]], [0, 0, 1]])
    there, back = np.eye(3), np.eye(3)
    there[:2, 2], back[:2, 2] = centre, -centre
    whole = there @ rotation @ shifted @ np.diag([*zoom, 1]) @ back
    return whole[:2, :2], whole[:2, 2]


def by_scipy(image: np.ndarray, matrix: np.ndarray, offset: np.ndarray) -> np.ndarray:
    """As Keras does it: each channel by itself, bilinear, the nearest pixel beyond the border; here in float64."""
    kind = {"order": 1, "mode": "nearest", "output": np.float64}
    return np.array([ndimage.affine_transform(channel, matrix, offset, **kind) for channel in image])


def test_each_image_is_keras_s_within_a_thousandth_of_a_grey_level(symbols, amounts):
    found = moved(symbols, *amounts)
    for i, image in enumerate(symbols):
        wanted = by_scipy(image, *matrix_and_offset(*(each[i] for each in amounts), 50))
        assert np.abs(found[i] - wanted).max() < 1e-3


def test_each_image_is_opencv_s_within_its_rounding_of_places(symbols, amounts):
    """OpenCV rounds places to 1/32 of a pixel: at an edge from 0 to 255, 1/64 in each direction is 8 grey levels."""
    cv2 = pytest.importorskip("cv2")
    found = moved(symbols, *amounts)
    how = {"flags": cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, "borderMode": cv2.BORDER_REPLICATE}
    for i, image in enumerate(symbols):
        matrix, offset = matrix_and_offset(*(each[i] for each in amounts), 50)
        by_x_and_y = np.column_stack([matrix[::-1, ::-1], offset[::-1]])
        theirs = cv2.warpAffine(image.transpose(1, 2, 0).astype(np.float32), by_x_and_y, (50, 50), **how)
        apart = np.abs(found[i] - theirs.transpose(2, 0, 1))
        assert apart.max() < 8.1 and apart.mean() < 0.5


def test_the_whole_augmentation_is_that_of_one_image_after_the_other(symbols):
    """Turned, zoomed and shifted, then flipped, as Keras' generator has it; the amounts drawn again by hand."""
    augment = composed(Affine(DEGREES, ZOOM, SHIFT), horizontal_flip(), vertical_flip())
    found, n = augment(symbols, seeds.stream(4, "augment/0")), len(symbols)
    draw = seeds.stream(4, "augment/0")
    angles, *others = draw.uniform(-1, 1, (5, n))
    across, down = draw.random(n) < 0.5, draw.random(n) < 0.5
    assert 0 < across.sum() < n and 0 < down.sum() < n
    for i, image in enumerate(symbols):
        zoom = [1 + ZOOM * other[i] for other in others[:2]]
        shift = [50 * SHIFT * other[i] for other in others[2:]]
        wanted = by_scipy(image, *matrix_and_offset(DEGREES * angles[i], zoom, shift, 50))
        wanted = wanted[..., ::-1] if across[i] else wanted
        wanted = wanted[:, ::-1] if down[i] else wanted
        assert np.abs(found[i] - wanted).max() < 1e-3
