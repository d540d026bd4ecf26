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
    for what, size in {"the whole": n, **{f"the part {part!r}": size for part, size in sizes.items()}}.items():
        if size is None and what != "the whole":
            continue
        if isinstance(size, bool) or not isinstance(size, (int, np.integer)) or size < 1:
            why = f"The size of {what} is {size!r}, not a whole number above 0."
            raise _fault(n, why, "Give it a size, or leave the part out.")
    open_parts = [part for part, size in sizes.items() if size is None]
    taken = sum(size for size in sizes.values() if size is not None)
    if not sizes or len(open_parts) > 1:
        why = "No part is named." if not sizes else f"{' and '.join(map(repr, open_parts))} both ask for the rest."
        raise _fault(n, why, "Name one part at least, and give all but one of them a size.")
    if taken + len(open_parts) > n:
        needs = f"{taken:,} rows" + (f" and one at least for {open_parts[0]!r}" if open_parts else "")
        raise _fault(n, f"The parts need {needs}.", "Make the parts smaller.")


def _fault(n: int, why: str, do: str) -> UsageError:
    return UsageError(f"{n:,} rows cannot be split like this." if isinstance(n, int) else "No split.", why, do)
