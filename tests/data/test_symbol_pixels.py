from __future__ import annotations

import cv2
import numpy as np
import pytest
from data.symbol_toys import jpeg, png, png_of_size

from claimbook.data import symbol_pixels
from claimbook.data.symbol_pixels import Damaged, area, over_white, pixels, size


def test_area_by_hand():
    """3 x 3 to 2 x 2: each target covers one and a half sources in both directions."""
    image = np.array([[9, 18, 27], [36, 45, 54], [63, 72, 81]], np.uint8)[:, :, None]
    first = (9 * 1 + 18 * 0.5 + 36 * 0.5 + 45 * 0.25) / 2.25
    last = (81 * 1 + 72 * 0.5 + 54 * 0.5 + 45 * 0.25) / 2.25
    assert area(image, 2)[0].tolist() == [[first, 33], [57, last]] == [[21, 33], [57, 69]]


def test_a_half_is_rounded_up():
    assert area(np.array([[0, 1], [0, 1]], np.uint8)[:, :, None], 1).tolist() == [[[1]]]
    assert area(np.array([[0, 1], [0, 0]], np.uint8)[:, :, None], 1).tolist() == [[[0]]]


@pytest.mark.parametrize("height, width, side", [(12, 9, 5), (7, 13, 10), (5, 4, 9), (28, 28, 50), (45, 45, 50)])
def test_area_against_a_grid_on_which_both_are_whole(height, width, side):
    image = np.random.default_rng(height).integers(0, 256, (height, width, 3), np.uint8)
    fine = image.repeat(side, axis=0).repeat(side, axis=1).astype(np.float64)  # side · height x side · width
    means = fine.reshape(side, height, side, width, 3).mean(axis=(1, 3))
    ours = area(image, side)
    assert ours.shape == (3, side, side) and ours.dtype == np.uint8
    assert np.array_equal(ours, np.floor(means + 0.5).transpose(2, 0, 1))


@pytest.mark.parametrize("shape", [(135, 155), (400, 400), (100, 100)])
def test_area_is_opencvs_where_it_shrinks(shape):
    image = np.random.default_rng(0).integers(0, 256, (*shape, 3), np.uint8)
    theirs = cv2.resize(image, (50, 50), interpolation=cv2.INTER_AREA).transpose(2, 0, 1)
    assert np.abs(area(image, 50).astype(int) - theirs).max() <= 1


def test_what_is_transparent_is_white():
    """Hand-computed: colour · alpha + 255 (1 − alpha), before the size changes."""
    image = np.array([[[0, 0, 0, 255], [0, 0, 0, 0]], [[0, 0, 0, 128], [200, 0, 100, 51]]], np.uint8)
    assert over_white(image).tolist() == [[[0, 0, 0], [255, 255, 255]], [[127, 127, 127], [244, 204, 224]]]
    assert pixels(png(image[:1]), 1).tolist() == [[[128]]]  # not 0, as without the alpha


def test_colours_come_in_the_order_red_green_blue_and_grey_as_one():
    red = np.zeros((4, 4, 3), np.uint8)
    red[:, :, 0] = 250
    assert pixels(png(red), 17)[:, 0, 0].tolist() == [250, 0, 0]
    grey = np.full((4, 4, 3), 7, np.uint8)
    for same in (grey, grey[:, :, 0], np.dstack([grey, np.full((4, 4), 255, np.uint8)])):
        assert pixels(png(same), 17).shape == (1, 17, 17) and pixels(png(same), 17).max() == 7
    assert pixels(jpeg(grey), 17).shape == (1, 17, 17)


def test_sixteen_bits_become_eight():
    deep = np.array([[0, 65_535], [257 * 100, 257 * 100 + 200]], np.uint16)
    assert over_white(deep)[:, :, 0].tolist() == [[0, 255], [100, 101]]
    assert pixels(png(deep), 2).tolist() == [[[0, 255], [100, 101]]]


SQUARE = np.random.default_rng(0).integers(0, 256, (20, 20, 3), np.uint8)


@pytest.mark.parametrize("make", [png, jpeg])
def test_the_size_is_read_from_the_head(make):
    assert size(make(SQUARE[:, :7])) == (7, 20)


def altered(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


@pytest.mark.parametrize(
    "content, says",
    [
        (b"", r"is empty \(0 bytes\)"),
        (b"these are words", "is no image"),
        (b"GIF89a" + bytes(20), "neither a JPEG nor a PNG"),
        (png(SQUARE)[:-20], "was cut"),
        (png(SQUARE)[:10], "was cut"),
        (altered(png(SQUARE)), "the check sum of its part 'IDAT' is wrong"),
        (jpeg(SQUARE)[:-40], "was cut: its end is missing"),
        (jpeg(SQUARE)[:30], "was cut"),
        (b"\xff\xd8\xff\xe0\0\x10" + bytes(40), "was altered"),
        (png_of_size(100_000, 100_000), "is giant: 100,000 x 100,000 pixels"),
        (png_of_size(0, 5), "has no pixels: 0 x 5"),
        (png_of_size(5, 5), "cannot be decoded"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_says_why(content, says):
    with pytest.raises(Damaged, match=says):
        pixels(content, 50)


def test_a_file_of_too_many_bytes_is_giant(monkeypatch):
    monkeypatch.setattr(symbol_pixels, "MOST_BYTES", 100)
    with pytest.raises(Damaged, match="giant: more than 100 bytes"):
        pixels(png(SQUARE), 50)
