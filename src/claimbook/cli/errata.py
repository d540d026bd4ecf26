"""`claimbook errata`: what is wrong in a paper itself."""

from __future__ import annotations

from typing import Annotated

import typer

from claimbook.cli.options import Json, with_examples


@with_examples("claimbook errata", "claimbook errata overparameterization --json")
def errata(
    papers: Annotated[
        list[str] | None, typer.Argument(metavar="[PAPER]...", help="All where none is named.", show_default=False)
    ] = None,
    json: Json = False,
) -> None:
    """Show what is wrong, unclear or misleading in the papers.

    Where it is arithmetic, it is redone now, and the working is shown."""
    from dataclasses import asdict

    from claimbook.claims import ledger
    from claimbook.cli import errata_view, output
    from claimbook.experiment import registry

    wanted = [registry.paper_named(slug) for slug in dict.fromkeys(papers or registry.papers())]
    found = [erratum for slug in wanted for erratum in ledger.paper_claims(slug).errata]
    output.emit({"errata": [asdict(erratum) for erratum in found]}, lambda: errata_view.view(found))
