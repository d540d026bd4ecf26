"""`claimbook run`: a study's records, found or made."""

from __future__ import annotations

from typing import Annotated

import typer

from claimbook.cli.options import Json, Parameters, read_parameters, with_examples

DEPTH = "claimbook run overparameterization/depth-lp"


@with_examples(
    f"{DEPTH}",
    f"{DEPTH} --preset quick --seeds 2 -p final_iterations=40000",
    f"{DEPTH} --preset paper --jobs 2 --yes",
    f"{DEPTH} --arm n3-l4 -p rates_l4=1e-3,2e-3 --json",
)
def run(
    names: Annotated[list[str], typer.Argument(metavar="PAPER/EXPERIMENT...", show_default=False)],
    preset: Annotated[str, typer.Option(metavar="P", help="Size of the study; `claimbook list` shows them.")] = "quick",
    seeds: Annotated[
        int | None, typer.Option(metavar="N", min=1, max=1000, help="Seeds 0 to N-1; else as many as the preset has.")
    ] = None,
    seed: Annotated[
        list[int] | None, typer.Option(metavar="K", min=0, help="This very seed; may be given several times.")
    ] = None,
    parameter: Parameters = None,
    arm: Annotated[
        list[str] | None, typer.Option(metavar="ARM", help="Only this arm; may be given several times.")
    ] = None,
    data: Annotated[
        str | None,
        typer.Option(
            metavar="real|stand-in|NAME=FOLDER",
            help="Which data; else real ones, or the stand-in where they lack. NAME=FOLDER takes your own files in the "
            "place of a data set, such as mnist=my-digits; nothing is judged on them.",
        ),
    ] = None,
    jobs: Annotated[int, typer.Option(metavar="N", min=1, max=256, help="Processes that work side by side.")] = 1,
    device: Annotated[
        str,
        typer.Option(metavar="auto|cpu|gpu", help="Where to compute; auto: on a GPU where MXNet and the study can."),
    ] = "auto",
    refresh: Annotated[bool, typer.Option("--refresh", help="Make all records again, and replace yours.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Go ahead where it takes more than ten minutes.")] = False,
    json: Json = False,
) -> None:
    """Run a study: each record is found, or made and kept.

    Asking twice costs nothing. Ctrl-C keeps what is finished; the same command goes on from there. Records go to the
    folder that CLAIMBOOK_STORE names, else to your data folder.
    """
    from claimbook.cli import output, run_view, running

    asked = running.Asked(
        preset=preset,
        seeds=running.which_seeds(seeds, seed),
        arms=arm or None,
        data=data,
        jobs=jobs,
        device=device,
        make="always" if refresh else "missing",
        parameters=read_parameters(parameter),
    )
    studies = running.studies(dict.fromkeys(names), asked, yes)
    output.emit({"studies": [run_view.document(study) for study in studies]}, lambda: run_view.view(studies))
