"""Which differences between two arms our runs exclude, and which they would have seen: what a small study can say."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from claimbook.book.shown import Shown, shown_table
from claimbook.book.study_noise import paired
from claimbook.book.study_printed import printed, scale
from claimbook.book.study_records import made_at, root_of
from claimbook.book.tables import Table
from claimbook.book.text import number, plural, span
from claimbook.claims import planning
from claimbook.claims.statistics import mean_interval

COLUMNS = (
    "what differs",
    "seeds",
    "ours",
    "95 % interval",
    "sd",
    "the paper's",
    "the paper's is",
    "would have been seen from",
)


def excluded(study: Any, pairs: Sequence[tuple[str, str]], metric: str) -> Shown:
    """For each pair of arms our difference with its interval, whether the paper's lies in it, and what we could see.

    Of several sizes, a pair has rows for those that both arms have a seed of.

    Args:
        study: the study. pairs: (arm, the arm it is compared with). metric: its name.

    Raises:
        UsageError: an unknown metric or arm.
    """
    parts = study.by_size
    found = [(part, pair) for part in parts for pair in pairs if len(parts) == 1 or paired(part, *pair, metric)]
    rows = [_row(study, part, pair, metric) for part, pair in found]
    notes = [
        f"Differences of {metric}, an accuracy in points, paired by seed; the interval is by Student's t, and a true "
        "difference outside of it is excluded at 5 %. Would have been seen from: a true difference of this size would "
        "have put the whole interval on one side of 0 in 80 % of such studies, by the 80 % limit of the sd.",
        f"{made_at(study).capitalize()}.",
    ]
    return shown_table(Table(list(COLUMNS), rows), root=root_of(study), notes=notes)


def visible(sd: float, n: int, probability: float = 0.8) -> float:
    """The least true difference that n ≥ 2 pairs show with this probability; sd: of them, as estimated from them."""
    low, high = 0.0, 1.0
    while planning.power(high, n) < probability:
        low, high = high, 2 * high
    for _ in range(30):
        middle = (low + high) / 2
        low, high = (middle, high) if planning.power(middle, n) < probability else (low, middle)
    return high * planning.sd_upper_limit(sd, n - 1)


def _row(study: Any, part: Any, pair: tuple[str, str], metric: str) -> list[str]:
    by, says = scale(metric), printed(study.experiment)
    ours = [by * value for value in paired(part, *pair, metric).values()]
    told = [says[arm, metric][0].printed for arm in pair if (arm, metric) in says]
    apart = round(by * (told[0] - told[1]), 9) if len(told) == 2 else None
    cells = [" − ".join(pair), plural(len(ours), "seed") + f", {made_at(part)}"]
    paper = "–" if apart is None else number(apart)
    if len(ours) < 2:
        return [*cells, number(ours[0]) if ours else "–", "–", "–", paper, "–", "–"]
    found = mean_interval(ours)
    within = "–" if apart is None else "in the interval" if found.lo <= apart <= found.hi else "excluded"
    seen = number(visible(found.sd, len(ours))) if found.sd > 0 and math.isfinite(found.sd) else "–"
    return [*cells, number(found.mean), span((found.lo, found.hi)), number(found.sd), paper, within, seen]
