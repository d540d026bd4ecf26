from __future__ import annotations

import math

import numpy as np
import pytest

from claimbook import seeds
from claimbook.data.affine import Affine, moved
from claimbook.errors import UsageError


def images(n=4, channels=3, height=9, width=7) -> np.ndarray:
    return seeds.stream(0, "images").random((n, channels, height, width), dtype=np.float32)


def still(n: int, **changes) -> dict:
    return {"degrees": np.zeros(n), "zoom": np.ones((n, 2)), "shift": np.zeros((n, 2)), **changes}


def one_by_one(image: np.ndarray, degrees: float, zoom, shift) -> np.ndarray:
    """The value of each pixel by itself, in float64 (height, width)."""
    height, width = image.shape
    angle, made = math.radians(degrees), np.empty(image.shape)
    for r in range(height):
        for c in range(width):
            y, x = zoom[0] * (r - (height - 1) / 2) + shift[0], zoom[1] * (c - (width - 1) / 2) + shift[1]
            row = math.cos(angle) * y - math.sin(angle) * x + (height - 1) / 2
            column = math.sin(angle) * y + math.cos(angle) * x + (width - 1) / 2
            i, j = math.floor(row), math.floor(column)
            total = 0.0
            for a in (i, i + 1):
                for b in (j, j + 1):
                    inside = image[min(max(a, 0), height - 1), min(max(b, 0), width - 1)]
                    total += (1 - abs(row - a)) * (1 - abs(column - b)) * float(inside)
            made[r, c] = total
    return made


def test_every_image_is_moved_by_its_own_amounts():
    before, draw = images(20), seeds.stream(1, "amounts")  # more than are resampled at once
    degrees, zoom = draw.uniform(-180, 180, 20), draw.uniform(0.5, 1.6, (20, 2))
    shift = draw.uniform(-4, 4, (20, 2))
    after = moved(before, degrees, zoom, shift)
    assert after.dtype == np.float32 and after.shape == before.shape
    for i in (0, 1, 7, 8, 19):
        by_hand = [one_by_one(channel, degrees[i], zoom[i], shift[i]) for channel in before[i]]
        assert np.allclose(after[i], by_hand, rtol=0, atol=1e-6)


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_without_a_move_nothing_changes_bit_for_bit(dtype):
    before = (images() * 255).astype(dtype)
    after = moved(before, **still(4))
    assert after.tobytes() == before.astype(np.float32).tobytes()
    assert Affine()(before, seeds.stream(0, "still")).tobytes() == after.tobytes()


@pytest.mark.parametrize("side", [6, 7])
@pytest.mark.parametrize("quarters", [-2, -1, 1, 2, 3])
def test_a_quarter_turn_is_numpys(quarters, side):
    before = images(height=side, width=side)
    after = moved(before, **still(4, degrees=np.full(4, 90.0 * quarters)))
    assert after.tobytes() == np.ascontiguousarray(np.rot90(before, -quarters, axes=(2, 3))).tobytes()


def test_a_shift_goes_on_with_the_nearest_pixel():
    after = moved(images(1), **still(1, shift=np.array([[2.0, -1.0]])))
    wide = np.pad(images(1), ((0, 0), (0, 0), (2, 2), (2, 2)), mode="edge")
    assert np.array_equal(after, wide[:, :, 4:, 1:8])


def test_a_zoom_below_one_magnifies():
    ramp = np.tile(np.arange(9, dtype=np.float32), (9, 1))[None, None]
    after = moved(ramp, **still(1, zoom=np.array([[1.0, 0.5]])))
    assert np.array_equal(after[0, 0, 0], 4 + 0.5 * (np.arange(9) - 4))


def test_it_agrees_with_opencv_inside_the_image():
    cv2 = pytest.importorskip("cv2")
    before = images(1, 1, 24, 24)
    after = moved(before, **still(1, degrees=np.array([25.0])))[0, 0]
    matrix = cv2.getRotationMatrix2D((11.5, 11.5), -25.0, 1.0)
    theirs = cv2.warpAffine(before[0, 0], matrix, (24, 24), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    assert np.abs(after - theirs).max() < 0.07, "OpenCV rounds places to 1/32 of a pixel"


def test_amounts_are_uniform_within_their_ranges(monkeypatch):
    seen = {}
    monkeypatch.setattr(
        "claimbook.data.affine.moved", lambda images, *amounts: seen.update(zip("dzs", amounts, strict=True))
    )
    Affine(30, 0.2, 0.1)(np.zeros((4000, 1, 20, 10)), seeds.stream(0, "amounts"))
    for amounts, low, high in (
        (seen["d"], -30, 30),
        *((seen["z"][:, axis], 0.8, 1.2) for axis in (0, 1)),
        (seen["s"][:, 0], -2, 2),
        (seen["s"][:, 1], -1, 1),
    ):
        assert low <= amounts.min() and amounts.max() <= high
        counts = np.histogram(amounts, 10, (low, high))[0]
        assert ((counts - 400) ** 2 / 400).sum() < 27.9, "9 degrees of freedom, 99.9 %"
    assert abs(np.corrcoef(seen["z"].T)[0, 1]) < 0.06, "each axis has a factor of its own"


def test_what_a_step_draws_does_not_depend_on_the_settings():
    one, other = Affine(30, 0.2), Affine(30)
    angles = []
    for affine in (one, other):
        draw = seeds.stream(0, "step")
        affine(images(), draw)
        angles.append(draw.random())
    assert angles[0] == angles[1]


@pytest.mark.parametrize("settings", [{"degrees": -1}, {"degrees": 181}, {"zoom": 1}, {"zoom": -0.1}, {"shift": 2}])
def test_amounts_out_of_range_are_refused(settings):
    with pytest.raises(UsageError, match=f"{next(iter(settings))} = .*\n.*\nGive a number"):
        Affine(**settings)


def test_an_image_of_one_row_is_refused():
    with pytest.raises(UsageError, match="1 x 5 pixels"):
        Affine(30)(images(height=1, width=5), seeds.stream(0, "a"))
