"""One pure function per kind of claim: arrays in, `Outcome` out; in each, the first hit wins."""

from __future__ import annotations

from claimbook.claims.rules.number import Borrowed, equality, full_count, sampled_count, value
from claimbook.claims.rules.order import ordering, paired, scores, threshold, trend
from claimbook.claims.rules.outcome import Outcome, Terms
from claimbook.claims.rules.parts import combine
from claimbook.claims.rules.path import holds

__all__ = [
    "Borrowed",
    "Outcome",
    "Terms",
    "combine",
    "equality",
    "full_count",
    "holds",
    "ordering",
    "paired",
    "sampled_count",
    "scores",
    "threshold",
    "trend",
    "value",
]
