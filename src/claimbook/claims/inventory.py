"""What a paper holds: every table, figure, equation with a result and stated future work, and what answers it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from claimbook.claims.predicates import Cell, Name, Strict


class Item(Strict):
    """One thing in the paper. Answered by claims, by a cell of a notebook (`slug/experiment#cell`), or not: then why.

    `cell` ends in the tag of the cell: `#curves` is the cell tagged `curves`.
    """

    id: Name
    kind: Literal["table", "figure", "equation", "number", "listing", "future work"]
    where: Name
    says: Name
    claims: list[Name] = []
    cell: Cell | None = None
    why_not: Name | None = None

    @model_validator(mode="after")
    def _answered_or_not(self) -> Item:
        if self.cell is None and self.why_not is None:
            raise ValueError("give the `cell` that answers it, or `why_not`")
        if self.cell is not None and self.why_not is not None:
            raise ValueError("it has both the `cell` that answers it and a `why_not`")
        return self


class Inventory(Strict):
    """A paper's `inventory.yaml`."""

    slug: Name
    items: list[Item] = Field(min_length=1)

    @model_validator(mode="after")
    def _ids_once(self) -> Inventory:
        ids = [item.id for item in self.items]
        twice = sorted({name for name in ids if ids.count(name) > 1})
        if twice:
            raise ValueError(f"the id {twice[0]!r} stands twice")
        return self
