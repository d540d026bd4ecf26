"""Synthetic stand-ins for the handwritten symbols: drawn with a pen that shakes, so that the code runs everywhere.

No claim is judged on them. Each image is a shape of `symbol_strokes`, its points moved at random, curves laid through
them, scaled, slanted, shifted, and drawn with a pen of some width. The three sets of the paper and BHMSDS have hands of
their own, and some images are there twice, as in the real sets. All coordinates are whole numbers computed from drawn
whole numbers, so every machine that has the same OpenCV makes the same bytes.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np

from claimbook import seeds
from claimbook.data.symbol_files import Pictures
from claimbook.data.symbol_opencv import opencv
from claimbook.data.symbol_pixels import area
from claimbook.data.symbol_strokes import SHAPES, Stroke
from claimbook.data.symbol_vocabulary import classes_of

VERSION = 1
EACH = 60  # images of a class
_CANVAS = 150  # pixels
_PARTS = 16  # of a pixel: the unit of coordinates
_STEPS = 6  # straight pieces of a curve between two of its points


@dataclass(frozen=True)
class Hand:
    """How a set is written, all in pixels of the canvas. high, pen: least and most height, and width of the pen.

    shift: how far from the middle. shake: how far points move, in percent of the height. copies: in percent. noise:
    the most by which grey values change.
    """

    high: tuple[int, int]
    pen: tuple[int, int]
    shift: int
    shake: int
    copies: int
    noise: int = 0


_HANDS = {
    "math-symbols-1": Hand((60, 115), (4, 12), 18, 4, 5),
    "math-symbols-2": Hand((60, 115), (3, 8), 18, 5, 5, 12),
    "math-symbols-3": Hand((125, 142), (3, 3), 2, 6, 50),
    "bhmsds": Hand((115, 135), (6, 20), 3, 5, 0),
}
_FOLDER = {".": "dec"}  # no folder can be called by that sign


def stand_in_symbols(name: str, side: int, each: int = EACH) -> Pictures:
    """The stand-in of a data set: `each` images of every class of the paper's that it has, side x side, grey."""
    images, files = {}, []
    for sign in classes_of(name):
        drawn = [drawing(name, sign, number) for number in range(each)]
        copies = each * _HANDS[name].copies // 100
        drawn[each - copies :] = drawn[:copies]
        for number, canvas in enumerate(drawn):
            part = "" if name != "math-symbols-2" else "train/" if number % 8 else "eval/"
            sha = hashlib.sha256(canvas.tobytes()).hexdigest()
            files.append((f"dataset/{part}{_FOLDER.get(sign, sign)}/{sign}-{number:04}.png", sha))
            images[sha] = canvas
    shas, files = sorted(images), sorted(files)
    places = {sha: place for place, sha in enumerate(shas)}
    x = np.stack([area(images[sha][:, :, None], side) for sha in shas])
    content = np.array([places[sha] for _, sha in files], np.int64)
    return Pictures(x, tuple(shas), tuple(file for file, _ in files), content)


def drawing(name: str, sign: str, number: int) -> np.ndarray:
    """One image (150, 150) uint8 of a symbol in the hand of a data set: dark ink on white."""
    hand, random = _HANDS[name], seeds.stream(0, f"{name}/stand-in/{VERSION}/{sign}/{number}")

    def whole(low: int, high: int, *shape: int) -> np.ndarray:
        return random.integers(low, high, shape, dtype=np.int64, endpoint=True)

    shape = SHAPES[sign][int(whole(0, len(SHAPES[sign]) - 1))]
    high, wide = int(whole(*hand.high)), shape.wide * int(whole(85, 115)) // 100
    slant = int(whole(-20, 20)) if len(shape.strokes) == 1 or sign in "0123456789" else int(whole(-8, 8))
    middle = _CANVAS // 2 + whole(-hand.shift, hand.shift, 2)
    pen, ink = int(whole(*hand.pen)), int(whole(0, 60))
    canvas = np.full((_CANVAS, _CANVAS), 255, np.uint8)
    for stroke in shape.strokes:
        points = np.array(stroke.points, np.int64) + whole(-hand.shake, hand.shake, len(stroke.points), 2)
        x, y = points[:, 0] - 50, points[:, 1] - 50
        x = x * wide - y * slant  # in 1/100; a slant above 0 leans to the right
        placed = np.stack([x * high * _PARTS // 10_000, y * high * _PARTS // 100], axis=1) + middle * _PARTS
        _draw(canvas, placed, stroke, pen, ink)
    if hand.noise:
        noisy = canvas + whole(-hand.noise, hand.noise, _CANVAS, _CANVAS)
        canvas = np.clip(noisy, 0, 255).astype(np.uint8)
    return canvas


def _draw(canvas: np.ndarray, points: np.ndarray, stroke: Stroke, pen: int, ink: int) -> None:
    cv2 = opencv()
    if stroke.dot:
        radius = (pen * 3 // 4 + 1) * _PARTS
        cv2.circle(canvas, tuple(points[0].tolist()), radius, ink, -1, cv2.LINE_8, 4)
        return
    line = _curve(points) if stroke.smooth else points
    cv2.polylines(canvas, [line.astype(np.int32)], False, ink, pen, cv2.LINE_8, 4)


def _curve(points: np.ndarray) -> np.ndarray:
    """(m, 2): a Catmull-Rom curve through points (n, 2), _STEPS straight pieces between two of them."""
    framed = np.concatenate([points[:1], points, points[-1:]])
    before, here, there, after = (framed[k : k + len(points) - 1, None] for k in range(4))
    t, whole = np.arange(_STEPS)[None, :, None], _STEPS
    twice = (
        2 * here * whole**3
        + (there - before) * t * whole**2
        + (2 * before - 5 * here + 4 * there - after) * t**2 * whole
        + (3 * here - before - 3 * there + after) * t**3
    )
    return np.concatenate([(twice // (2 * whole**3)).reshape(-1, 2), points[-1:]])
