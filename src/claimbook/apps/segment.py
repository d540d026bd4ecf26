"""From ink to symbols: connected components, put together by rule where a symbol is several of them.

H is the height of the line's tall symbols. The rules, in this order:

* two dots, one above a flat bar and one below: ÷ (a lone dot above or below a bar joins it and is doubtful);
* two flat bars, one above the other: =
* a flat bar with symbols above *and* below it is a fraction bar, which is refused: only a bar alone is a minus;
* a dot above an upright stroke, as of an i, belongs to it; every other dot stands alone, as a decimal point does;
* pieces of broken strokes: one above the other with little between; one within the other's width; or a small piece
  nearer than a stroke's width. So a 5 keeps its roof and a + its bar.

A cross is always ×: the letter x is no symbol of arithmetic.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from claimbook.apps.binarise import Ink, stroke_width
from claimbook.apps.joining import joined
from claimbook.apps.layout import Line, one_line
from claimbook.apps.pieces import Box, Piece, hull, pieces
from claimbook.errors import ClaimbookError

MOST = 500  # symbols


@dataclass(frozen=True)
class Glyph:
    """One symbol before it is classified.

    box: left, top, right, bottom in pixels, right and bottom not included. parts: its labels in `Segments.labels`.
    looks: the sign that its form alone says ("=", "÷", "-", "."), or "". doubts: sentences on what is uncertain.
    """

    box: Box
    parts: tuple[int, ...]
    looks: str = ""
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Segments:
    """labels: (h, w) int32. glyphs: from left to right. line: where the line of writing runs. stroke: of its pen."""

    labels: np.ndarray
    glyphs: tuple[Glyph, ...]
    line: Line
    stroke: float


def segment(ink: Ink) -> Segments:
    """The symbols of one line.

    Raises:
        ClaimbookError: there is none, there are more than MOST, they stand in more than one line, or one is a fraction
            bar.
    """
    labels, found, height = pieces(ink)
    if not found:
        raise _no_symbol()
    groups = joined(found, height, ink.stroke)
    if len(groups) > MOST:
        what = f"There are {len(groups):,} marks on the page."
        raise ClaimbookError(what, f"A line of arithmetic has at most {MOST}.", "Crop the picture to the line.")
    groups.sort(key=lambda group: sum(hull(group.pieces)[0::2]))
    line = one_line([hull(group.pieces) for group in groups], height)
    glyphs = tuple(_glyph(group.pieces, group.looks, group.doubts) for group in groups)
    written = np.isin(labels, [part for glyph in glyphs for part in glyph.parts]).astype(np.uint8)
    return Segments(labels, glyphs, line, stroke_width(written))


def _glyph(parts: Sequence[Piece], looks: str, doubts: tuple[str, ...]) -> Glyph:
    if not looks and len(parts) == 1:
        looks = {"bar": "-", "dot": "."}.get(parts[0].form, "")
    return Glyph(hull(parts), tuple(piece.label for piece in parts), looks, doubts)


def _no_symbol() -> ClaimbookError:
    why = "There are only specks, or marks that run along its edges."
    return ClaimbookError("No symbol was found on the page.", why, "Crop the picture to the line of arithmetic.")
