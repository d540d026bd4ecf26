"""Components become symbols by rule: =, ÷ and broken strokes are one; what cannot be one line is refused."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from apps.drawn import line

from claimbook.apps.binarise import Ink, binarise, stroke_width
from claimbook.apps.exercises import exercise
from claimbook.apps.segment import segment
from claimbook.errors import ClaimbookError

ONE, LEVEL = ((20, 20, 20, 80),), ((10, 50, 50, 50),)
EQUALS, ROOFED = ((10, 40, 50, 40), (10, 60, 50, 60)), ((20, 30, 20, 80), (8, 20, 32, 20))
DIVIDE = (*LEVEL, (30, 32, 30, 32), (30, 68, 30, 68))
DOT = ((10, 78, 10, 78),)


def drawn(*symbols, pen=5, size=(120, 0)):
    """Ink of symbols side by side, 70 pixels each, as lines (x, y, x, y)."""
    mask = np.zeros((size[0], 20 + 70 * len(symbols) + size[1]), np.uint8)
    for number, strokes in enumerate(symbols):
        for left, top, right, bottom in strokes:
            cv2.line(mask, (left + 10 + 70 * number, top), (right + 10 + 70 * number, bottom), 1, pen)
    return Ink(mask, False, stroke_width(mask))


def looks(*symbols, **options):
    return [glyph.looks for glyph in segment(drawn(*symbols, **options)).glyphs]


def test_signs_of_several_parts_are_one_symbol():
    assert looks(ONE, EQUALS, ONE, DIVIDE, ONE, LEVEL, ONE, DOT, ONE) == ["", "=", "", "÷", "", "-", "", ".", ""]


def test_boxes_hold_all_parts_and_go_from_left_to_right():
    ink = drawn(ONE, DIVIDE, ONE)
    segments = segment(ink)
    assert [glyph.box[0] for glyph in segments.glyphs] == sorted(glyph.box[0] for glyph in segments.glyphs)
    assert len(segments.glyphs[1].parts) == 3
    rows, columns = np.nonzero(ink.mask[:, 80:150])
    box = (columns.min() + 80, rows.min(), columns.max() + 81, rows.max() + 1)
    assert segments.glyphs[1].box == box
    assert abs(segments.line.height - 65) <= 2 and abs(segments.line.middle(100) - 50) <= 2


def test_tilted_bars_and_circles_for_dots():
    tilted = ((10, 45, 50, 35), (10, 65, 50, 55))
    assert looks(ONE, tilted, ONE) == ["", "=", ""]
    ink = drawn(ONE, LEVEL, ONE)
    for y in (28, 72):
        cv2.circle(ink.mask, (110, y), 8, 1, 3)
    assert [glyph.looks for glyph in segment(ink).glyphs] == ["", "÷", ""]


def test_a_division_with_one_dot_is_doubtful():
    (_, glyph, _) = segment(drawn(ONE, DIVIDE[:2], ONE)).glyphs
    assert glyph.looks == "÷" and "One of the two dots" in glyph.doubts[0]


def test_broken_strokes_are_put_together():
    gap = ((20, 20, 20, 44), (20, 52, 20, 80))
    assert len(looks(ONE, ROOFED, gap, ONE)) == 4


def test_a_minus_beside_digits_stays_alone():
    near = ((24, 50, 60, 50),)
    assert looks(ONE, near, ONE) == ["", "-", ""]


def test_specks_and_the_edges_of_the_page_are_no_symbols():
    ink = drawn(ONE, EQUALS, ONE, size=(200, 60))
    ink.mask[:, :6] = ink.mask[195:, :] = 1  # the desk beside the sheet
    ink.mask[90, 100] = 1
    assert [glyph.looks for glyph in segment(ink).glyphs] == ["", "=", ""]


def test_a_ruling_below_the_line_is_none():
    ink = drawn(ONE, *[LEVEL, ONE] * 4)
    ink.mask[100:102, 8:-8] = 1
    assert len(segment(ink).glyphs) == 9


def test_a_fraction_bar_is_refused():
    above, below = ((20, 5, 20, 40),), ((20, 62, 20, 97),)
    with pytest.raises(ClaimbookError, match="fraction bar"):
        segment(drawn(ONE, (*LEVEL, *above, *below), ONE))


@pytest.mark.parametrize("gap", [100, 160])
def test_more_than_one_line_is_refused(gap):
    second = tuple((x, y + gap, u, v + gap) for x, y, u, v in ONE)
    with pytest.raises(ClaimbookError, match="more than one line"):
        segment(drawn(ONE, (*ONE, *second), ONE, size=(320, 0)))
    with pytest.raises(ClaimbookError, match="more than one line"):
        segment(drawn(ONE, ONE, ONE, second, second, size=(320, 0)))


def test_a_line_that_rises_is_one_line():
    rising = [tuple((x, y + 150 - 18 * n, u, v + 150 - 18 * n) for x, y, u, v in ONE) for n in range(8)]
    segments = segment(drawn(*rising, size=(260, 0)))
    assert len(segments.glyphs) == 8 and abs(segments.line.slope + 18 / 70) < 0.02


def test_a_small_symbol_up_high_is_raised():
    power = ((10, 5, 10, 35),)
    segments = segment(drawn(ONE, power, ONE))
    assert [segments.line.raised(glyph.box) for glyph in segments.glyphs] == [False, True, False]


@pytest.mark.parametrize("seed", range(8))
def test_composed_lines_have_as_many_symbols_as_were_written(seed):
    signs, _ = exercise(seed)
    glyphs = segment(binarise(line("".join(signs), seed))).glyphs
    assert len(glyphs) == len(signs)
    assert all(glyph.looks in ("", sign) for glyph, sign in zip(glyphs, signs, strict=True))
