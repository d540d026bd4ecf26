"""A line of arithmetic on a picture: its symbols, what it says, and what it comes to.

The symbols are found by rule (`binarise`, `segment`), named by a trained net, read by a grammar and evaluated exactly
(`expression`). What is uncertain is said of each symbol: little confidence, a form that does not fit the name, marks
that may be two symbols which touch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from claimbook.apps import expression, picture
from claimbook.apps.binarise import binarise
from claimbook.apps.expression import Answer
from claimbook.apps.pieces import Box
from claimbook.apps.placing import placed
from claimbook.apps.segment import Glyph, Line, segment
from claimbook.errors import ClaimbookError, UsageError

SURE = 0.8  # a symbol that the net is less sure of is doubtful
WIDE_DIGIT, WIDE = 1.15, 2.0  # as shares of the own height: a digit, and any tall symbol, that is wider may be two
DOT_ABOVE = 0.1  # of H: a point whose middle is not so far below the line's may be a dot for "times"
TALL = 0.6  # of H
CHOICES = 3  # how many names are kept of each symbol


class Classifier(Protocol):
    """Names symbols. classes: the names, in the order of the columns."""

    classes: Sequence[str]

    def __call__(self, images: np.ndarray) -> np.ndarray:
        """The probabilities (n, classes) of images (n, 50, 50, 3) uint8, dark on white."""


@dataclass(frozen=True)
class Symbol:
    """One symbol. box: left, top, right, bottom in pixels of the upright picture. doubts: what is uncertain of it.

    choices: the likeliest names with their probabilities, the likeliest first.
    """

    sign: str
    confidence: float
    box: Box
    choices: tuple[tuple[str, float], ...]
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reading:
    """What was read. answer: what the line comes to, or None with the `fault` that says why it is no expression.

    pixels: the picture as it was worked at; factor: so many pixels of the original are one of its.
    """

    symbols: tuple[Symbol, ...]
    answer: Answer | None
    fault: ClaimbookError | None
    pixels: np.ndarray
    factor: float

    @property
    def signs(self) -> tuple[str, ...]:
        """From left to right."""
        return tuple(symbol.sign for symbol in self.symbols)

    @property
    def doubtful(self) -> bool:
        """Whether anything about any symbol is."""
        return any(symbol.doubts for symbol in self.symbols)


def recognise(image: np.ndarray | Path | str, classifier: Classifier | None = None) -> Reading:
    """Read the line of arithmetic on a picture: an image file, or an array as `picture.as_picture` takes.

    classifier: what names the symbols; the published net where None. A line that is no expression is no error: its
    `Reading` has the symbols, and the fault.

    Raises:
        UsageError: there is no such file, or the array is no picture.
        ClaimbookError: no image, damaged, too large or too small; a blank page; more than one line; a fraction bar; no
            weights are published.
    """
    seen = picture.load(image) if isinstance(image, Path | str) else picture.as_picture(image)
    segments = segment(binarise(seen.pixels))
    if classifier is None:
        from claimbook.apps.classifier import published

        classifier = published()
    probabilities = _checked(classifier(placed(segments)), len(segments.glyphs), len(classifier.classes))
    symbols = tuple(
        _symbol(glyph, row, classifier.classes, segments.line, seen.factor)
        for glyph, row in zip(segments.glyphs, probabilities, strict=True)
    )
    answer, fault = _read(symbols, segments.glyphs, segments.line)
    return Reading(symbols, answer, fault, seen.pixels, seen.factor)


def _symbol(glyph: Glyph, probabilities: np.ndarray, classes: Sequence[str], line: Line, factor: float) -> Symbol:
    best = np.argsort(-probabilities, kind="stable")[:CHOICES]
    choices = tuple((str(classes[at]), float(probabilities[at])) for at in best)
    box = tuple(round(side * factor) for side in glyph.box)
    doubts = (*glyph.doubts, *_doubts(glyph, choices, line))
    return Symbol(choices[0][0], choices[0][1], box, choices, doubts)


def _doubts(glyph: Glyph, choices: Sequence[tuple[str, float]], line: Line) -> list[str]:
    (sign, confidence), *others = choices
    left, top, right, bottom = glyph.box
    doubts = []
    if confidence < SURE:
        doubts.append(f"It may be {others[0][0]}." if others else "The net is not sure.")
    if glyph.looks and glyph.looks != sign:
        doubts.append(f"Its form is that of {glyph.looks}.")
    tall = bottom - top >= TALL * line.height
    if tall and right - left > (WIDE_DIGIT if sign.isdigit() else WIDE) * (bottom - top):
        doubts.append("It is so wide that it may be two symbols that touch.")
    if sign == "." and (top + bottom) / 2 < line.middle((left + right) / 2) + DOT_ABOVE * line.height:
        doubts.append("It stands high for a decimal point, as a dot for × would.")
    return doubts


def _read(
    symbols: Sequence[Symbol], glyphs: Sequence[Glyph], line: Line
) -> tuple[Answer | None, ClaimbookError | None]:
    """What the line comes to, or why it is no expression."""
    try:
        for before, symbol, glyph in zip(symbols, symbols[1:], glyphs[1:], strict=False):
            if before.sign.isdigit() and symbol.sign.isdigit() and line.raised(glyph.box):
                what = f"The {symbol.sign} behind {before.sign} stands raised, as a power does."
                do = "Write the power as a product, 3 × 3, or the symbol on the line."
                raise ClaimbookError(what, "Powers are not read, and to read it as a digit would be wrong.", do)
        return expression.evaluate([symbol.sign for symbol in symbols]), None
    except ClaimbookError as fault:
        return None, fault


def _checked(probabilities: np.ndarray, images: int, classes: int) -> np.ndarray:
    probabilities = np.asarray(probabilities)
    if probabilities.shape != (images, classes) or not np.isfinite(probabilities).all():
        shape = " x ".join(map(str, probabilities.shape))
        why = f"They must be finite and {images} x {classes}: one row for each image, one column for each class."
        raise UsageError(f"The classifier's probabilities are {shape}.", why, "Give another classifier.")
    return probabilities
