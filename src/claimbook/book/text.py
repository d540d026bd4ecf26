"""Numbers, durations and names as the book writes them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

DIFFERENCES = (
    "Where arms are compared, measured is the difference in favour of the claim; below zero it speaks against it. "
    "Where the ledger says that logarithms are compared, 0.05 is a ratio of about 5 %."
)


def number(value: float | int | None) -> str:
    """A number for people: four significant digits, whole numbers with separators, "–" for one that is absent.

    >>> number(0.00001), number(700000), number(0.0555123), number(3.0432e18), number(None)
    ('1e-5', '700,000', '0.05551', '3.043e18', '–')
    """
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not math.isfinite(value):
        return "not finite"
    if value == int(value) and abs(value) < 1e12:
        return f"{int(value):,}"
    if 1e4 <= abs(value) < 1e9:
        return f"{value:,.0f}"
    return re.sub(r"e([+-])0*(\d+)", lambda m: f"e{m[1].replace('+', '')}{m[2]}", f"{value:.4g}")


def value_text(value: object) -> str:
    """Any value of a table cell: numbers by `number`, lists joined, text as it is."""
    if value is None or isinstance(value, (bool, int, float)):
        return number(value)
    if isinstance(value, (list, tuple)):
        return ", ".join(value_text(item) for item in value)
    return str(value)


def reading_text(reading: Mapping[str, object]) -> str:
    """Parameters with their values, "scaling z-score, precision float64"."""
    return ", ".join(f"{name} {value_text(value)}" for name, value in reading.items())


def span(interval: tuple[float, float] | None) -> str:
    """An interval for people, "[0.0561, 0.0565]" with a space that no line breaks at, or "–"."""
    return "–" if interval is None else f"[{number(interval[0])},\u00a0{number(interval[1])}]"


def duration(seconds: float) -> str:
    """Seconds in the unit that people would choose: "4.2 s", "3 min", "2.5 h"."""
    if seconds < 60:
        return f"{seconds:.2g} s" if seconds < 10 else f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def slug(name: str) -> str:
    """A name as an HTML id that Sphinx leaves as it is: "OP-2.1" becomes "op-2-1"."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def plural(count: int, thing: str) -> str:
    """ "1 seed", "5 seeds"."""
    return f"{count:,} {thing}" if count == 1 else f"{count:,} {thing}s"
