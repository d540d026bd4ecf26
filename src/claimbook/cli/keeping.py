"""`claimbook publish` and `claimbook revalidate`: what happens to records after they are made."""

from __future__ import annotations

from typing import Annotated

import typer

from claimbook.cli.options import Json, Parameters, read_parameters, with_examples


@with_examples("claimbook publish overparameterization/depth-lp --preset paper")
def publish(
    name: Annotated[str, typer.Argument(metavar="PAPER/EXPERIMENT", show_default=False)],
    preset: Annotated[str, typer.Option(metavar="P", help="paper or reduced; smaller ones are never published.")],
    parameter: Parameters = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Put yours in the place of committed records with other measurements.")
    ] = False,
    json: Json = False,
) -> int:
    """Copy your finished records into the checkout's records/.

    Stale, faulty and stand-in records are refused by name; exit code 1 then.
    """
    from claimbook.cli import keeping_view, output
    from claimbook.cli.running import check_parameters
    from claimbook.experiment.registry import experiment_named
    from claimbook.study import publish as copy

    experiment, given = experiment_named(name), read_parameters(parameter)
    check_parameters(experiment, given)
    experiment.parameters(preset, given)
    done = copy(experiment, preset, replace, **given)
    output.emit(keeping_view.document(done), lambda: keeping_view.view(done))
    return 1 if done.refused else 0


@with_examples("claimbook revalidate", "claimbook revalidate overparameterization/depth-lp --again")
def revalidate(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[PAPER | PAPER/EXPERIMENT]...", help="All where none is named.", show_default=False),
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Check those too that have been checked with today's source.")
    ] = False,
    json: Json = False,
) -> int:
    """Check records that other source code has made.

    Their first 20 steps are run again, and what came of it is stamped beside them. Exit code 1 where a record is
    stale: today's code does something else.
    """
    from dataclasses import asdict

    from claimbook.cli import keeping_view, output
    from claimbook.experiment import registry

    results = keeping_view.revalidated(registry.of_names(names or registry.papers()), again)
    output.emit({"records": [asdict(row) for row in results]}, lambda: keeping_view.outcomes(results))
    return 1 if any(row.outcome == "stale" for row in results) else 0
