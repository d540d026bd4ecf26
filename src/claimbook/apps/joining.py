"""The rules by which pieces become symbols; `segment` states them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from claimbook.apps.pieces import Box, Piece, hull
from claimbook.errors import ClaimbookError

DOT = 0.55  # of H: the dots of a ÷, which may be circles, are smaller
NEAR_DOT = 0.6  # of H: how far the dots of a ÷ are from its bar at most
NEAR_BAR = 0.8  # of H: how far the bars of an = are apart at most
SHARED = 0.5  # of the narrower of two: how much of its width the other must share to stand above it
LITTLE = 0.25  # of H: how much may be between two pieces of one stroke that stand above each other
ROOF, ROOFS = 0.35, 0.9  # the roof of a 5 lies in that upper part of it, and is not wider than so much of H
TALLEST = 1.5  # of H: no symbol is put together that is higher
NEARNESS = 0.75  # of a stroke's width: a small piece that is nearer belongs to its neighbour


@dataclass(frozen=True)
class Group:
    """The pieces of one symbol, what they look like by their form ("=", "÷" or ""), and what is doubtful of them."""

    pieces: tuple[Piece, ...]
    looks: str = ""
    doubts: tuple[str, ...] = ()


def joined(found: Sequence[Piece], height: float, stroke: float) -> list[Group]:
    """The pieces as symbols, in no order. height: H, in pixels. stroke: in pixels.

    Raises:
        ClaimbookError: a bar has symbols above and below it.
    """
    rest = list(found)
    signs = _divisions(rest, height) + _equals(rest, height)
    for piece in rest:
        if piece.form == "bar":
            _refuse_fraction(piece, [other for other in rest if other.form != "dot"], height)
    return signs + [Group(tuple(part)) for part in _united(rest, lambda a, b: _one_symbol(a, b, height, stroke))]


def shared_width(one: Box, other: Box) -> float:
    """How much of the narrower box's width the other shares, from 0 to 1."""
    return _shared(one[0], one[2], other[0], other[2])


def _shared(low: int, high: int, other_low: int, other_high: int) -> float:
    return max(0, min(high, other_high) - max(low, other_low)) / max(1, min(high - low, other_high - other_low))


def _divisions(rest: list[Piece], height: float) -> list[Group]:
    """Takes every ÷ out of `rest`."""
    found = []
    for bar in sorted((piece for piece in rest if piece.form == "bar"), key=lambda bar: -bar.width):
        dots = [piece for piece in rest if max(piece.width, piece.height) <= DOT * height and _beside(bar, piece)]
        dots = [dot for dot in dots if dot.width <= 0.75 * bar.width and _gap(dot, bar) <= NEAR_DOT * height]
        above = [dot for dot in dots if dot.middle[1] < bar.middle[1]]
        below = [dot for dot in dots if dot.middle[1] > bar.middle[1]]
        if not (above and below) and not any(dot.form == "dot" and not dot.flat for dot in above + below):
            continue
        if bar not in rest:  # it is a dot of another
            continue
        near = [min(side, key=lambda dot: _gap(dot, bar)) for side in (above, below) if side]
        doubts = () if len(near) == 2 else ("One of the two dots of ÷ was not found.",)
        found.append(Group((bar, *near), "÷", doubts))
        for piece in found[-1].pieces:
            rest.remove(piece)
    return found


def _beside(bar: Piece, dot: Piece) -> bool:
    """The dot's middle is above or below the bar, not left or right of it."""
    spare = 0.05 * bar.width
    return bar.box[0] - spare <= dot.middle[0] <= bar.box[2] + spare


def _gap(one: Piece, other: Piece) -> float:
    """How many pixels are between two pieces that stand above each other; 0 where they overlap."""
    return max(0, max(one.box[1], other.box[1]) - min(one.box[3], other.box[3]))


def _equals(rest: list[Piece], height: float) -> list[Group]:
    """Takes every = out of `rest`: of several pairs of bars the nearest first."""
    bars = [piece for piece in rest if piece.flat]
    pairs = [
        (abs(one.middle[1] - other.middle[1]), one, other)
        for at, one in enumerate(bars)
        for other in bars[at + 1 :]
        if "bar" in (one.form, other.form)
        and shared_width(one.box, other.box) >= SHARED
        and max(one.width, other.width) <= 2.5 * min(one.width, other.width)
        and _gap(one, other) <= NEAR_BAR * max(height, one.width / 2)
    ]
    found = []
    for _, one, other in sorted(pairs, key=lambda pair: pair[0]):
        if one in rest and other in rest:
            rest.remove(one)
            rest.remove(other)
            found.append(Group((one, other), "="))
    return found


def _refuse_fraction(bar: Piece, others: Sequence[Piece], height: float) -> None:
    tall = [o for o in others if o.form != "bar" and o.height >= 0.35 * height and _beside(bar, o)]
    above = [other for other in tall if other.box[3] <= bar.box[1] + 0.2 * other.height]
    below = [other for other in tall if other.box[1] >= bar.box[3] - 0.2 * other.height]
    if above and below:
        why = "A bar has symbols above and below it; only lines with the sign ÷ are read."
        raise ClaimbookError("A fraction bar stands in the line.", why, "Write it with ÷, for example 3 ÷ 4.")


def _one_symbol(one: Piece, other: Piece, height: float, stroke: float) -> bool:
    """Whether two pieces are of one broken symbol."""
    upper, lower = sorted((one, other), key=lambda piece: piece.middle[1])
    box = hull((one, other))
    if box[3] - box[1] > TALLEST * height:
        return False
    if upper.form == "dot" and lower.height >= 2.5 * lower.width and upper.box[3] <= lower.box[1]:  # of an i
        return shared_width(one.box, other.box) >= SHARED and _gap(one, other) <= 2 * LITTLE * height
    if "dot" in (one.form, other.form):
        return _is_chip(one, other, stroke) or _is_chip(other, one, stroke)
    if one.form == other.form == "bar":
        return False
    share = shared_width(one.box, other.box)
    beside = _shared(one.box[1], one.box[3], other.box[1], other.box[3])
    if beside < 0.3:
        return share >= SHARED and _gap(one, other) <= LITTLE * height
    small = min(one, other, key=lambda piece: piece.area)
    is_near, size = _apart(one, other) <= NEARNESS * stroke, max(small.width, small.height)
    is_roof = small.flat and small.middle[1] < box[1] + ROOF * (box[3] - box[1])
    return share >= 0.8 or (is_near and size <= (ROOFS if is_roof else 0.5) * height)


def _is_chip(small: Piece, large: Piece, stroke: float) -> bool:
    """A dot that is a piece of the stroke beside it: very near, and not at its foot, where a decimal point would be."""
    foot = large.box[3] - 0.25 * large.height
    near = max(_apart(small, large), _gap(small, large)) <= NEARNESS * stroke
    return small.form == "dot" and near and small.middle[1] < foot


def _apart(one: Piece, other: Piece) -> int:
    """How many pixels are between two pieces that stand side by side; negative where they overlap."""
    return max(one.box[0], other.box[0]) - min(one.box[2], other.box[2])


def _united(found: Sequence[Piece], belong: Callable[[Piece, Piece], bool]) -> list[list[Piece]]:
    """The classes of the pieces under "belong together, or through others"."""
    groups: list[list[Piece]] = []
    for piece in found:
        own = [group for group in groups if any(belong(piece, other) for other in group)]
        groups = [group for group in groups if group not in own]
        groups.append([piece, *(other for group in own for other in group)])
    return groups
