"""`claimbook list`: what there is."""

from __future__ import annotations

from typing import Annotated

import typer

from claimbook.cli.options import Json, with_examples


@with_examples(
    "claimbook list", "claimbook list overparameterization/depth-lp", "claimbook list overparameterization --json"
)
def list_(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[PAPER|PAPER/EXPERIMENT]...", show_default=False)
    ] = None,
    json: Json = False,
) -> None:
    """List papers, experiments, arms, parameters, presets and claims.

    All of them, or those of the papers and experiments named."""
    from claimbook.cli import output
    from claimbook.cli.catalogue import described, tell

    document = described(names or [])
    output.emit(document, lambda: tell(document))
