"""`claimbook book`: the book."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from claimbook.cli.options import Json, with_examples


@with_examples("claimbook book", "claimbook book -o site")
def book(
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="DIR", help="Where it goes; else build/ of the checkout."),
    ] = None,
    json: Json = False,
) -> None:
    """Rehearse the notebooks and build the book.

    Every notebook is run live at preset smoke, the published ones are filled from the committed records, and the book
    is built from these. A notebook is rehearsed only where its source, the package or the lock has changed since.
    """
    from claimbook.cli import output as out
    from claimbook.publishing import build_book

    page = build_book(output, progress=out.note)
    out.emit({"book": str(page)}, f"The book is at {page.as_uri()}")
