"""The 16 symbols as strokes of a pen, in a box of 100 x 100 with x to the right and y down."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Stroke:
    """points: (x, y), … smooth: a curve through them, else straight from one to the next. dot: the pen rests there."""

    points: tuple[tuple[int, int], ...]
    smooth: bool = False
    dot: bool = False


@dataclass(frozen=True)
class Shape:
    """One way to write a symbol. wide: how wide it is, in percent of its height."""

    strokes: tuple[Stroke, ...]
    wide: int = 65


def _line(*points: tuple[int, int]) -> Stroke:
    return Stroke(points)


def _curve(*points: tuple[int, int]) -> Stroke:
    return Stroke(points, smooth=True)


def _dot(x: int, y: int) -> Stroke:
    return Stroke(((x, y),), dot=True)


_THREE = _curve((18, 16), (44, 2), (74, 14), (72, 36), (44, 47), (78, 62), (80, 86), (50, 99), (16, 86))
_FLAT_THREE = _curve((44, 42), (80, 58), (78, 88), (46, 99), (14, 86))
_EIGHT = _curve(
    (72, 16), (48, 1), (26, 18), (38, 40), (64, 56), (78, 78), (50, 99), (24, 78), (40, 54), (66, 38), (72, 14)
)  # fmt: skip
SHAPES: dict[str, tuple[Shape, ...]] = {
    "0": (Shape((_curve((54, 2), (24, 14), (14, 50), (26, 88), (52, 98), (80, 82), (86, 46), (74, 12), (50, 1)),)),),
    "1": (
        Shape((_line((50, 0), (50, 100)),), 30),
        Shape((_line((22, 26), (54, 0), (54, 100)),), 40),
        Shape((_line((22, 24), (50, 0), (50, 100)), _line((18, 100), (84, 100))), 45),
    ),
    "2": (
        Shape((_curve((16, 24), (32, 4), (60, 2), (78, 20), (66, 50), (38, 78), (12, 97)), _line((12, 97), (86, 97)))),
        Shape((_curve((14, 26), (40, 2), (74, 10), (72, 40), (40, 78), (14, 92), (28, 80), (56, 92), (90, 96)),)),
    ),
    "3": (Shape((_THREE,)), Shape((_line((16, 3), (78, 3), (44, 42)), _FLAT_THREE))),
    "4": (
        Shape((_line((32, 2), (12, 58), (90, 58)), _line((64, 24), (60, 100)))),
        Shape((_line((66, 100), (66, 0), (10, 66), (92, 66)),)),
    ),
    "5": (
        Shape((_line((82, 3), (28, 3), (24, 42)), _curve((24, 42), (54, 34), (82, 52), (78, 84), (48, 98), (14, 88)))),
        Shape((_curve((78, 4), (40, 6), (26, 22), (34, 42), (66, 48), (80, 70), (60, 96), (14, 92)),)),
    ),
    "6": (Shape((_curve((72, 2), (40, 18), (18, 54), (24, 88), (52, 99), (80, 84), (74, 60), (48, 52), (22, 70)),)),),
    "7": (
        Shape((_line((14, 4), (84, 4), (40, 100)),)),
        Shape((_line((14, 4), (84, 4), (44, 100)), _line((28, 52), (86, 48)))),
    ),
    "8": (Shape((_EIGHT,)),),
    "9": (
        Shape((_curve((78, 24), (56, 2), (26, 10), (22, 36), (48, 50), (72, 36), (78, 20), (76, 62), (64, 100)),)),
        Shape((_curve((76, 14), (48, 1), (20, 18), (30, 46), (62, 44), (78, 14)), _line((78, 8), (72, 100)))),
    ),
    "+": (Shape((_line((50, 4), (50, 96)), _line((4, 50), (96, 50))), 95),),
    "-": (Shape((_line((2, 50), (50, 49), (98, 50)),), 90),),
    "×": (Shape((_line((8, 8), (92, 92)), _line((92, 8), (8, 92))), 85),),
    "÷": (Shape((_line((2, 50), (98, 50)), _dot(50, 16), _dot(50, 84)), 100),),
    ".": (Shape((_dot(50, 92),), 65),),
    "=": (Shape((_line((4, 30), (96, 30)), _line((4, 68), (96, 68))), 95),),
}  # fmt: skip
