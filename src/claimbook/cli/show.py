"""`claimbook show`: everything that is known of a claim or a record."""

from __future__ import annotations

from typing import Annotated

import typer

from claimbook.cli.options import Json, with_examples


@with_examples(
    "claimbook show OP-2.1",
    "claimbook show overparameterization/depth-lp/n3-l4-s0-1a2b3c4d",
    "claimbook show 1a2b3c4d --json",
    "claimbook show records/overparameterization/depth-lp/n3-l4-s0-1a2b3c4d.json",
)
def show(
    name: Annotated[str, typer.Argument(metavar="CLAIM|RECORD", show_default=False)],
    json: Json = False,
) -> None:
    """Show all that is known of a claim or a record.

    With the command that remakes it. A record is named by its id, by the first digits of its key, or by its file.
    """
    from claimbook.cli import finding, output, show_claim, show_record

    found = finding.find(name)
    if isinstance(found, finding.FoundRecord):
        output.emit(show_record.document(found), lambda: show_record.view(found))
    else:
        output.emit(show_claim.document(found), lambda: show_claim.view(found))
