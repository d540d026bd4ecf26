"""`claimbook judge`: does it hold?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from claimbook.cli.options import Json, with_examples


@with_examples(
    "claimbook judge",
    "claimbook judge overparameterization",
    "claimbook judge OP-2.1 OP-2.2 --json",
    "claimbook judge --readme README.md",
)
def judge(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[PAPER|CLAIM]...", help="All papers where none is named.", show_default=False),
    ] = None,
    readme: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Also write the tables between the markers of this file anew.")
    ] = None,
    json: Json = False,
) -> None:
    """Judge the claims from the records at hand.

    Nothing is run. The rules stand in the book. JSON: {"claims": [row, ...]}, a row with id, paper, experiment, kind,
    says, where, paper_value, measured, interval, method, n_seeds, power, preset, data, verdict, reason, stale, records,
    parts.
    """
    from claimbook.cli import output
    from claimbook.cli.verdicts import judged, table

    rows = judged(names or [])
    if readme is not None:
        from claimbook.cli.readme import rewrite

        changed = rewrite(readme)
        output.note(f"{readme}: {'written anew' if changed else 'was up to date'}.")
    output.emit({"claims": [row.row() for row in rows]}, lambda: table(rows))
