"""Everything that is known of one claim."""

from __future__ import annotations

import shlex
from typing import Any

from rich.console import Group
from rich.text import Text

from claimbook.claims import Verdict, ledger
from claimbook.claims.schema import Claim, Leaf
from claimbook.cli.layout import bullets, facts, heading, verdict
from claimbook.cli.verdicts import measured


def document(row: Verdict) -> dict[str, Any]:
    """The verdict row, the claim as it was declared before the study, and the command that makes its records."""
    return {
        "claim": row.row(),
        "declared": _claim_of(row).model_dump(mode="json", exclude_none=True),
        "remake": remake(row),
    }


def remake(row: Verdict) -> str | None:
    """The command that makes the claim's records; None where no run can test it."""
    claim = _claim_of(row)
    if claim.experiment is None or (claim.not_tested is not None and not claim.awaits_data):
        return None
    words = ["claimbook", "run", f"{row.paper}/{claim.experiment}", "--preset", row.preset or "paper"]
    return shlex.join([*words, "--seeds", str(claim.seeds)] if claim.seeds else words)


def view(row: Verdict) -> list:
    """The claim, the verdict with its reason, what was declared beforehand, its parts and its records."""
    claim, command = _claim_of(row), remake(row)
    paper = ledger.paper_claims(row.paper).paper
    parts: list[Any] = [
        Text.assemble("\n", (row.id, "bold"), "  ", verdict(row.verdict)),
        facts(
            [
                ("says", row.says),
                ("paper", f"{paper.title} ({row.paper})"),
                ("where", row.where),
                ("kind", row.kind),
                ("reason", row.reason),
                ("measured", Group(*measured(row)) if measured(row) else None),
                ("method", row.method),
                ("power", f"{row.power:.0%} to see a difference of the margin" if row.power is not None else None),
                ("stale", f"{len(row.stale)} of its records, marked below" if row.stale else None),
            ]
        ),
        heading("Declared before the study"),
        facts(_declared(claim)),
    ]
    for part in row.parts:
        numbers = f"{part.measured_text} {part.interval_text}".strip()
        parts += [Text.assemble("\n", (part.id, "bold"), "  ", verdict(part.verdict), f"  {numbers}")]
        parts += [facts([("says", part.says), ("reason", part.reason), ("method", part.method)])]
    if row.records:
        parts += [heading("Records", "`claimbook show RECORD` tells all about one"), bullets(_marked(row))]
    return [*parts, heading("Make its records"), f"  {command}"] if command else parts


def _marked(row: Verdict) -> list[str]:
    return [f"{record}  (stale)" if record in row.stale else record for record in row.records]


def _declared(claim: Claim) -> list[tuple[str, Any]]:
    rows: list[tuple[str, Any]] = [("seeds", claim.seeds), ("settings", claim.settings.basis)]
    rows.append(("read by us", Group(*(Text(text) for text in claim.settings.read)) if claim.settings.read else None))
    rows.append(("decisive", "yes: a setting that the paper never stated decides" if claim.decisive else None))
    readings = [", ".join(f"{name} = {value}" for name, value in reading.items()) for reading in claim.readings]
    rows.append(("also read as", "; ".join(readings)))
    leaves = claim.leaves()
    rows += [(leaf.id if len(leaves) > 1 else "rule", _rule(leaf)) for leaf in leaves if leaf.predicate is not None]
    return rows


def _rule(leaf: Leaf) -> str:
    fields = leaf.predicate.model_dump(exclude_none=True, exclude={"kind"})
    words = [f"{leaf.kind}:", ", ".join(f"{name} {_plain(value)}" for name, value in fields.items())]
    if leaf.margin is not None:
        words.append(f"\nM = {leaf.margin.value:g}: {leaf.margin.reason}")
    if leaf.epsilon is not None:
        words.append(f"\nε = {leaf.epsilon.value:g}: {leaf.epsilon.reason}")
    return " ".join(words)


def _plain(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _claim_of(row: Verdict) -> Claim:
    claims = ledger.paper_claims(row.paper).paper.claims
    return next(claim for claim in claims if row.id == claim.id or row.id in [leaf.id for leaf in claim.leaves()])
