"""Lines of writing put together from pictures of single symbols, on paper under uneven light.

What a composed line lacks is that symbols touch, and that one hand has written them all: the recogniser does better
on it than on a real page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from claimbook import seeds
from claimbook.data.symbol_opencv import opencv
from claimbook.errors import UsageError, unknown

HEIGHT = 64  # pixels of a digit
STRETCH = 155 / 135  # the images of data set I were squeezed by that much when they were made square
_INK = 96  # of 255: darker than the ground by that much
_FRAME = 25  # a frame is no farther from the edge than that part of an image
# Height or width of a symbol as a share of a digit's height, and how far its middle stands below the line's.
_HEIGHTS = {"+": (0.75, 0), "×": (0.65, 0.08), ".": (0.16, 0.42)}
_WIDTHS = {"-": (0.65, 0), "=": (0.75, 0), "÷": (0.75, 0)}
_GAPS, _SIZES, _OFF = (0.16, 0.4), (0.92, 1.08), 0.05  # of a digit's height
_TILT = 0.02  # of the line, up or down


@dataclass(frozen=True)
class Composed:
    """pixels: (h, w, 3) uint8. signs: from left to right. boxes: left, top, right, bottom of each, as drawn."""

    pixels: np.ndarray
    signs: tuple[str, ...]
    boxes: tuple[tuple[int, int, int, int], ...]


def compose(signs: Sequence[str], images: Mapping[str, Sequence[np.ndarray]], seed: int) -> Composed:
    """A line of these symbols, each drawn from its class's images.

    images: of each sign (h, w, 1 or 3) or (h, w) uint8, dark on light. seed: of which image, of places, sizes, the
    paper and its light.

    Raises:
        UsageError: there is no sign, or one without an image, or an image without ink.
    """
    if not signs:
        raise UsageError("There is no symbol to compose.", "A line has one at least.", "Give the signs of a line.")
    draw = seeds.stream(seed, "recogniser/compose")
    inks, tops, lefts = [], [], []
    tilt, x = draw.uniform(-_TILT, _TILT), HEIGHT
    for sign in signs:
        if not len(images.get(sign, ())):
            raise unknown("image of a symbol", sign, [name for name, own in images.items() if len(own)])
        ink = _sized(sign, images[sign][draw.integers(len(images[sign]))], draw.uniform(*_SIZES))
        below = _HEIGHTS.get(sign, _WIDTHS.get(sign, (1, 0)))[1] + draw.uniform(-_OFF, _OFF)
        inks.append(ink)
        lefts.append(x)
        tops.append(round(1.2 * HEIGHT + below * HEIGHT + tilt * x - ink.shape[0] / 2))
        x += ink.shape[1] + round(draw.uniform(*_GAPS) * HEIGHT)
    lowest = max(0, 4 - min(tops))
    tops = [top + lowest for top in tops]
    height = max(top + ink.shape[0] for top, ink in zip(tops, inks, strict=True)) + HEIGHT // 2
    sheet = np.zeros((height, x + HEIGHT // 2), np.float32)
    boxes = []
    for ink, left, top in zip(inks, lefts, tops, strict=True):
        bottom, right = top + ink.shape[0], left + ink.shape[1]
        sheet[top:bottom, left:right] = np.maximum(sheet[top:bottom, left:right], ink)
        boxes.append((left, top, right, bottom))
    return Composed(_on_paper(sheet, draw), tuple(signs), tuple(boxes))


def _sized(sign: str, image: np.ndarray, size: float) -> np.ndarray:
    """The symbol without its margins, (h, w) float32 from 0 (paper) to 1 (ink), as large as it is in a line."""
    cv2 = opencv()
    grey = image if image.ndim == 2 else image.min(axis=2)
    ink = _without_dirt(sign, _without_frame(grey.max() - grey))
    rows, columns = np.nonzero(ink > _INK)
    if not len(rows):
        raise UsageError(f"An image of {sign!r} has no ink.", "Nothing on it is dark.", "Leave it out.")
    ink = ink[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1].astype(np.float32) / 255
    high, wide = ink.shape[0], ink.shape[1] * STRETCH
    if sign in _WIDTHS:
        scale = _WIDTHS[sign][0] * HEIGHT * size / wide
    else:
        scale = _HEIGHTS.get(sign, (1, 0))[0] * HEIGHT * size / high
    shape = max(2, round(wide * scale)), max(2, round(high * scale))
    return np.clip(cv2.resize(ink, shape, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC), 0, 1)


def _without_frame(ink: np.ndarray) -> np.ndarray:
    """Without the dark line that some images have along an edge, or a few pixels from it."""
    ink = ink.copy()
    for side in (ink, ink[::-1], ink.T, ink.T[::-1]):
        for edge in side[: 1 + len(side) // _FRAME]:
            if (edge > _INK).mean() > 0.5:
                edge[:] = 0
    return ink


def _without_dirt(sign: str, ink: np.ndarray) -> np.ndarray:
    """Without specks beside the symbol, which would count as its size; = and ÷ have small parts of their own."""
    if sign in "=÷":
        return ink
    cv2 = opencv()
    _, labels, stats, _ = cv2.connectedComponentsWithStats((ink > _INK // 2).astype(np.uint8), connectivity=8)
    sizes = stats[1:, cv2.CC_STAT_AREA]
    specks = 1 + np.flatnonzero(sizes < 0.1 * max(sizes, default=0))
    return np.where(np.isin(labels, specks), 0, ink)


def _on_paper(sheet: np.ndarray, draw: np.random.Generator) -> np.ndarray:
    """Ink of one colour on paper of one colour, with light that falls off in one direction, and with noise."""
    height, width = sheet.shape
    paper, ink = draw.uniform(215, 250) + draw.uniform(-8, 8, 3), draw.uniform(15, 70) + draw.uniform(-15, 40, 3)
    angle, fall = draw.uniform(0, 2 * np.pi), draw.uniform(0.1, 0.5)
    y, x = np.mgrid[-0.5 : 0.5 : height * 1j, -0.5 : 0.5 : width * 1j]
    light = 1 - fall * (0.5 + 0.5 * (np.cos(angle) * x + np.sin(angle) * y) * 2**0.5)
    colours = paper + (ink - paper) * sheet[:, :, None]
    noise = draw.standard_normal((height, width, 1), np.float32) * draw.uniform(1, 4)
    return np.clip(np.rint(colours * light[:, :, None] + noise), 0, 255).astype(np.uint8)
