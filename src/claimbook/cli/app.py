"""The verbs of the command line, one small file each or a few related ones together."""

from __future__ import annotations

from typing import Annotated

import typer
from typer.core import TyperGroup

from claimbook.cli import books, data, doctor, errata, judge, keeping, listing, notebook, recognise, run, show
from claimbook.cli.options import examples, flowing
from claimbook.errors import unknown


class Verbs(TyperGroup):
    """The group of all verbs; an unknown one is answered with the nearest right one."""

    def resolve_command(self, ctx, args):
        """As in Typer. Raises UsageError for an unknown verb."""
        if args and not args[0].startswith("-") and args[0] not in self.commands:
            raise unknown("command", args[0], self.commands)
        return super().resolve_command(ctx, args)


app = typer.Typer(
    cls=Verbs,
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=examples(
        "claimbook list",
        "claimbook judge",
        "claimbook run overparameterization/depth-lp --preset quick -p final_iterations=20000",
        "claimbook show OP-2.1",
    ),
)
for verb in (
    doctor.doctor,
    listing.list_,
    data.data,
    run.run,
    judge.judge,
    errata.errata,
    show.show,
    notebook.notebook,
    keeping.publish,
    keeping.revalidate,
    books.book,
    recognise.recognise,
):
    app.command(verb.__name__.rstrip("_"), help=flowing(verb.__doc__), epilog=verb.examples)(verb)


def _version(asked: bool) -> None:
    if asked:
        from claimbook import __version__

        print(f"claimbook {__version__}")
        raise typer.Exit()


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Re-run the experiments of papers on training deep networks, and check every claim in them.

    A result is found among the records or made anew; a verdict is computed from records and never typed by hand.
    """


def command():
    """The command line as one object that parses arguments and runs the verb."""
    return typer.main.get_command(app)
