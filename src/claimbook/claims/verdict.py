"""One row of the ledger."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, fields
from typing import Any

from claimbook.claims.rules.outcome import show, span


@dataclass(frozen=True)
class Verdict:
    """A claim, part or step with its verdict; `row()` is what the command line and the book print.

    Attributes:
        measured: the number compared (mean, difference, count, share) after the claim's transform; None with parts.
        interval: its interval; None where there is none.
        power: probability that such a study sees a difference of the margin.
        preset, data: None where no run was needed or none was made.
        stale: ids of the records read that other source code made.
        parts: rows of the claim's parts, or of a trend's steps.
    """

    id: str
    paper: str
    experiment: str | None
    kind: str
    says: str
    where: str
    paper_value: str | float | None
    measured: float | None
    interval: tuple[float, float] | None
    method: str
    n_seeds: int
    power: float | None
    preset: str | None
    data: str | None
    verdict: str
    reason: str
    stale: list[str] = field(default_factory=list)
    records: list[str] = field(default_factory=list)
    parts: list[Verdict] = field(default_factory=list)

    def row(self) -> dict[str, Any]:
        """A dict of JSON types: numbers that are not finite become None."""
        row = {item.name: _plain(getattr(self, item.name)) for item in fields(self) if item.name != "parts"}
        return {**row, "parts": [part.row() for part in self.parts]}

    @property
    def measured_text(self) -> str:
        """`measured` for a table."""
        return "" if self.measured is None else show(self.measured)

    @property
    def interval_text(self) -> str:
        """`interval` for a table."""
        return "" if self.interval is None else span(self.interval)


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    return value
