"""Symbols as the net knows them: placed on a canvas as those of data set I are, then 50 x 50.

Images of that set are mostly 155 x 135 pixels and are brought to a square without keeping their aspect. Measured on
random images of it (median): the digits' height is 0.62 of the image's, their middle lies at 0.53 of its width and
0.55 of its height; strokes are 0.055 of its height wide, the thinner kind 0.04. A decimal point stands low and a minus
in the middle, so that a symbol is placed by where it stands in its line, all of one line at one scale.
"""

from __future__ import annotations

import numpy as np

from claimbook.apps.segment import Glyph, Segments
from claimbook.data.symbol_opencv import opencv
from claimbook.data.symbol_pixels import area

SIDE = 50
CANVAS = (155, 135)  # width, height
DIGIT = 0.62  # of the canvas' height: H
MIDDLE = (0.53, 0.55)  # of the canvas: where the middle of a digit lies
MARGIN = 5  # pixels of the canvas that stay white
THINNEST = 0.04  # of the canvas' height: thinner strokes are thickened to that


def placed(segments: Segments) -> np.ndarray:
    """The symbols (n, 50, 50, 3) uint8, black on white, in their order."""
    images = [_canvas(segments, glyph) for glyph in segments.glyphs]
    return np.stack([np.repeat(area(image[:, :, None], SIDE)[0][:, :, None], 3, axis=2) for image in images])


def _canvas(segments: Segments, glyph: Glyph) -> np.ndarray:
    """One symbol on its canvas (135, 155) uint8."""
    cv2 = opencv()
    left, top, right, bottom = glyph.box
    across, down = CANVAS
    line = segments.line
    scale = min(
        DIGIT * down / line.height,
        (across - 2 * MARGIN) / (right - left),
        (down - 2 * MARGIN) / (bottom - top),
    )
    ink = np.isin(segments.labels[top:bottom, left:right], glyph.parts).astype(np.uint8) * 255
    size = max(1, round((right - left) * scale)), max(1, round((bottom - top) * scale))
    ink = cv2.resize(ink, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    x = (left + right) / 2
    off = ((top + bottom) / 2 - line.middle(x)) * scale
    canvas = np.zeros((down, across), np.uint8)
    column = _clamped(MIDDLE[0] * across, size[0], across)
    row = _clamped(MIDDLE[1] * down + off, size[1], down)
    canvas[row : row + size[1], column : column + size[0]] = ink
    return 255 - _thickened(canvas, THINNEST * down - segments.stroke * scale)


def _clamped(middle: float, size: int, room: int) -> int:
    """Where something of that size begins that has its middle there, or as near as the margins let it."""
    return int(np.clip(round(middle - size / 2), min(MARGIN, room - size), max(room - size - MARGIN, 0)))


def _thickened(ink: np.ndarray, lacking: float) -> np.ndarray:
    """Strokes that are `lacking` pixels too thin made so much wider."""
    cv2 = opencv()
    if lacking < 1:
        return ink
    side = round(lacking) + 1
    return cv2.dilate(ink, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)))
