"""From a picture to a value: signs in their order, doubts said, refusals in words, and a picture of all that."""

from __future__ import annotations

from fractions import Fraction

import cv2
import numpy as np
import pytest
from apps.drawn import Told, clean, line, symbols
from PIL import Image

from claimbook.apps import annotate
from claimbook.apps.compose import compose
from claimbook.apps.exercises import exercise
from claimbook.apps.expression import evaluate
from claimbook.apps.recognise import recognise
from claimbook.errors import ClaimbookError, UsageError


@pytest.mark.parametrize(("text", "value"), [("12÷8=", Fraction(3, 2)), ("-3.5+4", Fraction(1, 2)), ("9×9", 81)])
def test_a_line_comes_to_its_value(text, value):
    named = Told(text)
    reading = recognise(line(text, 1), named)
    assert "".join(reading.signs) == text and reading.answer.value == value
    assert reading.fault is None and not reading.doubtful
    assert named.images.shape == (len(text), 50, 50, 3) and named.images.dtype == np.uint8
    lefts = [symbol.box[0] for symbol in reading.symbols]
    assert lefts == sorted(lefts)


def test_boxes_are_in_pixels_of_the_original(monkeypatch):
    whole = recognise(clean("1+2"), Told("1+2"))
    monkeypatch.setattr("claimbook.apps.picture.WORKED", 20_000)
    scaled = recognise(clean("1+2"), Told("1+2"))
    assert scaled.factor > 1.4 and scaled.pixels.shape < whole.pixels.shape
    for one, other in zip(whole.symbols, scaled.symbols, strict=True):
        assert np.abs(np.array(one.box) - other.box).max() <= 5


def test_what_is_no_expression_keeps_its_symbols():
    reading = recognise(clean("12+"), Told("12+"))
    assert reading.signs == ("1", "2", "+") and reading.answer is None and "ends with +" in reading.fault.what
    assert annotate.told(reading) == "The line ends with +."


def test_little_confidence_is_doubtful_with_the_next_best():
    reading = recognise(clean("1+2"), Told("1+2", 0.6))
    assert all("It may be" in symbol.doubts[0] for symbol in reading.symbols)
    assert reading.symbols[0].choices[0] == ("1", pytest.approx(0.6)) and len(reading.symbols[0].choices) == 3


def test_a_form_that_contradicts_the_name_is_doubtful():
    (_, sign, _) = recognise(line("1=2", 2), Told("1+2")).symbols
    assert sign.doubts == ("Its form is that of =.",)


def test_touching_digits_are_doubtful():
    image = clean("1+8  ")
    cv2.putText(image, "88", (190, 130), cv2.FONT_HERSHEY_SIMPLEX, 2.6, (20, 20, 30), 14)
    *_, last = recognise(image, Told("1+8")).symbols
    assert "two symbols that touch" in last.doubts[0]


def test_a_point_in_the_middle_of_the_line_is_doubtful():
    image = clean("2 3")
    cv2.circle(image, (112, 100), 5, (0, 0, 0), -1)
    (_, point, _) = recognise(image, Told("2.3")).symbols
    assert "as a dot for ×" in point.doubts[0]


def test_a_power_is_refused_and_not_read_as_a_digit():
    image = clean("3 +1")
    cv2.putText(image, "2", (98, 70), cv2.FONT_HERSHEY_SIMPLEX, 1.3, (0, 0, 0), 4)
    reading = recognise(image, Told("32+1"))
    assert reading.answer is None and "as a power does" in reading.fault.what


def test_blank_pages_and_bad_classifiers():
    with pytest.raises(ClaimbookError, match="blank"):
        recognise(np.full((80, 80), 255, np.uint8), Told(""))
    with pytest.raises(UsageError, match="The classifier's probabilities are 3 x 2"):
        recognise(clean("1+2"), Short())


class Short:
    classes = ("1", "2", "+")

    def __call__(self, images):
        return np.zeros((len(images), 2))


def test_the_annotated_picture(tmp_path):
    reading = recognise(clean("12+7="), Told("12+7="))
    for kind in annotate.KINDS:
        annotate.save(tmp_path / f"a{kind}", reading)
        with Image.open(tmp_path / f"a{kind}") as image:
            assert image.width >= annotate.LEAST_WIDTH
    sheet = annotate.annotated(reading).astype(int)
    sure = np.abs(sheet - annotate.SURE).max(axis=2) < 8
    doubtful = np.abs(sheet - annotate.DOUBTFUL).max(axis=2) < 8
    assert sure.sum() > 500 and not doubtful.any()
    doubted = annotate.annotated(recognise(clean("12+7="), Told("12+7=", 0.5))).astype(int)
    assert (np.abs(doubted - annotate.DOUBTFUL).max(axis=2) < 8).sum() > 500


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("12÷8", "12 ÷ 8 = 3/2 = 1.5"),
        ("1÷3=", "1 ÷ 3 = 1/3 ≈ 0.333333333333"),
        ("2+2=4", "2 + 2 = 4 is true"),
        ("2+2=5", "2 + 2 = 5 is false"),
        ("1÷0", "Division by zero has no value."),
    ],
)
def test_what_is_told(text, told):
    assert annotate.told(recognise(line(text), Told(text))) == told


def test_pictures_are_written_only_where_asked(tmp_path):
    with pytest.raises(UsageError, match="no name of a picture"):
        annotate.check_name(tmp_path / "a.txt")
    with pytest.raises(UsageError, match="is the picture that is read"):
        annotate.check_name(tmp_path / "a.png", other_than=tmp_path / "." / "a.png")


def test_exercises_can_be_evaluated_and_depend_on_their_seed_only():
    made = [exercise(seed) for seed in range(150)]
    assert made == [exercise(seed) for seed in range(150)] and len({signs for signs, _ in made}) > 145
    assert all(evaluate(signs) == answer for signs, answer in made)
    assert {sign for signs, _ in made for sign in signs} == set("0123456789+-×÷.=")
    assert {answer.holds for _, answer in made} == {None, True, False}
    assert all("." not in signs and "=" not in signs for signs, _ in (exercise(s, "0123456789+-") for s in range(20)))
    with pytest.raises(UsageError, match="No line can be written"):
        exercise(0, "0+")


def test_composed_lines_have_their_symbols_where_they_say():
    made = compose(tuple("12÷3"), symbols(), 7)
    again = compose(tuple("12÷3"), symbols(), 7)
    assert np.array_equal(made.pixels, again.pixels) and made.boxes == again.boxes
    assert not np.array_equal(made.pixels[:50, :50], compose(tuple("12÷3"), symbols(), 8).pixels[:50, :50])
    reading = recognise(made.pixels, Told("12÷3"))
    for symbol, box in zip(reading.symbols, made.boxes, strict=True):
        assert np.abs(np.array(symbol.box) - box).max() <= 4
    framed = {sign: [image.copy() for image in images] for sign, images in symbols().items()}
    for image in (image for images in framed.values() for image in images):
        image[-3:-1], image[:, :1] = 60, 40
    assert compose(tuple("12÷3"), framed, 7).boxes == made.boxes, "frames are no ink"
    with pytest.raises(UsageError, match="no image of a symbol"):
        compose(("y",), symbols(), 0)
    with pytest.raises(UsageError, match="no symbol to compose"):
        compose((), symbols(), 0)
    with pytest.raises(UsageError, match="has no ink"):
        compose(("1",), {"1": [np.full((50, 50, 3), 255, np.uint8)]}, 0)
