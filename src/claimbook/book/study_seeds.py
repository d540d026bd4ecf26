"""How many seeds would decide a difference between two numbers that a paper prints, by the spread of our own runs."""

from __future__ import annotations

import math
from typing import Any

from claimbook.book.shown import Shown, note_html, shown_table
from claimbook.book.study_records import made_at, root_of
from claimbook.book.tables import Table
from claimbook.book.text import number, plural
from claimbook.claims import planning
from claimbook.claims.differences import SeedsNeeded, strictest_level
from claimbook.claims.differences import seeds_needed as planned
from claimbook.claims.ledger import paper_claims
from claimbook.claims.predicates import Value
from claimbook.claims.statistics import binomial_sd
from claimbook.errors import UsageError, unknown

COLUMNS = (
    "what differs",
    "the paper's difference",
    "sd of our paired differences",
    "that sd is below (80 %)",
    "seeds to see it, 80 % of the time",
    "95 % of the time",
    "seeds to decide either way",
    "the paper's runs see it",
)


def seeds_needed(study: Any, first: str, second: str) -> Shown:
    """The seeds that would decide whether two arms differ by as much as two claims of the paper print.

    Args:
        study: of the experiment of both arms. first, second: ids of claims of the kind `value`, of one metric that is
            an error on one fixed test set of a stated size.

    Raises:
        UsageError: a claim that there is not, or two that do not differ in such a metric.
    """
    paper = paper_claims(study.experiment.paper).paper
    claims = {claim.id: claim.predicate for claim in paper.claims}
    for name in (first, second):
        if name not in claims:
            raise unknown("claim", name, claims)
    one, two = _checked(claims[first], claims[second], f"{first} and {second}")
    tops, bottoms = study.metric(one.arm, one.metric), study.metric(two.arm, two.metric)
    images = one.test_set.size
    pairs = [_images(tops[seed], bottoms[seed], images) for seed in sorted(set(tops) & set(bottoms))]
    apart = images * abs(one.printed - two.printed)
    lacking = _lacking(pairs)
    if lacking:
        note = f"No seeds can be planned for the paper's difference of {apart:.1f} images: {lacking}"
        return Shown(note_html(note), note)
    found = planned(pairs, apart, alpha=strictest_level(paper))
    row = [f"{one.arm} − {two.arm}", *_cells(found), _power(found, one.runs)]
    notes = [*_notes(found, one, images), f"{made_at(study).capitalize()}."]
    return shown_table(Table(list(COLUMNS), [row]), root=root_of(study), notes=notes)


def _checked(one: Any, two: Any, names: str) -> tuple[Value, Value]:
    alike = (
        isinstance(one, Value) and isinstance(two, Value) and one.metric == two.metric and one.printed != two.printed
    )
    if not alike or one.test_set is None or one.test_set.size is None or one.test_set != two.test_set:
        raise UsageError(
            f"{names} print no difference on one test set.",
            "Seeds are planned for two different numbers of one metric, on a test set of a stated size.",
            "Name two claims of the kind `value`, such as SI-1.1 and SI-1.2.",
        )
    return one, two


def _images(top: float | None, bottom: float | None, images: int) -> float:
    """The difference in test images, without the rounding of shares."""
    return math.nan if top is None or bottom is None else round(images * (top - bottom), 6)


def _lacking(pairs: list[float]) -> str:
    """What a plan lacks, in words; empty where it lacks nothing."""
    if len(pairs) < 2:
        return f"{plural(len(pairs), 'pair')} of runs at hand, and a spread needs two."
    if not all(map(math.isfinite, pairs)):
        return "a run diverged, so the differences have no spread; their order alone is judged."
    return "" if len(set(pairs)) > 1 else "our paired differences are all the same, so they tell of no spread."


def _cells(found: SeedsNeeded) -> list[str]:
    measured = [f"{value:.1f} images" for value in (found.difference, found.sd, found.sd_limit)]
    return measured + [_seeds(n) for n in (*found.to_see.values(), found.to_decide)]


def _seeds(n: int | None) -> str:
    return f"more than {planning.REACH:,}" if n is None else number(n)


def _power(found: SeedsNeeded, runs: int | None) -> str:
    if runs is None:
        return "–"
    effect = planning.effect_in_sd(found.difference, found.sd, found.n - 1)
    return f"{100 * planning.power(effect, runs):.0f} % of the time ({runs} runs)"


def _notes(found: SeedsNeeded, one: Value, images: int) -> list[str]:
    noise = images * binomial_sd(one.printed, images)
    return [
        f"In test images of {images:,}; over {plural(found.n, 'seed')}, and planned with the sd's limit. Seen: the "
        "judge's interval (Student t over paired differences, 95 %) lies on the right side of 0 where the true "
        "difference is the paper's. Decided either way, 80 % of the time: that, at the strictest level that the "
        "correction for all orderings of the paper may ask for, and where there is no difference, an interval that "
        "shows it to be smaller.",
        f"The binomial sd of one error of {number(one.printed)} on {images:,} images drawn at random is {noise:.1f} "
        "images. It is not the noise of these differences: both nets answer the same images, so what is hard for both "
        "is in both errors and falls out, and the claim is about this test set, of which nothing is drawn.",
    ]
