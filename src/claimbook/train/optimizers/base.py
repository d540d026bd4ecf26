"""What all methods share: their options with ranges, what a step knows, and the L2 term."""

from __future__ import annotations

import abc
import dataclasses
from collections.abc import Collection, Mapping
from typing import Any, ClassVar

from claimbook.errors import UsageError, unknown
from claimbook.train.ranges import number


@dataclasses.dataclass(frozen=True)
class Step:
    """What a step knows: its rate ≥ 0, the last rate before it that was not 0, and its number 1, 2, …"""

    rate: float
    before: float
    count: int


def option(default: Any, *, choices: tuple[str, ...] = (), by_name: bool = False, init: bool = True, **bounds: float):
    """A field for an option of a method.

    Args:
        choices: the admitted names, where it is one. by_name: whether it may be a mapping weight's name → number, 0
            for a weight that is not named. init: False takes an inherited option away. bounds: as in `ranges.number`.
    """
    metadata = {"choices": choices, "by_name": by_name, "bounds": bounds}
    return dataclasses.field(default=default, init=init, metadata=metadata)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Method(abc.ABC):
    """One update rule: options as fields, `slots` that start at 0, and `step`.

    l2: λ ≥ 0 of the gradient g + λ w that the method sees in place of g; one number or weight's name → number.
    """

    slots: ClassVar[tuple[str, ...]] = ()
    decay_option: ClassVar[str] = "l2"

    l2: float | Mapping[str, float] = option(0.0, low=0, by_name=True)

    def __post_init__(self):
        for field in dataclasses.fields(self):
            object.__setattr__(self, field.name, _checked(field, getattr(self, field.name)))

    @abc.abstractmethod
    def step(self, weight: Any, gradient: Any, slots: list[Any], decay: float, now: Step) -> None:
        """Change `weight` and its `slots`, NDArrays of one shape and type, in place; `gradient` stays as it is."""

    def decays(self, names: Collection[str]) -> dict[str, float]:
        """The coefficient of each weight. Raises UsageError for the name of a weight that is not trained."""
        given = getattr(self, self.decay_option)
        if not isinstance(given, Mapping):
            return dict.fromkeys(names, given)
        for name in given:
            if name not in names:
                raise unknown(f"trained weight (for {self.decay_option})", name, names)
        return {name: given.get(name, 0.0) for name in names}


def penalised(gradient: Any, weight: Any, l2: float) -> Any:
    """g + l2 · w; the gradient itself where l2 is 0."""
    return gradient + l2 * weight if l2 else gradient


def _checked(field: dataclasses.Field, value: Any) -> Any:
    choices, bounds = field.metadata["choices"], field.metadata["bounds"]
    if choices:
        if value not in choices:
            raise unknown(f"value of {field.name}", str(value), choices)
        return value
    if isinstance(value, Mapping):
        if not field.metadata["by_name"]:
            raise UsageError(f"{field.name} is a mapping.", "It is the same for all weights.", "Give one number.")
        return {name: number(f"{field.name} of {name}", each, **bounds) for name, each in value.items()}
    return number(field.name, value, **bounds)
