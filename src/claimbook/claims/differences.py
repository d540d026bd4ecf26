"""What a difference that a paper prints could ever show: how many paired seeds would decide one of that size.

Planned as the judge judges and plans: Student t over the paired differences, with the upper 80 % limit of their sd.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from claimbook.claims import planning
from claimbook.claims.schema import Paper
from claimbook.claims.statistics import mean_interval

POWERS = (0.8, 0.95)


@dataclass(frozen=True)
class SeedsNeeded:
    """The seeds that a true difference asks for, `None` where they are beyond `planning.REACH`.

    Attributes:
        difference: its size. mean, sd: of the paired differences that were measured. n: how many these are.
        sd_limit: what the true sd is below with 80 % probability; plans are made with it.
        to_see: power → seeds with which the interval then lies on the right side of 0.
        to_decide: seeds with which, 80 % of the time either way, a true difference of this size is called right and
            no difference at all is called smaller than this.
    """

    difference: float
    mean: float
    sd: float
    sd_limit: float
    n: int
    to_see: Mapping[float, int | None]
    to_decide: int | None


def seeds_needed(
    differences: Sequence[float], difference: float, *, alpha: float = 0.025, alpha_interval: float = 0.025
) -> SeedsNeeded:
    """The seeds that would decide a true difference, from paired differences by seed (n,), n ≥ 2, in the same unit.

    Args:
        difference: its size, above 0.
        alpha: the strictest one-sided level that a right ordering may have to pass, see `strictest_level`.
        alpha_interval: the one-sided level of the interval.

    Raises:
        ValueError: fewer than two differences, one that is not finite, or a difference that is not above 0.
    """
    if not difference > 0:
        raise ValueError(f"a difference of {difference} has no number of seeds that would show it")
    found, n = mean_interval(differences, 1 - 2 * alpha_interval), len(differences)
    plan = {power: _seeds_to_see(difference, found.sd, n - 1, power, alpha_interval) for power in POWERS}
    decide = planning.seeds_to_order(difference, found.sd, n - 1, alpha, alpha_interval)
    return SeedsNeeded(difference, found.mean, found.sd, planning.sd_upper_limit(found.sd, n - 1), n, plan, decide)


def strictest_level(paper: Paper) -> float:
    """What Holm's procedure asks of the first of a paper's orderings, one-sided: 2.5 % over their number."""
    leaves = [leaf for claim in paper.claims for leaf in claim.leaves() if leaf.predicate is not None]
    return 0.025 / max(1, sum(leaf.predicate.tests for leaf in leaves))


def _seeds_to_see(difference: float, sd: float, df: int, wanted: float, alpha: float) -> int | None:
    effect = planning.effect_in_sd(difference, sd, df)
    return planning.first_that(lambda n: planning.power(effect, n, alpha) >= wanted)
