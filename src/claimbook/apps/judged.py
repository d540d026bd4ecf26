"""A reading beside what was written: which symbols were found at their place, and what they were taken for.

A read box fits a written one where its middle lies in that one and the two share at least SHARED of what they cover
together, each grown by GROWN so that a thin stroke may be off by a pixel. It is the written symbol's own where it alone
fits that symbol, and no other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from claimbook.apps.compose import HEIGHT, Composed
from claimbook.apps.expression import Answer
from claimbook.apps.pieces import Box
from claimbook.apps.recognise import Reading
from claimbook.errors import ClaimbookError

GROWN = HEIGHT // 16  # pixels on each side
SHARED = 0.5


@dataclass(frozen=True)
class Judged:
    """One line.

    written, read: its signs from left to right. named: for each that was written the sign at its place, or None where
    none was found there. extra: the signs of boxes that are nobody's own. doubts: all that was said of symbols.
    refused: what the line was refused with, or "". value: whether it came to what was written.
    """

    written: tuple[str, ...]
    read: tuple[str, ...]
    named: tuple[str | None, ...]
    extra: tuple[str, ...]
    doubts: tuple[str, ...]
    refused: str
    value: bool

    @property
    def found(self) -> int:
        """How many symbols were found at their place."""
        return sum(name is not None for name in self.named)

    @property
    def right(self) -> int:
        """How many of these were named rightly."""
        return sum(name == sign for name, sign in zip(self.named, self.written, strict=True))

    @property
    def whole(self) -> bool:
        """Whether all signs of the line were read, and no other."""
        return self.read == self.written

    @property
    def unwarned(self) -> bool:
        """Whether it was read wrongly and nothing said so: no doubt, no refusal."""
        return not (self.whole or self.refused or self.doubts)


def judged(line: Composed, answer: Answer, reading: Reading | ClaimbookError) -> Judged:
    """What was read of a line that comes to `answer`; an error is a page that was refused as a whole."""
    if isinstance(reading, ClaimbookError):
        return Judged(line.signs, (), (None,) * len(line.signs), (), (), reading.what, False)
    own = matched(line.boxes, [symbol.box for symbol in reading.symbols])
    extra = set(range(len(reading.symbols))).difference(own)
    return Judged(
        written=line.signs,
        read=reading.signs,
        named=tuple(None if at is None else reading.signs[at] for at in own),
        extra=tuple(reading.signs[at] for at in sorted(extra)),
        doubts=tuple(doubt for symbol in reading.symbols for doubt in symbol.doubts),
        refused=reading.fault.what if reading.fault else "",
        value=reading.answer is not None and _values(reading.answer) == _values(answer),
    )


def matched(written: Sequence[Box], read: Sequence[Box]) -> list[int | None]:
    """For each written box the place of the read box that is its own, or None."""
    pairs = [(here, there) for here, one in enumerate(written) for there, box in enumerate(read) if fits(one, box)]
    rows, columns = [here for here, _ in pairs], [there for _, there in pairs]
    own = {here: there for here, there in pairs if rows.count(here) == columns.count(there) == 1}
    return [own.get(here) for here in range(len(written))]


def fits(written: Box, read: Box) -> bool:
    """Whether a read box lies where a written one does."""
    x, y = (read[0] + read[2]) / 2, (read[1] + read[3]) / 2
    left, top, right, bottom = _grown(written)
    return left <= x <= right and top <= y <= bottom and shared(_grown(written), _grown(read)) >= SHARED


def shared(one: Box, other: Box) -> float:
    """The area that lies in both boxes as a share of the area that lies in either."""
    both = _area((*map(max, one[:2], other[:2]), *map(min, one[2:], other[2:])))
    return both / (_area(one) + _area(other) - both)


def _grown(box: Box) -> Box:
    return box[0] - GROWN, box[1] - GROWN, box[2] + GROWN, box[3] + GROWN


def _area(box: Box) -> int:
    return max(0, box[2] - box[0]) * max(0, box[3] - box[1])


def _values(answer: Answer) -> tuple:
    return answer.value, answer.right
