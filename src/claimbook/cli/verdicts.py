"""Verdicts on the command line: which are asked for, and how they are laid out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rich.console import Group
from rich.text import Text

from claimbook.claims import Verdict, ledger
from claimbook.claims.words import VERDICTS
from claimbook.cli.layout import heading, stacked, verdict
from claimbook.errors import unknown
from claimbook.evidence import RecordEvidence
from claimbook.experiment.registry import papers


def claim_ids() -> dict[str, str]:
    """The id of every claim and of every part → the id of the claim that it belongs to, in the order of the files."""
    claims = [claim for slug in papers() for claim in ledger.paper_claims(slug).paper.claims]
    return {name: claim.id for claim in claims for name in (claim.id, *(leaf.id for leaf in claim.leaves()))}


def judged(names: Sequence[str]) -> list[Verdict]:
    """The rows of these papers and claims (of all where none is named); a part is found by its own id.

    Raises:
        UsageError: a name that is neither a paper nor a claim.
    """
    known = claim_ids()
    for name in names:
        if name not in papers() and name not in known:
            raise unknown("paper or claim", name, [*papers(), *known])
    rows = ledger.verdicts(RecordEvidence(), list(dict.fromkeys(known.get(name, name) for name in names)))
    if not names:
        return rows
    return [row for whole in rows for row in (whole, *whole.parts) if row.id in names or _all_of(whole, row, names)]


def _all_of(whole: Verdict, row: Verdict, names: Sequence[str]) -> bool:
    return row is whole and row.paper in names


def table(rows: Sequence[Verdict]) -> Group:
    """Each claim with its verdict, what it says, what was measured, and why; then how many of each."""
    parts: list = []
    for paper in dict.fromkeys(row.paper for row in rows):
        parts.append(heading(paper, ledger.paper_claims(paper).paper.title))
        parts += [claim(row) for row in rows if row.paper == paper]
    return Group(*parts, heading("In all", counts(rows)))


def counts(rows: Sequence[Verdict]) -> str:
    """ "3 reproduced, 1 undecided": in the order of the verdicts' list."""
    number = Counter(row.verdict for row in rows)
    return ", ".join(f"{number[word]} {word}" for word in VERDICTS if number[word]) or "no claims"


def claim(row: Verdict) -> Group:
    """One claim: id and verdict on a line, the rest indented below it."""
    head = Text.assemble("\n", (row.id, "bold"), "  ", verdict(row.verdict), (f"  {row.kind}", "dim"))
    lines = [Text(row.says), *measured(row), Text(row.reason, style="dim")]
    lines += [Text.assemble(f"{part.id}  ", verdict(part.verdict), f"  {_numbers(part)}") for part in row.parts]
    return Group(head, stacked(lines))


def measured(row: Verdict) -> list[Text]:
    """What stands against what: the paper's value, ours with its interval, seeds, preset and data."""
    facts = [
        f"paper {row.paper_value}" if row.paper_value is not None else "",
        f"measured {_numbers(row)}" if row.measured is not None else "",
        f"{row.n_seeds} seeds" if row.n_seeds else "",
        f"preset {row.preset}" if row.preset else "",
        row.data or "",
    ]
    text = " · ".join(fact for fact in facts if fact)
    return [Text(text)] if text else []


def _numbers(row: Verdict) -> str:
    return f"{row.measured_text} {row.interval_text}".strip()
