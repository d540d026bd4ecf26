from __future__ import annotations

import numpy as np
import pytest

from claimbook import seeds
from claimbook.data.augment import composed, crop, horizontal_flip, normalisation, vertical_flip
from claimbook.errors import UsageError


def images(n=6, channels=3, height=5, width=4, dtype=np.uint8) -> np.ndarray:
    return seeds.stream(0, "images").integers(1, 256, (n, channels, height, width)).astype(dtype)


@pytest.mark.parametrize("flip, turned", [(horizontal_flip, np.fliplr), (vertical_flip, np.flipud)])
def test_a_flipped_image_is_numpys_and_the_others_are_untouched(flip, turned):
    before = images(40)
    after = flip()(before, seeds.stream(1, "flip"))
    chosen = seeds.stream(1, "flip").random(40) < 0.5
    assert 0 < chosen.sum() < 40 and after.dtype == np.uint8
    for image, was, flipped in zip(after, before, chosen, strict=True):
        assert np.array_equal(image, [turned(channel) for channel in was] if flipped else was)
    assert np.array_equal(before, images(40)), "the images given stay as they are"


def test_about_half_of_the_images_are_flipped():
    marked = np.zeros((4000, 1, 1, 2), np.uint8)
    marked[..., 0] = 1
    flipped = horizontal_flip()(marked, seeds.stream(0, "flips"))[:, 0, 0, 1].sum()
    assert abs(int(flipped) - 2000) < 4 * np.sqrt(4000 / 4)
    assert np.array_equal(horizontal_flip(0)(marked, seeds.stream(0, "a")), marked)
    assert np.array_equal(horizontal_flip(1)(marked, seeds.stream(0, "a")), marked[..., ::-1])


def test_a_crop_is_cut_from_the_padded_image():
    before, padding = images(50), 2
    after = crop(padding)(before, seeds.stream(3, "crop"))
    down, right = seeds.stream(3, "crop").integers(0, 4, (2, 50), endpoint=True)
    assert after.dtype == np.uint8 and after.flags.c_contiguous
    for i, image in enumerate(after):
        for channel in range(3):
            wide = np.zeros((9, 8))
            wide[2:7, 2:6] = before[i, channel]
            assert np.array_equal(image[channel], wide[down[i] : down[i] + 5, right[i] : right[i] + 4])


def test_each_place_of_a_crop_is_equally_likely():
    point = np.zeros((8100, 1, 5, 5), np.uint8)
    point[:, :, 2, 2] = 1
    counts = crop(1)(point, seeds.stream(0, "places")).sum(axis=(0, 1))
    assert counts.sum() == counts[1:4, 1:4].sum() == 8100
    expected = 900
    chi2 = ((counts[1:4, 1:4] - expected) ** 2 / expected).sum()
    assert chi2 < 26.1, "8 degrees of freedom, 99.9 %"


def test_a_crop_without_padding_changes_nothing():
    assert np.array_equal(crop(0)(images(), seeds.stream(0, "crop")), images())


@pytest.mark.parametrize("pixels, unit", [(True, 255.0), (False, 1.0)])
def test_normalisation_is_by_channel(pixels, unit):
    mean, sd = (0.5, 0.4, 0.3), (0.2, 0.1, 0.3)
    after = normalisation(mean, sd, pixels)(images(), None)
    assert after.dtype == np.float32
    for channel in range(3):
        by_hand = (images().astype(float)[:, channel] / unit - mean[channel]) / sd[channel]
        assert np.allclose(after[:, channel], by_hand, rtol=1e-5, atol=1e-5)


def test_parts_follow_one_another_on_one_stream():
    draw = seeds.stream(5, "both")
    by_hand = horizontal_flip()(crop(1)(images(), draw), draw)
    assert np.array_equal(composed(crop(1), horizontal_flip())(images(), seeds.stream(5, "both")), by_hand)
    assert composed()(before := images(), seeds.stream(0, "none")) is before


@pytest.mark.parametrize("share", [-0.1, 1.1, np.nan])
@pytest.mark.parametrize("flip", [horizontal_flip, vertical_flip])
def test_a_share_that_is_none_is_refused(flip, share):
    with pytest.raises(UsageError, match="cannot be flipped"):
        flip(share)


@pytest.mark.parametrize("padding", [-1, 1.5, True])
def test_a_padding_that_is_none_is_refused(padding):
    with pytest.raises(UsageError, match="padding"):
        crop(padding)


@pytest.mark.parametrize("mean, sd", [([0.5], [0.0]), ([0.5], [-1]), ([0.5, 0.5], [1]), ([np.nan], [1]), (0.5, 0.5)])
def test_what_cannot_normalise_is_refused(mean, sd):
    with pytest.raises(UsageError, match="cannot normalise"):
        normalisation(mean, sd)


def test_other_channels_than_means_are_refused():
    with pytest.raises(UsageError, match="3 channels.*1 means"):
        normalisation([0.5], [0.5])(images())
