"""What a paper prints of an arm's metric, as its claims have it, and how the views write such numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from claimbook.book.links import claim_link
from claimbook.book.tables import Piece
from claimbook.book.text import number
from claimbook.claims.predicates import Value


def printed(experiment: Any) -> dict[tuple[str, str], tuple[Value, str]]:
    """(arm, metric) → what the paper prints for it, and the claim that says so; of several, the most exact one.

    Claims on the experiment itself come before those on experiments that share its runs; an arm means the same in all
    of these.
    """
    from claimbook.claims.ledger import paper_claims

    found: dict[tuple[str, str], tuple[Value, str]] = {}
    for name in _names(experiment):
        own: dict[tuple[str, str], tuple[Value, str]] = {}
        for value, claim in _values(paper_claims(experiment.paper).paper, name):
            place = value.arm, value.metric
            if place not in own or value.rounding < own[place][0].rounding:
                own[place] = value, claim
        found = own | found
    return found


def _names(experiment: Any) -> list[str]:
    """The experiment, and those that share its runs."""
    from claimbook.experiment.registry import experiments

    twins = [
        other.name
        for other in experiments().values()
        if experiment.runs_of and (other.paper, other.runs_of) == (experiment.paper, experiment.runs_of)
    ]
    return list(dict.fromkeys([experiment.name, *twins]))


def _values(paper: Any, experiment: str) -> Iterator[tuple[Value, str]]:
    """The numbers that the claims on an experiment print, each with its claim's id."""
    for claim in paper.claims:
        for leaf in claim.leaves() if claim.experiment == experiment else ():
            if isinstance(leaf.predicate, Value):
                yield leaf.predicate, claim.id


def printed_piece(found: tuple[Value, str] | None, metric: str) -> Piece:
    """The printed number in the unit of the views, with a link to its claim; "–" where the paper prints none."""
    return Piece("–") if found is None else Piece(number(scale(metric) * found[0].printed), claim_link(found[1]))


def scale(metric: str) -> float:
    """What a metric is multiplied by where it is shown: accuracies are shown in per cent."""
    return 100.0 if metric.endswith("accuracy") else 1.0


def heading(metric: str) -> str:
    """The metric with its unit, short, for the head of a column: "val acc, %"."""
    short = metric.replace("accuracy", "acc").replace("validation", "val").replace("-", " ")
    return f"{short}, %" if scale(metric) != 1 else short
