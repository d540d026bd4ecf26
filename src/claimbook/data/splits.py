"""Disjoint parts of a data set, drawn by a named random stream."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from claimbook import seeds
from claimbook.errors import UsageError


def split(n: int, sizes: Mapping[str, int | None], seed: int, name: str) -> dict[str, np.ndarray]:
    """Indices of 0 … n − 1 in disjoint parts: {part: (size,) int64, rising}, in the order of `sizes`.

    One permutation of the stream `name` of `seed` is cut into the parts in the alphabetical order of their names, the
    part without a size last; so the order of `sizes` makes no difference, as it makes none in a record's key. The order
    in which images are used is not the split's business: it has a stream of its own.

    Args:
        n: how many rows there are.
        sizes: rows of each part; None, for one part at most, stands for all rows that no other part takes. Rows that
            no part takes are left out.
        seed, name: the random stream, as in `seeds.stream`.

    Raises:
        UsageError: no part, a size that is not a whole number above 0, parts that need more than n rows, two parts
            without a size, or no row left for the one without.
    """
    _check(n, sizes)
    order = seeds.stream(seed, name).permutation(n)
    parts, start = {}, 0
    for part in sorted(sizes, key=lambda part: (sizes[part] is None, part)):
        stop = n if sizes[part] is None else start + sizes[part]
        parts[part] = np.sort(order[start:stop])
        start = stop
    return {part: parts[part] for part in sizes}


def _check(n: int, sizes: Mapping[str, int | None]) -> None:
    for part, size in sizes.items():
        if size is not None and (isinstance(size, bool) or not isinstance(size, (int, np.integer)) or size < 1):
            why = f"The size of {part!r} is {size!r}, not a whole number above 0."
            raise _fault(n, why, "Give it such a size, or leave the part out.")
    rest = [part for part, size in sizes.items() if size is None]
    if not sizes:
        raise _fault(n, "No part is named.", "Name one part at least.")
    if len(rest) > 1:
        raise _fault(n, f"{' and '.join(map(repr, rest))} both ask for the rest.", "Give all but one of them a size.")
    taken = sum(size for size in sizes.values() if size is not None)
    if taken + len(rest) > n:
        needs = f"{taken:,}" + (f", and {rest[0]!r} one at least" if rest else "")
        raise _fault(n, f"The parts of a fixed size need {needs}.", "Make these parts smaller.")


def _fault(n: int, why: str, do: str) -> UsageError:
    return UsageError(f"{n:,} rows cannot be split like this.", why, do)
