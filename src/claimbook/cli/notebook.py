"""`claimbook notebook`: a notebook with your own parameters."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from claimbook.cli.options import Json, Parameters, read_parameters, with_examples

DEPTH = "claimbook notebook overparameterization/depth-lp"


@with_examples(
    f"{DEPTH} -p preset=quick -p seeds=2 -o depth.ipynb", f"{DEPTH} -p preset=published -o out/published.ipynb"
)
def notebook(
    name: Annotated[str, typer.Argument(metavar="PAPER/EXPERIMENT", show_default=False)],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="OUT.ipynb", help="Where the result goes.")],
    parameter: Parameters = None,
    timeout: Annotated[
        float | None, typer.Option(metavar="SECONDS", min=1, help="Give up after this time; else there is no limit.")
    ] = None,
    json: Json = False,
) -> None:
    """Run a notebook with your own parameters.

    Parameters are those of the experiment, and preset, seeds, data, jobs and confirm. All are checked before anything
    runs. What was at OUT.ipynb stays as it is until every cell has been run without an error.
    """
    from claimbook.cli import output as out
    from claimbook.notebook import run_notebook

    path = run_notebook(name, read_parameters(parameter), output, timeout=timeout, progress=out.note)
    out.emit({"notebook": name, "output": str(path)}, f"Written: {path}")
