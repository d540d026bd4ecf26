"""Arithmetic facts: quantities that equality claims read, and errata that redo a paper's arithmetic and show it.

A paper's folder holds one `Arithmetic` and registers plain functions on it. They take nothing and return their working,
so that a page can show how every number comes about. Errata that are no arithmetic stand as text in `errata.yaml`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import Field, model_validator

from claimbook.claims.predicates import Cell, Name, Strict
from claimbook.errors import ClaimError, unknown


@dataclass(frozen=True)
class Quantity:
    """A number with its working, line by line."""

    value: float
    working: tuple[str, ...]


@dataclass(frozen=True)
class Working:
    """The arithmetic of an erratum redone: its lines, and whether the statement as printed holds after all."""

    lines: tuple[str, ...]
    holds: bool


@dataclass(frozen=True)
class Erratum:
    """Something that is wrong, unclear or misleading in a paper, apart from what experiments decide.

    `holds` says whether the arithmetic bears the printed statement out; None for text, which has no working.
    `cell`: where measurements show it, the cell of a notebook, "paper/experiment#tag".
    """

    id: str
    paper: str
    where: str
    says: str
    correct: str
    reason: str
    kind: Literal["arithmetic", "text"]
    working: tuple[str, ...] = ()
    holds: bool | None = None
    cell: str | None = None


class TextErratum(Strict):
    """An entry of `errata.yaml`. `cell`: the notebook cell whose records show it, as an inventory names it."""

    id: Name
    where: Name
    says: Name
    correct: Name
    reason: Name
    cell: Cell | None = None

    def as_erratum(self, paper: str) -> Erratum:
        """The entry as any other erratum."""
        return Erratum(self.id, paper, self.where, self.says, self.correct, self.reason, "text", cell=self.cell)


class TextErrata(Strict):
    """A paper's `errata.yaml`."""

    errata: list[TextErratum] = Field(min_length=1)

    @model_validator(mode="after")
    def _ids_once(self) -> TextErrata:
        ids = [entry.id for entry in self.errata]
        twice = sorted({name for name in ids if ids.count(name) > 1})
        if twice:
            raise ValueError(f"the id {twice[0]!r} stands twice")
        return self


class Arithmetic:
    """The arithmetic of one paper: register with the decorators, ask by name."""

    def __init__(self, paper: str):
        self.paper = paper
        self._quantities: dict[str, Callable[[], Quantity]] = {}
        self._errata: dict[str, tuple[Erratum, Callable[[], Working]]] = {}

    def quantity(self, name: str) -> Callable[[Callable[[], Quantity]], Callable[[], Quantity]]:
        """Register a function that works out a number under `name`."""

        def register(function: Callable[[], Quantity]) -> Callable[[], Quantity]:
            self._refuse_twice("quantity", name, self._quantities)
            self._quantities[name] = function
            return function

        return register

    def erratum(
        self, name: str, *, where: str, says: str, correct: str, reason: str
    ) -> Callable[[Callable[[], Working]], Callable[[], Working]]:
        """Register a function that redoes the arithmetic of a printed statement as erratum `name`."""

        def register(function: Callable[[], Working]) -> Callable[[], Working]:
            self._refuse_twice("erratum", name, self._errata)
            self._errata[name] = Erratum(name, self.paper, where, says, correct, reason, "arithmetic"), function
            return function

        return register

    @property
    def quantity_names(self) -> list[str]:
        """The registered quantities."""
        return sorted(self._quantities)

    @property
    def erratum_ids(self) -> list[str]:
        """The registered errata."""
        return sorted(self._errata, key=natural)

    def work_out(self, name: str) -> Quantity:
        """The quantity `name` with its working. Raises UsageError for an unknown one, ClaimError if it is no number."""
        if name not in self._quantities:
            raise unknown(f"quantity of {self.paper}", name, self._quantities)
        result = self._quantities[name]()
        if not math.isfinite(result.value):
            raise ClaimError(
                f"The quantity {name!r} of {self.paper} came out as {result.value}.", do="Mend its function."
            )
        return result

    def redo(self, name: str) -> Erratum:
        """The erratum `name` with its arithmetic redone now. Raises UsageError for an unknown one."""
        if name not in self._errata:
            raise unknown(f"arithmetic erratum of {self.paper}", name, self._errata)
        erratum, function = self._errata[name]
        working = function()
        return Erratum(
            **{**erratum.__dict__, "working": tuple(working.lines), "holds": bool(working.holds)},
        )

    def all_errata(self, written: Sequence[Erratum] = ()) -> tuple[Erratum, ...]:
        """The arithmetic errata, redone, and the written ones, in natural order of their ids."""
        redone = [self.redo(name) for name in self.erratum_ids]
        return tuple(sorted([*redone, *written], key=lambda erratum: natural(erratum.id)))

    def _refuse_twice(self, kind: str, name: str, known: dict) -> None:
        if name in known:
            raise ClaimError(f"The {kind} {name!r} of {self.paper} is registered twice.", do="Rename one of them.")


def natural(name: str) -> list[tuple[int, int, str]]:
    """A sort key in which E9 comes before E10."""
    return [(0, int(bit), "") if bit.isdigit() else (1, 0, bit) for bit in re.findall(r"\d+|\D+", name)]
