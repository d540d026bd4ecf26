"""The front page's table of verdicts, and the ledger: every claim with all that is known of its verdict."""

from __future__ import annotations

import json
from typing import Any

from claimbook.book.content import Content, PaperContent, asks_for
from claimbook.book.links import Link, claim_link, erratum_link, experiment_link
from claimbook.book.snippets import anchor, boxed, definitions, folded, record_cells, sentence, tally
from claimbook.book.tables import Cell, Piece, Table, badge, escape
from claimbook.book.text import DIFFERENCES, number, reading_text, slug, span, value_text
from claimbook.claims.say import arms_of


def tally_of(content: Content) -> str:
    """How many claims of all papers have which verdict."""
    return tally([verdict.verdict for paper in content.papers for verdict in paper.verdicts])


def front(content: Content) -> str:
    """A table of verdicts for each paper."""
    parts = []
    for paper in content.papers:
        facts = paper.book.paper
        parts.append(f"## {facts.title}\n\n{', '.join(facts.authors)}. [The paper's page](/papers/{paper.slug}.md)\n")
        parts.append(verdict_table(paper))
    return "\n".join([*parts, f"{DIFFERENCES}\n"])


def verdict_table(paper: PaperContent) -> str:
    """claim | what it says | measured | interval | verdict, one row a claim; where it has parts, its numbers are in
    the ledger."""
    rows: list[list[Cell]] = []
    for verdict in paper.verdicts:
        link = claim_link(verdict.id)
        rows.append(
            [Piece(verdict.id, link), verdict.says, *_numbers(verdict, link), badge(verdict.verdict, link)],
        )
    return boxed(Table(["claim", "what the paper says", "measured", "interval", "verdict"], rows), "wide-2")


def ledger(content: Content) -> str:
    """Every claim of every paper in full."""
    parts = []
    for paper in content.papers:
        parts.append(f"## {paper.book.paper.title}\n")
        parts.append(tally([verdict.verdict for verdict in paper.verdicts]))
        claims = {claim.id: claim for claim in paper.book.paper.claims}
        parts += [_entry(verdict, claims[verdict.id], paper) for verdict in paper.verdicts]
    return "\n".join(parts)


def _entry(verdict: Any, claim: Any, paper: PaperContent) -> str:
    lines = [anchor(claim_link(verdict.id)) + f"### {verdict.id}", ":::::{div} entry"]
    lines += [f"{sentence(verdict.says)}", _badge_line(verdict), sentence(verdict.reason)]
    if verdict.parts:
        lines += [_parts_table(verdict), _part_reasons(verdict)]
    working = working_lines(claim, paper)
    if working:
        lines.append("```text\n" + "\n".join(working) + "\n```\n")
    lines += [
        definitions(_found(verdict, claim, paper)),
        folded("Declared before the study", definitions(_declared(claim))),
    ]
    return "\n".join([*lines, ":::::\n"])


def _badge_line(verdict: Any) -> str:
    return f"[{verdict.verdict}]{{.verdict .v-{slug(verdict.verdict)}}}\n"


def _numbers(verdict: Any, link: Link) -> list[Cell]:
    """measured and interval, linked to the ledger; of a claim with more than three numbers only how many they are."""
    if verdict.measured is not None:
        return [Piece(number(verdict.measured), link), span(verdict.interval)]
    parts = [part for part in verdict.parts if part.measured is not None]
    if not 0 < len(parts) <= 3:
        return [Piece(f"{len(parts)} parts", link), "–"] if parts else ["–", "–"]
    names = [part.id.removeprefix(f"{verdict.id}.").replace("-", "\u2011") for part in parts]
    told = zip(names, parts, strict=True)
    measured = "; ".join(f"{name}\u00a0{number(part.measured)}" for name, part in told)
    return [Piece(measured, link), "; ".join(span(part.interval) for part in parts if part.interval) or "–"]


def _parts_table(verdict: Any) -> str:
    rows: list[list[Cell]] = []
    for part in verdict.parts:
        name = part.id.removeprefix(f"{verdict.id}.")
        says = part.says if part.says != verdict.says else ""
        value = f" ({value_text(part.paper_value)})" if part.paper_value is not None else ""
        rows.append([name, says + value, *_part_numbers(part)])
        rows += [["↳", step.says, *_part_numbers(step)] for step in part.parts]
    return boxed(Table(["part", "says", "measured", "interval", "verdict"], rows), "wide-2")


def _part_numbers(part: Any) -> list[Cell]:
    return [number(part.measured), span(part.interval), badge(part.verdict)]


def _part_reasons(verdict: Any) -> str:
    told = [f"* {part.id.removeprefix(verdict.id + '.')}: {escape(part.reason)}" for part in verdict.parts]
    return "\n".join(told) + "\n"


def _found(verdict: Any, claim: Any, paper: PaperContent) -> list[tuple[str, Cell | None]]:
    return [
        ("Where", verdict.where),
        ("The paper's value", value_text(verdict.paper_value) if verdict.paper_value is not None else None),
        ("Measured", number(verdict.measured) if verdict.measured is not None else None),
        ("Interval", span(verdict.interval) if verdict.interval else None),
        ("Method", verdict.method),
        ("Seeds", f"{verdict.n_seeds} of {claim.seeds} planned" if verdict.n_seeds else None),
        ("Power", _power(verdict)),
        ("Preset and data", ", ".join(filter(None, [verdict.preset, verdict.data]))),
        ("Records", record_cells(verdict.records) if verdict.records else None),
        ("Stale records", record_cells(verdict.stale) if verdict.stale else None),
        *_other_records(claim, paper),
        ("Experiment", _experiment_cell(verdict)),
        ("Erratum", Piece(claim.erratum, erratum_link(claim.erratum)) if claim.erratum else None),
    ]


def _other_records(claim: Any, paper: PaperContent) -> list[tuple[str, Cell | None]]:
    """The records of the claim's other readings of its settings, a row for each reading that has any."""
    own = next((own for own in paper.experiments if own.experiment.name == claim.experiment), None)
    if own is None:
        return []
    read = [record for arm in arms_of(claim) for record in own.of(arm)]
    found = [(reading, [record.id for record in read if asks_for(own.experiment, record, reading)])
             for reading in claim.readings]  # fmt: skip
    return [(f"Records with {reading_text(reading)}", record_cells(ids)) for reading, ids in found if ids]


def _declared(claim: Any) -> list[tuple[str, Cell | None]]:
    settings = claim.settings
    readings = "; ".join(reading_text(reading) for reading in claim.readings)
    return [
        ("Kind", claim.kind + (", of logarithms: 0.01 is a ratio of 1 %" if claim.transform == "log" else "")),
        ("Predicate", _predicates(claim)),
        ("Margin", f"{number(claim.margin.value)}. {claim.margin.reason}" if claim.margin else None),
        ("Resolution", f"{number(claim.epsilon.value)}. {claim.epsilon.reason}" if claim.epsilon else None),
        ("Seeds", number(claim.seeds) if claim.seeds else None),
        ("Settings", settings.basis + (": " + "; ".join(settings.read) if settings.read else "")),
        ("Decisive setting", "one that the paper never stated" if claim.decisive else None),
        ("Other readings", readings),
    ]


def _experiment_cell(verdict: Any) -> Cell | None:
    return Piece(verdict.experiment, experiment_link(verdict.experiment)) if verdict.experiment else None


def _power(verdict: Any) -> str | None:
    return None if verdict.power is None else f"{verdict.power:.0%} for a difference of the margin"


def _predicates(claim: Any) -> str | None:
    written = []
    for leaf in claim.leaves():
        if leaf.predicate is not None:
            fields = {k: v for k, v in leaf.predicate.model_dump(exclude_none=True).items() if k != "kind"}
            text = ", ".join(f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in fields.items())
            written.append(f"`{text}`".replace("|", "/"))
    return "; ".join(written) or None


def working_lines(claim: Any, paper: PaperContent) -> list[str]:
    """The working of the arithmetic that an equality reads."""
    lines = []
    for leaf in claim.leaves():
        quantity = getattr(leaf.predicate, "quantity", None)
        if quantity is not None:
            lines += paper.book.arithmetic.work_out(quantity).working
    return lines
