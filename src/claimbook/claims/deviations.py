"""What we did differently from a paper, or had to choose for it, and how to run it the other way: declared as data.

A deviation makes no verdict: the judge never reads it. `claimbook.claims.sensitivity` judges the runs of the other way
by the same rules and says whether it would have mattered.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, field_validator, model_validator

from claimbook.claims.predicates import Name, Strict

Scalar = str | int | float | bool
Reading = dict[str, Scalar | list[Scalar]]
SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"


class Deviation(Strict):
    """One of them.

    Attributes:
        what: one sentence: what the paper does, and what we do in its place, or what it leaves open.
        experiment: where it lies; None where it lies in no experiment alone.
        claims: the claims that it touches.
        readings: ways to run it the other way, each as parameters over those of the preset.
        instead: ways to read it the other way, each as names of arms or metrics → those that stand in for them.
        why_not: why there is no other way that could be run.
    """

    id: Annotated[str, Field(pattern=SLUG)]
    what: Name
    experiment: Annotated[str, Field(pattern=SLUG)] | None = None
    claims: list[Name] = []
    readings: list[Reading] = []
    instead: list[dict[str, Name]] = []
    why_not: Name | None = None

    @field_validator("readings", "instead")
    @classmethod
    def _not_empty(cls, ways: list) -> list:
        if not all(ways):
            raise ValueError("another way changes at least one parameter, arm or metric")
        return ways

    @model_validator(mode="after")
    def _either(self) -> Deviation:
        ways = bool(self.readings or self.instead)
        if ways == (self.why_not is not None):
            raise ValueError("a deviation has another way (`readings` or `instead`), or says `why_not`: one of the two")
        if ways and not (self.experiment and self.claims):
            raise ValueError("another way is run in an `experiment` and judged by `claims`: name both")
        return self
