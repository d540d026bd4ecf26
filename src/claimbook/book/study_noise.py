"""Which differences between two arms could be told from noise at all: that of test images, and that of seeds."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from typing import Any

from claimbook.book.shown import Shown, shown_table
from claimbook.book.study_printed import printed, scale
from claimbook.book.study_records import made_at, root_of
from claimbook.book.summaries import summary
from claimbook.book.tables import Table
from claimbook.book.text import number, plural
from claimbook.claims import planning
from claimbook.claims.differences import seeds_needed as planned
from claimbook.claims.statistics import binomial_sd, mean_interval, t_quantile
from claimbook.errors import UsageError

TWO_SIDED = 0.975  # the quantile of a two-sided test at 5 %


def differences(study: Any, pairs: Sequence[tuple[str, str]], images: int, metric: str = "test-accuracy") -> Shown:
    """For each pair of arms the paper's difference beside both noises, ours, and how many seeds would show the paper's.

    Args:
        study: the study. pairs: (arm, the arm it is compared with). images: how many the test set has.
        metric: an accuracy, as a share of them.

    Raises:
        UsageError: an unknown metric or arm, or images below 1.
    """
    if images < 1:
        raise UsageError(f"images = {images} makes no test set.", do="Give how many images accuracies are shares of.")
    parts = study.by_size
    rows = [_row(study, parts, pair, images, metric) for pair in pairs]
    ours = [f"ours, {_size(part)}" for part in parts]
    columns = ["what differs", "the paper's", "image sd", "beyond?", *ours, "seed sd", "beyond?", "seeds to see it"]
    return shown_table(Table(columns, rows), root=root_of(study), notes=_notes(parts, images, metric))


@dataclasses.dataclass(frozen=True)
class Noise:
    """What one run of each arm shows. by_images: whether a difference is beyond what other test images could do;
    by_seeds: beyond what other seeds could do, None where our runs cannot say."""

    sd: float
    by_images: bool
    by_seeds: bool | None


def told(first: float, second: float, images: int, ours: Sequence[float]) -> Noise:
    """Whether two accuracies of one run each differ by more than noise alone would make them in 19 cases of 20.

    Args:
        first, second: shares of `images` test images that are right. ours: paired differences by seed (n,), of the same
            two arms, whose sd stands for that of the paper's; fewer than two of them, or equal ones, say nothing.
    """
    apart = abs(first - second)
    sd = math.hypot(binomial_sd(first, images), binomial_sd(second, images))
    found = mean_interval(ours).sd if len(ours) > 1 else 0.0
    by_seeds = apart > t_quantile(TWO_SIDED, len(ours) - 1) * found if found > 0 else None
    return Noise(sd, apart > t_quantile(TWO_SIDED, math.inf) * sd, by_seeds)


def paired(study: Any, first: str, second: str, metric: str) -> dict[int, float]:
    """seed → the metric of the first arm less that of the second, of the seeds in which both have a finite one."""
    tops, bottoms = study.metric(first, metric), study.metric(second, metric)
    both = {seed: (tops[seed], bottoms[seed]) for seed in sorted(set(tops) & set(bottoms))}
    return {s: a - b for s, (a, b) in both.items() if None not in (a, b) and math.isfinite(a - b)}


def _row(study: Any, parts: Sequence[Any], pair: tuple[str, str], images: int, metric: str) -> list[str]:
    by = scale(metric)
    ours = [paired(part, *pair, metric) for part in parts]
    most = list(max(ours, key=len).values())  # of the size with the most seeds
    own = [summary({seed: by * value for seed, value in of.items()}).text for of in ours]
    spread = number(by * mean_interval(most).sd) if len(most) > 1 else "–"
    says = printed(study.experiment)
    values = [says[arm, metric][0].printed for arm in pair if (arm, metric) in says]
    if len(values) < 2:
        return [" − ".join(pair), "–", "–", "–", *own, spread, "–", "–"]
    noise, apart = told(*values, images, most), values[0] - values[1]
    cells = [number(round(by * apart, 9)), f"{by * noise.sd:.2f}", _yes(noise.by_images)]
    return [" − ".join(pair), *cells, *own, spread, _yes(noise.by_seeds), _seeds(most, abs(apart))]


def _seeds(ours: Sequence[float], apart: float) -> str:
    if len(set(ours)) < 2 or not apart > 0:
        return "–"
    found = planned(ours, apart).to_see[0.8]
    return f"more than {planning.REACH:,}" if found is None else number(found)


def _yes(answer: bool | None) -> str:
    return "not known" if answer is None else "yes" if answer else "no"


def _size(study: Any) -> str:
    return " and ".join(sorted(set(study.presets.values()))) or study.preset


def _notes(parts: Sequence[Any], images: int, metric: str) -> list[str]:
    sizes = [f"{made_at(part)}: {plural(len(part.seeds), 'seed')}" for part in parts]
    return [
        f"Differences of {metric} in points. Image sd: the binomial sd of a difference of two shares of {images:,} "
        "images drawn at random, independently for each net; beyond: the paper's is above 1.96 of these. Both nets "
        "answer the same images, and what is hard for both falls out of the difference, so the true sd is mostly less.",
        "Seed sd: of our paired differences, one a seed, at the size with the most of them; it is taken for that of "
        "the paper's nets, which have one seed each, and nets trained for less may vary more or less than these. "
        "Beyond: the paper's is above Student's t times this sd (two-sided, 5 %). Seeds to see it: with so many "
        "pairs the 95 % interval lies on the right side of 0 in 80 % of studies where the true difference is the "
        "paper's; planned with the 80 % limit of the sd. Fewer than two pairs tell of no sd.",
        f"{'; '.join(sizes).capitalize()}. In brackets: 95 % intervals by Student's t over the paired differences.",
    ]
