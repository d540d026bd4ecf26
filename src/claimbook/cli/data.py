"""`claimbook data`: which data sets are here, fetch them, check them."""

from __future__ import annotations

from typing import Annotated

import typer

from claimbook.cli.options import Json, with_examples
from claimbook.errors import unknown

ACTIONS = ("list", "fetch", "verify")


@with_examples("claimbook data", "claimbook data fetch gas-sensor", "claimbook data verify")
def data(
    action: Annotated[str, typer.Argument(metavar="[list|fetch|verify]", show_default=False)] = "list",
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME]...", help="All sets where none is named.", show_default=False),
    ] = None,
    json: Json = False,
) -> int:
    """List, fetch or check the data sets.

    fetch downloads from the official addresses; verify checks the content of what is here. Sets are looked for in the
    folder that CLAIMBOOK_DATA names, then in the cache folder; official archives and unpacked folders alike. Exit code
    1 where a set that was to be fetched or verified is not here and whole.
    """
    from claimbook.cli import data_view, output
    from claimbook.data.catalogue import catalogue, data_set

    if action not in ACTIONS:
        raise unknown("action of `claimbook data`", action, ACTIONS)
    wanted = [data_set(name).name for name in names or catalogue()]
    if action == "list":
        rows = [data_view.stands(name) for name in wanted]
    elif action == "fetch":
        rows = data_view.each(data_view.fetched, wanted)
    else:
        rows = data_view.each(data_view.checked, wanted)
    output.emit({"data": rows}, lambda: data_view.view(rows, named=bool(names)))
    return 0 if action == "list" or all(row["state"] == "verified" for row in rows) else 1
