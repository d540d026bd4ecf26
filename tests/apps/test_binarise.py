"""Ink is found under any light, on any ground and in any colour; an empty page is said to be blank."""

from __future__ import annotations

import numpy as np
import pytest
from apps.drawn import clean

from claimbook.apps.binarise import binarise, stroke_width
from claimbook.errors import ClaimbookError

ROWS, COLUMNS = np.mgrid[0:1:200j, 0:1:380j]
TRUE = clean("12+7=")[:, :, 0] < 128


def agreement(mask):
    """Ink that both have / ink that one has."""
    return (TRUE & (mask > 0)).sum() / (TRUE | (mask > 0)).sum()


def lit(light):
    return np.clip(clean("12+7=") * light[:, :, None], 0, 255).astype(np.uint8)


GROUNDS = {
    "even": clean("12+7="),
    "light from the left": lit(1 - 0.8 * COLUMNS),
    "light from a corner": lit(1 - 0.7 * (ROWS + COLUMNS) / 2),
    "a lamp": lit(np.exp(-1.5 * ((ROWS - 0.5) ** 2 + (COLUMNS - 0.3) ** 2))),
    "a hard shadow": lit(np.where(COLUMNS < 0.45, 1.0, 0.45)),
    "yellow ink": clean("12+7=", (250, 215, 30)),
    "red ink on blue": clean("12+7=", (225, 45, 45), (70, 90, 170)),
    "squared paper": np.minimum(clean("12+7="), np.where(np.arange(200) % 25 == 3, 195, 255)[:, None, None]),
    "noise": clean("12+7=") + np.random.Generator(np.random.PCG64(1)).normal(0, 15, (200, 380, 3)),
}


@pytest.mark.parametrize("name", GROUNDS)
def test_the_same_ink_is_found(name):
    ink = binarise(np.clip(GROUNDS[name], 0, 255).astype(np.uint8))
    assert agreement(ink.mask) > 0.75 and ink.mask.dtype == np.uint8
    assert ink.light == (name == "red ink on blue")
    assert 4 <= ink.stroke <= 9


def test_chalk_on_a_board():
    ink = binarise(clean("12+7=", (240, 240, 220), (30, 60, 40)))
    assert ink.light and agreement(ink.mask) > 0.75


def test_a_sheet_on_a_dark_desk():
    scene = np.full((500, 800, 3), (90, 60, 40), np.uint8)
    scene[100:400, 120:700] = 245
    scene[150:350, 200:580] = np.minimum(clean("12+7="), 245)
    ink = binarise(scene)
    assert not ink.light and agreement(ink.mask[150:350, 200:580]) > 0.75
    assert ink.mask.sum() < 1.2 * TRUE.sum()


@pytest.mark.parametrize(
    "page",
    [
        np.full((60, 90, 3), 255, np.uint8),
        np.zeros((60, 90, 3), np.uint8),
        lit(1 - 0.6 * COLUMNS)[:40],
        np.random.Generator(np.random.PCG64(0)).normal(180, 8, (300, 400, 3)).astype(np.uint8),
    ],
    ids=["white", "black", "shaded", "noisy"],
)
def test_a_blank_page_is_said_to_be_blank(page):
    with pytest.raises(ClaimbookError, match="blank"):
        binarise(page)


@pytest.mark.parametrize("width", [1, 3, 6, 11])
def test_the_width_of_a_stroke(width):
    mask = np.zeros((60, 200), np.uint8)
    mask[20 : 20 + width, 10:190] = 1
    assert abs(stroke_width(mask) - width) <= 1
