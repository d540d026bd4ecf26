"""The shape of a paper's `claims.yaml`: everything that must be said before its studies are run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from claimbook.claims.deviations import SLUG, Deviation, Reading
from claimbook.claims.predicates import AT_REDUCED, KINDS, AnyPredicate, Name, Strict

Kind = Literal["equality", "count", "value", "ordering", "threshold", "trend", "property"]
Transform = Literal["none", "log"]


class Declared(Strict):
    """A number with the reason for it: M, the smallest difference that would matter, or ε, the numerical resolution."""

    value: float = Field(gt=0)
    reason: Name


class Reduced(Strict):
    """Leave to judge at preset `reduced`, with a margin of its own (and seeds, where they differ)."""

    margin: float = Field(gt=0)
    reason: Name
    seeds: int | None = Field(default=None, ge=2)


class Settings(Strict):
    """What the claim's settings rest on; `read` lists those that the paper does not state."""

    basis: Literal["stated", "released code", "our reading"]
    read: list[Name] = []

    @model_validator(mode="after")
    def _listed(self) -> Settings:
        if self.basis == "our reading" and not self.read:
            raise ValueError("settings that are our reading list what was read")
        return self


class NotTested(Strict):
    """Why a claim is not tested; the detail says which data and how to get them, or what would have to be stated.

    A claim without data that has an experiment and its seeds is judged all the same where the planned runs are there.
    """

    reason: Literal["no data", "cost", "quoted", "not measurable"]
    detail: Name
    cpu_hours: float | None = Field(default=None, gt=0)
    gpu_hours: float | None = Field(default=None, gt=0)

    @model_validator(mode="after")
    def _costed(self) -> NotTested:
        if (self.reason == "cost") != (self.cpu_hours is not None and self.gpu_hours is not None):
            raise ValueError("`cpu_hours` (2 cores) and `gpu_hours` go with the reason `cost`, and only with it")
        return self


class Inconsistent(Strict):
    """The statement as printed cannot hold: the erratum that shows it, and the reading our study supports."""

    erratum: Name
    supports: Name


class Leaf(Strict):
    """What is judged: one predicate with its margin. A claim without parts is one; so is each part."""

    id: Name
    kind: Kind
    predicate: AnyPredicate | None = None
    margin: Declared | None = None
    epsilon: Declared | None = None
    transform: Transform | None = None
    reduced: Reduced | None = None
    paper_value: str | float | None = None
    inconsistent: Inconsistent | None = None

    @model_validator(mode="before")
    @classmethod
    def _tag(cls, data: Any) -> Any:
        if isinstance(data, Mapping) and isinstance(data.get("predicate"), Mapping):
            if data.get("kind") in KINDS and "kind" not in data["predicate"]:
                return {**data, "predicate": {"kind": data["kind"], **data["predicate"]}}
        return data

    @model_validator(mode="after")
    def _one_kind(self) -> Leaf:
        if self.predicate is not None and self.predicate.kind != self.kind:
            raise ValueError(f"the kind is {self.kind!r} but the predicate's is {self.predicate.kind!r}")
        return self


class Part(Leaf):
    """One number of a claim; its id is the claim's plus `.` plus this one."""

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9]+([-.][A-Za-z0-9]+)*$")]
    says: str | None = None
    essential: bool = False


class Claim(Leaf):
    """One statement of a paper. See `claims.yaml` of any paper for an example."""

    says: Name
    where: Name
    experiment: Annotated[str, Field(pattern=SLUG)] | None = None
    parts: list[Part] = []
    seeds: int | None = Field(default=None, ge=1)
    looks: Literal[1, 2] = 1
    top_up: int | None = Field(default=None, ge=2)
    settings: Settings
    decisive: bool = False
    readings: list[Reading] = []
    not_tested: NotTested | None = None
    erratum: Name | None = None

    @field_validator("readings")
    @classmethod
    def _not_empty(cls, readings: list[Reading]) -> list[Reading]:
        if any(not reading for reading in readings):
            raise ValueError("a reading overrides at least one parameter")
        return readings

    @model_validator(mode="after")
    def _judgeable(self) -> Claim:
        for check in (_check_leaves, _check_numbers, _check_seeds, _check_readings):
            check(self)
        return self

    def leaves(self) -> list[Leaf]:
        """What is judged, with full ids and with what a part takes over from its claim filled in."""
        if not self.parts:
            return [self]
        inherited = ("margin", "epsilon", "transform", "reduced")
        return [
            part.model_copy(
                update={
                    "id": f"{self.id}.{part.id}",
                    **{name: getattr(self, name) for name in inherited if getattr(part, name) is None},
                }
            )
            for part in self.parts
        ]

    @property
    def awaits_data(self) -> bool:
        """Whether it is not tested for want of data, and declares what judges it where somebody has run it on them."""
        lacking = self.not_tested is not None and self.not_tested.reason == "no data"
        return lacking and self.experiment is not None and self.seeds is not None

    @property
    def at_reduced(self) -> bool:
        """Whether all of it may be judged at preset `reduced`."""
        leaves = self.leaves()
        return all(leaf.kind in AT_REDUCED and leaf.reduced is not None for leaf in leaves)


class Paper(Strict):
    """A paper's claims, with what is needed to cite it. `source` says which text the claims were read from.

    `deviations`: what we did differently from the paper; verdicts do not depend on them.
    """

    slug: Annotated[str, Field(pattern=SLUG)]
    title: Name
    authors: list[Name] = Field(min_length=1)
    bib: Name
    source: Name
    claims: list[Claim] = Field(min_length=1)
    deviations: list[Deviation] = []

    @model_validator(mode="after")
    def _ids_once(self) -> Paper:
        ids = [claim.id for claim in self.claims]
        ids += [leaf.id for claim in self.claims if claim.parts for leaf in claim.leaves()]
        ids += [deviation.id for deviation in self.deviations]
        twice = sorted({name for name in ids if ids.count(name) > 1})
        if twice:
            raise ValueError(f"the id {twice[0]!r} stands twice")
        return self


def _check_leaves(claim: Claim) -> None:
    if claim.parts and claim.predicate is not None:
        raise ValueError("a claim has a predicate or parts, not both")
    if claim.not_tested or claim.inconsistent:
        return
    for leaf in claim.leaves():
        if leaf.predicate is None and leaf.inconsistent is None:
            raise ValueError(f"{leaf.id} has nothing to be judged by: give `predicate`, `parts` or `not_tested`")
        if claim.experiment is None and leaf.kind != "equality":
            raise ValueError(f"a {leaf.kind} is judged from an experiment: name it, or say why it is not tested")


def _check_numbers(claim: Claim) -> None:
    for leaf in claim.leaves():
        predicate = leaf.predicate
        if predicate is None or leaf.kind in ("equality", "property") or getattr(predicate, "tolerance", None):
            continue
        if leaf.margin is None:
            raise ValueError(f"{leaf.id}: a {leaf.kind} needs a `margin` with its reason, before the study is run")
        if predicate.tests and leaf.epsilon is None:
            raise ValueError(f"{leaf.id}: a {leaf.kind} needs an `epsilon`, the numerical resolution, with its reason")
        if predicate.tests and leaf.epsilon.value >= leaf.margin.value:
            raise ValueError(f"{leaf.id}: epsilon must be below the margin: less is not a difference at all")


def _check_seeds(claim: Claim) -> None:
    if claim.experiment and claim.seeds is None and not claim.not_tested:
        raise ValueError("state the planned `seeds` before the study is run")
    if claim.top_up is not None and (claim.looks != 2 or claim.top_up <= (claim.seeds or 0)):
        raise ValueError("`top_up` is the number of seeds at the second look: it needs `looks: 2` and exceeds `seeds`")


def _check_readings(claim: Claim) -> None:
    if claim.decisive and claim.settings.basis == "stated":
        raise ValueError("a stated setting is not a reading: `decisive` is for what the paper never states")
    if claim.decisive and claim.experiment and len(claim.readings) < 2:
        raise ValueError("with a decisive reading, give at least two other `readings` for the sensitivity run")
