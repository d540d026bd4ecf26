"""How the verdicts of parts make the verdict of a claim."""

from __future__ import annotations

from collections.abc import Sequence

from claimbook.claims.words import NOT_REPRODUCED, PARTLY, REPRODUCED, UNDECIDED


def combine(parts: Sequence[tuple[str, bool]]) -> str:
    """The verdict of a claim from its parts' (verdict, essential).

    Reproduced if all are; not reproduced if an essential part is not, or every part is not; undecided if an essential
    part is, or nothing is even partly right; else partly. Undecided parts alone never refute a claim.
    """
    verdicts = [verdict for verdict, _ in parts]
    essential = [verdict for verdict, needed in parts if needed]
    if all(verdict == REPRODUCED for verdict in verdicts):
        return REPRODUCED
    if NOT_REPRODUCED in essential or all(verdict == NOT_REPRODUCED for verdict in verdicts):
        return NOT_REPRODUCED
    if UNDECIDED in essential or not {REPRODUCED, PARTLY} & set(verdicts):
        return UNDECIDED
    return PARTLY
