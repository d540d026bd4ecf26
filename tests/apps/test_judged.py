"""A reading beside what was written: boxes matched by hand, signs, doubts, refusals, values."""

from __future__ import annotations

import numpy as np
import pytest

from claimbook.apps.compose import Composed
from claimbook.apps.expression import evaluate
from claimbook.apps.judged import GROWN, fits, judged, matched, shared
from claimbook.apps.recognise import Reading, Symbol
from claimbook.errors import ClaimbookError

NO_PIXELS = np.zeros((1, 1, 3), np.uint8)
BOXES = ((0, 0, 40, 60), (60, 0, 100, 60), (120, 28, 160, 32))


def composed(text="1+2", boxes=BOXES):
    return Composed(NO_PIXELS, tuple(text), boxes)


def reading(text, boxes=BOXES, doubts=(), fault=None):
    symbols = tuple(Symbol(sign, 0.9, box, ((sign, 0.9),), doubts) for sign, box in zip(text, boxes, strict=True))
    return Reading(symbols, None if fault else evaluate(text), fault, NO_PIXELS, 1.0)


def test_what_two_boxes_share():
    assert shared((0, 0, 10, 10), (0, 0, 10, 10)) == 1
    assert shared((0, 0, 10, 10), (5, 0, 15, 10)) == pytest.approx(50 / 150)
    assert shared((0, 0, 10, 10), (2, 2, 8, 8)) == pytest.approx(0.36)
    assert shared((0, 0, 10, 10), (10, 0, 20, 10)) == shared((0, 0, 10, 10), (30, 40, 50, 60)) == 0


@pytest.mark.parametrize(
    ("read", "fit"),
    [
        ((0, 0, 40, 60), True),
        ((0, 0, 40, 26), True),  # grown: 48 x 34 of 48 x 68
        ((0, 0, 40, 25), False),
        ((20, 0, 60, 60), False),  # 28 x 68 of 68 x 68
        ((12, 0, 52, 60), True),  # 36 x 68 of 60 x 68
    ],
)
def test_which_box_fits(read, fit):
    assert GROWN == 4 and fits((0, 0, 40, 60), read) is fit


def test_a_thin_stroke_may_be_off_by_a_pixel():
    minus = (120, 28, 160, 32)
    assert fits(minus, (119, 26, 161, 34)) and fits(minus, (120, 30, 160, 34)) and not fits(minus, (120, 38, 160, 42))


def test_a_box_is_the_own_one_of_one_symbol_only():
    assert matched(BOXES, BOXES) == [0, 1, 2]
    assert matched(BOXES, [BOXES[2], BOXES[0]]) == [1, None, 0]
    assert matched(BOXES, []) == [None, None, None] and matched([], BOXES) == []
    assert matched(BOXES[:1], [BOXES[0], (1, 1, 40, 60)]) == [None], "two boxes fit: which is it?"
    assert matched([BOXES[0], (2, 0, 42, 60)], [BOXES[0]]) == [None, None], "it fits two symbols"


def test_all_right():
    line = judged(composed(), evaluate("1+2"), reading("1+2"))
    assert line.named == line.read == line.written == tuple("1+2") and (line.found, line.right) == (3, 3)
    assert line.whole and line.value and not line.unwarned and line.refused == "" and line.extra == line.doubts == ()


def test_a_misnamed_symbol_is_found_and_wrong():
    line = judged(composed(), evaluate("1+2"), reading("7+2"))
    assert (line.found, line.right, line.whole, line.value) == (3, 2, False, False) and line.unwarned
    warned = judged(composed(), evaluate("1+2"), reading("7+2", doubts=("It may be 1.",)))
    assert not warned.unwarned and len(warned.doubts) == 3


def test_a_value_can_be_right_by_luck():
    line = judged(composed(), evaluate("1+2"), reading("2+1"))
    assert line.value and not line.whole and line.unwarned and line.right == 1
    false = judged(composed("1=2"), evaluate("1=2"), reading("1=3"))
    assert not false.value, "both sides of an equation count"


def test_a_symbol_in_two_pieces_is_not_found_and_its_pieces_are_extra():
    boxes = (*BOXES[:2], (120, 28, 138, 32), (142, 28, 160, 32))
    line = judged(composed("1+-"), evaluate("1+2"), reading("1+2.5", (*boxes, (200, 0, 240, 60))))
    assert line.named == ("1", "+", None) and line.extra == tuple("2.5") and line.found == line.right == 2


def test_what_is_refused():
    fault = ClaimbookError("The line ends with +.")
    line = judged(composed("1+2"), evaluate("1+2"), reading("1++", fault=fault))
    assert line.refused == "The line ends with +." and not line.unwarned and not line.value and line.right == 2
    page = judged(composed("1+2"), evaluate("1+2"), ClaimbookError("The page is blank."))
    assert page.refused == "The page is blank." and page.named == (None,) * 3 and page.read == () and not page.whole
