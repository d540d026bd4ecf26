"""What a claim compares, as data: one small model per kind, told apart by `kind`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

Name = Annotated[str, Field(min_length=1)]
Cell = Annotated[str, Field(pattern=r"^[a-z0-9-]+/[a-z0-9-]+#[a-z0-9-]+$")]
"""A cell of a notebook by its tag, "paper/experiment#curves"."""
Better = Literal["lower", "higher"]


class Strict(BaseModel):
    """A model that knows all its fields and converts nothing but whole numbers to floats."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class TestSet(Strict):
    """How the test set enters the error.

    `fixed`: both sides are scored on the same rows, nothing is added. `random split`: each seed draws its own, the
    spread over seeds contains it. `unseen`: the claim is about unseen data, and the paired disagreements are added.
    """

    __test__ = False  # not a pytest class

    kind: Literal["fixed", "random split", "unseen"]
    size: int | None = Field(default=None, gt=0)
    unit: Literal["fraction", "percent"] = "fraction"
    only_winner: Name | None = None
    only_loser: Name | None = None

    @model_validator(mode="after")
    def _complete(self) -> TestSet:
        if self.kind != "fixed" and self.size is None:
            raise ValueError(f"a test set of kind {self.kind!r} needs its `size`")
        if self.kind == "unseen" and not (self.only_winner and self.only_loser):
            raise ValueError("`unseen` needs the metrics `only_winner` and `only_loser` (rows that one arm alone got)")
        return self

    @property
    def scale(self) -> float:
        """What a share of 1 is in the metric's unit."""
        return 100.0 if self.unit == "percent" else 1.0


class Predicate(Strict):
    """Common to all kinds: which arms and metrics are read, and how many members of Holm's family there are."""

    def reads(self) -> Iterator[tuple[str, str]]:
        """(arm, metric) pairs that must be there to judge."""
        return iter(())

    @property
    def tests(self) -> int:
        """One-sided tests that this predicate adds to the paper's family."""
        return 0


class Equality(Predicate):
    """A registered arithmetic quantity equals the printed number within its rounding."""

    kind: Literal["equality"]
    quantity: Name
    printed: float
    rounding: float = Field(ge=0)


class Count(Predicate):
    """k of N cases succeed: `tried` names the metric of cases tried where they are a sample; else the grid is full."""

    kind: Literal["count"]
    arm: Name
    metric: Name
    printed: float = Field(ge=0)
    of: int = Field(gt=0)
    tolerance: float | None = Field(default=None, gt=0)
    tried: Name | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Count:
        if (self.tolerance is None) == (self.tried is None):
            raise ValueError("a count needs either `tolerance` (full grid) or `tried` (a sample)")
        if self.tolerance is not None and self.tolerance < 0.01 * self.of:
            raise ValueError("the tolerance of a full grid is at least 1 % of its cases")
        return self

    def reads(self) -> Iterator[tuple[str, str]]:
        yield self.arm, self.metric
        if self.tried:
            yield self.arm, self.tried


class Value(Predicate):
    """The metric of an arm is the printed number; `runs` where the paper prints a mean of that many runs."""

    kind: Literal["value"]
    arm: Name
    metric: Name
    printed: float
    rounding: float = Field(gt=0)
    runs: int | None = Field(default=None, gt=0)
    chance: float | None = None
    test_set: TestSet | None = None

    @field_validator("test_set")
    @classmethod
    def _of_one_arm(cls, test_set: TestSet | None) -> TestSet | None:
        if test_set is not None and test_set.kind == "unseen":
            raise ValueError("disagreements are between two arms: a value's test set is `fixed` or a `random split`")
        return test_set

    def reads(self) -> Iterator[tuple[str, str]]:
        yield self.arm, self.metric


class Ordering(Predicate):
    """The winner's metric is better than the loser's; `size` where the paper states by how much."""

    kind: Literal["ordering"]
    winner: Name
    loser: Name
    metric: Name
    better: Better
    size: float | None = Field(default=None, gt=0)
    test_set: TestSet | None = None

    def reads(self) -> Iterator[tuple[str, str]]:
        yield self.winner, self.metric
        yield self.loser, self.metric
        if self.test_set and self.test_set.kind == "unseen":
            yield self.winner, str(self.test_set.only_winner)
            yield self.winner, str(self.test_set.only_loser)

    @property
    def tests(self) -> int:
        return 1


class Threshold(Predicate):
    """The metric of an arm, or by how much it exceeds that of the arm `minus`, is above or below a limit.

    The limit is in the metric's own unit; with `transform: log` and `minus` it is one of the ratio of the two. "As good
    as" is two of these, one for either side.
    """

    kind: Literal["threshold"]
    arm: Name
    metric: Name
    side: Literal["above", "below"]
    limit: float
    minus: Name | None = None

    def reads(self) -> Iterator[tuple[str, str]]:
        yield self.arm, self.metric
        if self.minus:
            yield self.minus, self.metric

    @property
    def tests(self) -> int:
        return 1


class Trend(Predicate):
    """The metric is monotone over `arms`, listed with the claimed best first."""

    kind: Literal["trend"]
    arms: tuple[Name, ...] = Field(min_length=3, strict=False)
    metric: Name
    better: Better

    def reads(self) -> Iterator[tuple[str, str]]:
        for arm in self.arms:
            yield arm, self.metric

    @property
    def tests(self) -> int:
        return len(self.arms) - 1


class Property(Predicate):
    """Something holds along a path: `metric` is the share of steps on which it does, by run."""

    kind: Literal["property"]
    arms: tuple[Name, ...] = Field(min_length=1, strict=False)
    metric: Name
    share: float = Field(gt=0, le=1)
    later: Name | None = None
    stated_part: str | None = None

    @model_validator(mode="after")
    def _together(self) -> Property:
        if (self.later is None) != (self.stated_part is None):
            raise ValueError("`later` (a metric) and `stated_part` (its words) go together")
        return self

    def reads(self) -> Iterator[tuple[str, str]]:
        for arm in self.arms:
            yield arm, self.metric
            if self.later:
                yield arm, self.later


AnyPredicate = Annotated[
    Equality | Count | Value | Ordering | Threshold | Trend | Property, Field(discriminator="kind")
]
KINDS = {model.__name__.lower(): model for model in (Equality, Count, Value, Ordering, Threshold, Trend, Property)}
AT_REDUCED = frozenset({"ordering", "trend", "threshold", "property"})
INTERVALS = frozenset({"value", "ordering", "threshold", "trend", "count"})
"""Kinds whose parts share the 5 %."""
