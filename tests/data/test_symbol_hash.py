from __future__ import annotations

import cv2
import numpy as np
import pytest
from data.symbol_toys import jpeg
from scipy.fft import dctn

from claimbook.data.symbol_hash import BITS, THRESHOLD, distances, hashes, nearest
from claimbook.data.symbol_pixels import pixels
from claimbook.data.symbol_stand_in import drawing


def images(*signs, number=0):
    return [drawing("math-symbols-1", sign, number) for sign in signs]


def hashed(*contents):
    return hashes(np.stack([pixels(content, 50) for content in contents]))


def bits(first, second):
    return int((first != second).sum())


def test_it_is_the_cosine_transform_at_low_frequencies():
    x = np.random.default_rng(0).integers(0, 256, (3, 1, 50, 50), np.uint8)
    for image, ours in zip(x[:, 0], hashes(x), strict=True):
        low = dctn(255.0 - image, type=2)[1:17, 1:17].ravel()
        clear = np.abs(low - np.median(low)) > 1e-3 * np.abs(low).max()  # our weights are rounded
        assert clear.sum() > 240 and np.array_equal(ours[clear], (low > np.median(low))[clear])


def test_copies_are_near_and_others_are_far():
    for sign in "05+=":
        (image,) = images(sign)
        original = hashed(jpeg(image))
        again = hashed(jpeg(image, 50))
        scaled = hashed(jpeg(cv2.resize(image, (105, 105), interpolation=cv2.INTER_AREA)))
        assert 0 < bits(original, again) <= 6 < THRESHOLD and bits(original, scaled) <= 20
    many = hashed(*map(jpeg, images(*"0123456789+-×÷.=")))
    apart = [bits(one, other) for k, one in enumerate(many) for other in many[:k]]
    assert min(apart) > 2 * THRESHOLD


def test_colour_counts_as_grey_and_a_blank_image_has_a_hash():
    x = np.random.default_rng(1).integers(0, 256, (2, 1, 50, 50), np.uint8)
    assert np.array_equal(hashes(x), hashes(np.repeat(x, 3, axis=1)))
    assert not hashes(np.full((1, 1, 50, 50), 255, np.uint8)).any()


def test_distances_and_nearest_by_hand():
    some = np.zeros((2, BITS), bool)
    some[1, :10] = True
    others = np.zeros((3, BITS), bool)
    others[0, :3], others[1, 5:12], others[2] = True, True, True
    ((start, found),) = distances(some, others)
    assert start == 0 and found.tolist() == [[3, 7, 256], [7, 7, 246]]
    places, away = nearest(some, others)
    assert places.tolist() == [0, 0] and away.tolist() == [3, 7]
    places, away = nearest(some, others[:0])
    assert places.tolist() == [-1, -1] and away.tolist() == [257, 257]


def test_many_hashes_are_compared_piece_by_piece():
    random = np.random.default_rng(2)
    some, others = random.random((1_500, BITS)) < 0.5, random.random((40, BITS)) < 0.5
    places, away = nearest(some, others)
    for row in (0, 1_023, 1_024, 1_499):
        apart = (some[row] != others).sum(axis=1)
        assert away[row] == apart.min() and places[row] == apart.argmin()


@pytest.mark.parametrize("side", [17, 25])
def test_small_images_have_hashes_too(side):
    assert hashes(np.zeros((1, 1, side, side), np.uint8)).shape == (1, BITS)
