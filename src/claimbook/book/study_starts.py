"""How many starting points come to the global minimum, in tables and over where a homotopy's copies are pinned.

A record that counts has the metrics "starts…" and "found…" with the same ending: "starts-n4" and "found-n4", or plain
"starts" and "found". A sweep of pins has the columns n, pin, ladder, decoupled, starts, found and plain.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from claimbook.book.inline_svg import INK, inline_svg, line_style, plain_ticks
from claimbook.book.links import claim_link
from claimbook.book.shown import Shown, note_html, shown_table
from claimbook.book.study_paths import framed
from claimbook.book.study_records import arms_of, made_at, records_of, root_of, seed_links
from claimbook.book.tables import Cell, Piece, Table
from claimbook.book.text import number

SIZE_IN = (4.4, 3.6)
COUNTS = ("starts", "found")
MORE = ("iterations", "differing")  # metrics that stand beside the counts where there are such
Row = Mapping[str, Any]


def starting_points(study: Any, arms: Sequence[str] | None = None) -> Shown:
    """A row an arm, a column a grid: found of how many, and where the paper prints a count, that count.

    Args:
        study: of records with such metrics. arms: ids of the arms; all where None. Of several seeds the first is shown.

    Raises:
        UsageError: an unknown arm.
    """
    known = [metric.name for metric in study.experiment.metrics]
    endings = [name[len("found") :] for name in known if name.startswith("found")]
    says, rows = _printed(study.experiment), []
    for arm in arms_of(study, arms):
        records = records_of(study, arm.id)
        cells = [_found(records[0].metrics, ending) if records else "–" for ending in endings]
        if any(cell != "–" for cell in cells):
            papers = [[says.get((arm.id, f"found{ending}"), "–")] for ending in endings]
            own = papers + cells if len(endings) == 1 else cells
            rows.append([arm.title, *own, *_more(records[0].metrics, known), seed_links(records)])
    if not rows:
        note = "No record with counts of starting points is at hand."
        return Shown(note_html(note), note)
    heads = ["the paper", "ours"] if len(endings) == 1 else [_grid(ending) for ending in endings]
    table = Table(["how", *heads, *(name for name in MORE if name in known), "record of seed"], rows)
    note = f"How many of the starts end in the global minimum. {made_at(study).capitalize()}."
    return shown_table(table, root=root_of(study), notes=[note])


def pins(study: Any) -> Shown:
    """The share of starts that come to the global minimum over the pin, a panel for each n, and all as a table."""
    rows = [row for arm in arms_of(study) for row in _sweep_rows(study.sweep(arm.id))]
    if not rows:
        note = "No record with a sweep of pins is at hand."
        return Shown(note_html(note), note)
    pictures = []
    for n in sorted({row["n"] for row in rows}):
        for decoupled in (1, 0):
            own = [row for row in rows if (row["n"], row["decoupled"]) == (n, decoupled)]
            if own:
                pictures.append(_picture(study, n, decoupled, own))
    note = (
        "Dotted: BFGS alone from the same starts. No path: the decoupled stage alone, then BFGS on f. "
        f"{made_at(study).capitalize()}."
    )
    figure = framed([picture for picture, _ in pictures], note)
    table = shown_table(*_tables(rows), root=root_of(study))
    return Shown(f"{figure}\n{table.html}", "\n".join([*(told for _, told in pictures), table.text, note]))


def _printed(experiment: Any) -> dict[tuple[str, str], Piece]:
    """(arm, metric) → the count that the paper prints, with a link to its claim."""
    from claimbook.claims.ledger import paper_claims
    from claimbook.claims.predicates import Count

    return {
        (leaf.predicate.arm, leaf.predicate.metric): Piece(number(leaf.predicate.printed), claim_link(claim.id))
        for claim in paper_claims(experiment.paper).paper.claims
        if claim.experiment == experiment.name
        for leaf in claim.leaves()
        if isinstance(leaf.predicate, Count)
    }


def _found(metrics: Mapping[str, Any], ending: str) -> str:
    of, found = (metrics.get(f"{kind}{ending}") for kind in COUNTS)
    return "–" if not of else f"{number(found)} of {number(of)}"


def _more(metrics: Mapping[str, Any], known: Sequence[str]) -> list[str]:
    return [number(metrics.get(name)) for name in MORE if name in known]


def _grid(ending: str) -> str:
    """ "-n8-wide" → "n = 8 wide"."""
    return ending.strip("-").replace("n", "n = ", 1).replace("-", " ")


def _sweep_rows(sweeps: Mapping[int, Mapping[str, Sequence[Any]]]) -> Iterator[Row]:
    """The rows of the first seed's sweep, where it is one of pins."""
    for columns in [own for own in sweeps.values() if "pin" in own][:1]:
        yield from (dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True))


def _picture(study: Any, n: int, decoupled: int, rows: Sequence[Row]) -> tuple[str, str]:
    title = f"n = {n}, {'decoupled stage first' if decoupled else 'no decoupled stage'}"
    lines = {
        ladder: [
            (row["pin"], row["found"] / row["starts"]) for row in rows if _on_axis(row) and row["ladder"] == ladder
        ]
        for ladder in dict.fromkeys(row["ladder"] for row in rows)
    }
    plain = rows[0]["plain"] / rows[0]["starts"]
    best = {ladder: sum(share == 1 for _, share in points) for ladder, points in lines.items()}
    words = [f"{_name(ladder)} all starts at {count} of {len(lines[ladder])} pins" for ladder, count in best.items()]
    told = f"{title}: {'; '.join(words)}; BFGS alone {number(plain)} of the starts."

    def draw(axes: Any) -> None:
        for i, (ladder, points) in enumerate(lines.items()):
            axes.plot(*zip(*points, strict=True), marker="o", markersize=3, label=_name(ladder), **line_style(i))
        axes.axhline(plain, color=INK, linewidth=0.9, linestyle=(0, (1, 2)), label="BFGS alone")
        axes.set(title=title, xlabel="pin of all variables", ylabel="share of the starts", ylim=(-0.04, 1.04))
        axes.grid(color=INK, alpha=0.13, linewidth=0.6)
        axes.figure.legend(loc="outside lower center", ncols=3, frameon=False, handlelength=2.6, fontsize=9)
        plain_ticks(axes)

    return inline_svg(f"{title} {made_at(study)}", told, draw, SIZE_IN), told


def _on_axis(row: Row) -> bool:
    return not isinstance(row["pin"], str)


def _name(ladder: str) -> str:
    return "no path" if ladder == "none" else f"L {ladder}"


def _tables(rows: Sequence[Row]) -> Iterator[Table]:
    """For each n: a row a pin, a column a schedule."""
    for n in sorted({row["n"] for row in rows}):
        own = [row for row in rows if row["n"] == n]
        schedules = list(dict.fromkeys((row["ladder"], row["decoupled"]) for row in own))
        counts = {(row["pin"], row["ladder"], row["decoupled"]): row["found"] for row in own}
        cells: list[list[Cell]] = [
            [_pin(pin), *(number(counts[(pin, *schedule)]) for schedule in schedules)]
            for pin in dict.fromkeys(row["pin"] for row in own)
        ]
        heads = [_name(ladder) + ("" if decoupled else ", not decoupled") for ladder, decoupled in schedules]
        of, plain = own[0]["starts"], own[0]["plain"]
        caption = f"n = {n}: of {number(of)} starts, of which BFGS alone brings {number(plain)} to the global minimum"
        yield Table(["pin", *heads], cells, caption=caption)


def _pin(pin: Any) -> str:
    return {"start": "the initial guess", "random": "random in ±10"}.get(pin) or number(pin)
