"""Every name that a claims file uses, checked against what there is."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from pydantic import BaseModel

from claimbook.claims.deviations import Deviation
from claimbook.claims.marks import Marked, Place
from claimbook.claims.predicates import Equality
from claimbook.claims.schema import Claim, Paper
from claimbook.errors import nearest

OF_THE_PAPER = ("erratum", "quantity", "experiment")  # kinds of names that are no experiment's


class ExperimentFacts(Protocol):
    """What a claims file may name of an experiment."""

    @property
    def arms(self) -> Collection[str]:
        """Ids of the arms."""

    @property
    def metrics(self) -> Collection[str]:
        """Names of the metrics that its records carry."""

    @property
    def parameters(self) -> Collection[str]:
        """Names of its parameters."""


@dataclass(frozen=True)
class Facts:
    """The plain `ExperimentFacts`."""

    arms: Collection[str]
    metrics: Collection[str]
    parameters: Collection[str] = ()


def name_problems(
    paper: Paper,
    marked: Marked,
    experiments: Mapping[str, ExperimentFacts],
    quantities: Collection[str],
    errata: Collection[str] | None,
) -> Iterator[tuple[str, str]]:
    """(what is wrong, what to do) for each name that there is not; `errata` None: errata are not looked up."""
    found = [
        (claim, _names(claim, ("claims", index), experiments, quantities, errata))
        for index, claim in enumerate(paper.claims)
    ]
    found += [
        (deviation, _names_of_deviation(deviation, ("deviations", index), paper, experiments))
        for index, deviation in enumerate(paper.deviations)
    ]
    for entry, names in found:
        for where, kind, name, known in names:
            if name not in known:
                what = f"{marked.at(where)}: {entry.id}: there is no {kind} named {name!r}"
                of = f" in {entry.experiment}" if kind not in OF_THE_PAPER and entry.experiment else ""
                yield what + of + ".", hint(name, known)


def _names(
    claim: Claim,
    place: Place,
    experiments: Mapping[str, ExperimentFacts],
    quantities: Collection[str],
    errata: Collection[str] | None,
) -> Iterator[tuple[Place, str, str, Collection[str]]]:
    """(place, kind, name, known names) of every name that a claim uses."""
    leaves = [(place, claim)] + [((*place, "parts", i), part) for i, part in enumerate(claim.parts)]
    for where, leaf in leaves:
        if errata is not None and leaf.inconsistent:
            yield (*where, "inconsistent", "erratum"), "erratum", leaf.inconsistent.erratum, errata
        if isinstance(leaf.predicate, Equality):
            yield (*where, "predicate", "quantity"), "quantity", leaf.predicate.quantity, quantities
    if errata is not None and claim.erratum:
        yield (*place, "erratum"), "erratum", claim.erratum, errata
    if claim.experiment is None:
        return  # a claim of a later experiment: not tested, its names are a plan
    yield (*place, "experiment"), "experiment", claim.experiment, experiments
    if claim.experiment not in experiments:
        return
    facts = experiments[claim.experiment]
    for where, leaf in leaves:
        for field, kind, name in _predicate_names(leaf.predicate):
            yield (*where, "predicate", *field), kind, name, facts.arms if kind == "arm" else facts.metrics
    for i, reading in enumerate(claim.readings):
        for name in reading:
            yield (*place, "readings", i, name), "parameter", name, facts.parameters


def _names_of_deviation(
    deviation: Deviation, place: Place, paper: Paper, experiments: Mapping[str, ExperimentFacts]
) -> Iterator[tuple[Place, str, str, Collection[str]]]:
    """(place, kind, name, known names) of every name that a deviation uses; its claims are its experiment's."""
    own = deviation.experiment
    if own is not None:
        yield (*place, "experiment"), "experiment", own, experiments
        if own not in experiments:
            return
    claims = [claim.id for claim in paper.claims if own is None or claim.experiment == own]
    for i, name in enumerate(deviation.claims):
        yield (*place, "claims", i), "claim", name, claims
    for i, reading in enumerate(deviation.readings):
        for name in reading:
            yield (*place, "readings", i, name), "parameter", name, experiments[own].parameters
    for i, swaps in enumerate(deviation.instead):
        for name, other in swaps.items():
            arms, metrics = experiments[own].arms, experiments[own].metrics
            yield (*place, "instead", i, name), "arm or metric", name, [*arms, *metrics]
            kind, known = ("arm", arms) if name in arms else ("metric", metrics)
            yield (*place, "instead", i, name), kind, other, known


def _predicate_names(predicate: BaseModel | None) -> Iterator[tuple[Place, str, str]]:
    """(place in the predicate, "arm" or "metric", name)."""
    if predicate is None:
        return
    for field, value in predicate:
        if value is None:
            continue
        if field in ("arm", "minus", "winner", "loser"):
            yield (field,), "arm", value
        elif field == "arms":
            yield from (((field, i), "arm", arm) for i, arm in enumerate(value))
        elif field in ("metric", "tried", "later"):
            yield (field,), "metric", value
        elif field == "test_set":
            for name in ("only_winner", "only_loser"):
                if getattr(value, name):
                    yield (field, name), "metric", getattr(value, name)


def hint(name: str, known: Collection[str]) -> str:
    """What to do about an unknown name: the nearest known one, and all of them."""
    guess = nearest(name, known)
    there = f"There are: {', '.join(sorted(known))}." if known else "There are none."
    return f"Did you mean {guess!r}? {there}" if guess else there
