"""What is counted on lines that were read: shares of symbols and lines, what was taken for what, kinds of failure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from claimbook.apps.judged import Judged

NOTHING, NOT_FOUND = "nothing", "not found"
WRONG = 12


def metrics(lines: Sequence[Judged]) -> dict[str, float | None]:
    """The metrics of `Lines` that follow from the lines, of which there is one at least."""
    symbols = sum(len(line.written) for line in lines)
    whole = [line for line in lines if line.whole]
    return {
        "symbol-accuracy": sum(line.right for line in lines) / symbols,
        "found-share": sum(line.found for line in lines) / symbols,
        "line-accuracy": _share(line.whole for line in lines),
        "value-accuracy": _share(line.value for line in lines),
        "refused": _share(bool(line.refused) for line in lines),
        "unwarned": _share(line.unwarned for line in lines),
        "doubted-right": _share(bool(line.doubts) for line in whole) if whole else None,
        "lines": float(len(lines)),
        "symbols": float(symbols),
    }


def tables(lines: Sequence[Judged]) -> dict[str, list[dict[str, Any]]]:
    """ "confused", "failures" and "wrong", see the functions below."""
    return {"confused": confused(lines), "failures": failures(lines), "wrong": wrong(lines)}


def confused(lines: Iterable[Judged]) -> list[dict[str, Any]]:
    """Which sign was read in the place of which other, and how often; most often first.

    `NOT_FOUND` is read where no box was the symbol's own; `NOTHING` was written where a box was nobody's own.
    """
    pairs: Counter[tuple[str, str]] = Counter()
    for line in lines:
        pairs.update((sign, name or NOT_FOUND) for sign, name in zip(line.written, line.named, strict=True))
        pairs.update((NOTHING, sign) for sign in line.extra)
    others = sorted((pair for pair in pairs if pair[0] != pair[1]), key=lambda pair: (-pairs[pair], pair))
    return [{"truth": truth, "read": read, "count": pairs[truth, read]} for truth, read in others]


def failures(lines: Iterable[Judged]) -> list[dict[str, Any]]:
    """Lines that failed by kind, most first, and how many of them without a warning.

    Refused with a reason, in which n stands for numbers; else symbols that were not found at their places
    (segmentation); else symbols that were found and taken for others (naming).
    """
    kinds: Counter[tuple[str, str]] = Counter()
    unwarned: Counter[tuple[str, str]] = Counter()
    for line in lines:
        if line.refused or not line.whole:
            kinds[_kind(line)] += 1
            unwarned[_kind(line)] += line.unwarned
    order = sorted(kinds, key=lambda kind: (-kinds[kind], kind))
    return [
        {"kind": kind, "what": what, "lines": kinds[kind, what], "unwarned": unwarned[kind, what]}
        for kind, what in order
    ]


def wrong(lines: Iterable[Judged]) -> list[dict[str, Any]]:
    """`WRONG` lines at most that failed, those without a warning first: number, what was written, read, and said."""
    failed = [(number, line) for number, line in enumerate(lines) if line.refused or not line.whole]
    failed.sort(key=lambda pair: not pair[1].unwarned)
    return [
        {
            "line": number,
            "written": "".join(line.written),
            "read": "".join(line.read),
            "said": " ".join(filter(None, [line.refused, *dict.fromkeys(line.doubts)])) or "nothing",
        }
        for number, line in failed[:WRONG]
    ]


def _kind(line: Judged) -> tuple[str, str]:
    if line.refused:
        return "refused", re.sub(r"[\d.,]*\d(\.(?= ))?", "n", line.refused)
    if line.found == len(line.written) and not line.extra:
        return "naming", "all symbols are found, and some are taken for others"
    number, of = len(line.read), len(line.written)
    told = "fewer symbols" if number < of else "more symbols" if number > of else "as many symbols, at other places,"
    return "segmentation", f"{told} are read than were written" if number != of else f"{told} are read"


def _share(of: Iterable[bool]) -> float:
    values = list(of)
    return sum(values) / len(values)
