"""The connected components of ink that may belong to symbols: without specks, page edges and rulings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from claimbook.apps.binarise import Ink
from claimbook.data.symbol_opencv import opencv

Box = tuple[int, int, int, int]  # left, top, right, bottom; right and bottom not included
SPECK = 0.5  # of a stroke's width, squared: what is smaller is dirt
FLAT, TILT = 2.2, 40.0  # a bar is so many times as long as wide, and at most so many degrees from level
SMALL = 0.4  # of H: a dot is smaller in both directions
SPANNING = 0.6  # of the page: marks at its edge that are so long are no writing
RULING = 25.0  # a level line so many times as long as its stroke is wide, and longer than 4 H, is a ruling


@dataclass(frozen=True)
class Piece:
    """One component. form: "dot" (small, of any shape), "bar" (flat), or "" for all others."""

    label: int
    box: Box
    area: int
    form: str = ""

    @property
    def width(self) -> int:
        """In pixels."""
        return self.box[2] - self.box[0]

    @property
    def height(self) -> int:
        """In pixels."""
        return self.box[3] - self.box[1]

    @property
    def flat(self) -> bool:
        """Whether it is a bar, or as flat as one if small."""
        return self.form == "bar" or self.width >= FLAT * self.height

    @property
    def middle(self) -> tuple[float, float]:
        """The middle of its box: x, y."""
        return (self.box[0] + self.box[2]) / 2, (self.box[1] + self.box[3]) / 2


def pieces(ink: Ink) -> tuple[np.ndarray, list[Piece], float]:
    """Labels (h, w) int32, the pieces that may be writing, and H, the height of the tall ones (0 where is none)."""
    cv2 = opencv()
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink.mask, connectivity=8)
    least = max(4.0, (SPECK * ink.stroke) ** 2)
    found = [
        Piece(label, (int(x), int(y), int(x + w), int(y + h)), int(area))
        for label, (x, y, w, h, area) in enumerate(stats)
        if label and area >= least
    ]
    found = _without_edges(found, labels.shape)
    found = [replace(piece, form="bar" if _is_bar(piece, labels) else "") for piece in found]
    height = line_height(found, ink.stroke)
    found = [piece for piece in found if not _is_ruling(piece, height, ink.stroke)]
    return labels, [replace(piece, form="dot") if _is_small(piece, height) else piece for piece in found], height


def hull(parts: Iterable[Piece]) -> Box:
    """The box around all of them."""
    left, top, right, bottom = zip(*(piece.box for piece in parts), strict=True)
    return min(left), min(top), max(right), max(bottom)


def line_height(found: Sequence[Piece], stroke: float) -> float:
    """H: the median height of those that are at least half as high as the highest; of bars alone, their width."""
    heights = [piece.height for piece in found if piece.form != "bar"]
    if heights and max(heights) >= 3 * stroke:
        return float(np.median([height for height in heights if height >= max(heights) / 2]))
    return float(max((piece.width for piece in found), default=0))


def _without_edges(found: list[Piece], shape: tuple[int, ...]) -> list[Piece]:
    """Without the table around the sheet, its shadow, a finger: what touches an edge of the page and is no writing."""
    height, width = shape

    def touches(piece: Piece) -> bool:
        left, top, right, bottom = piece.box
        return left <= 1 or top <= 1 or right >= width - 1 or bottom >= height - 1

    inside = [piece.height for piece in found if not touches(piece)]
    usual = max(inside, default=0)
    return [
        piece
        for piece in found
        if not touches(piece)
        or (piece.width < SPANNING * width and (piece.height < SPANNING * height or piece.height < 2 * usual))
        or not usual
    ]


def _is_bar(piece: Piece, labels: np.ndarray) -> bool:
    """Flat: measured along its own direction, which may be tilted."""
    cv2 = opencv()
    if piece.width < 1.2 * piece.height:
        return False
    left, top, right, bottom = piece.box
    rows, columns = np.nonzero(labels[top:bottom, left:right] == piece.label)
    points = np.stack([columns, rows], axis=1).astype(np.float32)
    _, (one, other), angle = cv2.minAreaRect(points)
    long, wide = max(one, other) + 1, min(one, other) + 1
    turned = abs(angle if one >= other else angle - 90) % 180
    return long >= FLAT * wide and min(turned, 180 - turned) <= TILT


def _is_small(piece: Piece, height: float) -> bool:
    return max(piece.width, piece.height) <= SMALL * height


def _is_ruling(piece: Piece, height: float, stroke: float) -> bool:
    return piece.form == "bar" and piece.width > max(RULING * stroke, 4 * height)
