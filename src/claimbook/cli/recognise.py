"""`claimbook recognise`: read a handwritten line of arithmetic."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from claimbook.cli.options import Json, with_examples


@with_examples(
    "claimbook recognise sum.jpg",
    "claimbook recognise sum.jpg --picture read.png",
    "claimbook recognise sum.png --weights my.weights --json",
)
def recognise(
    image: Annotated[
        Path,
        typer.Argument(metavar="IMAGE", help="A photograph or scan of one line, as PNG, JPEG …", show_default=False),
    ],
    picture: Annotated[
        Path | None,
        typer.Option("--picture", metavar="FILE", help="Where to write the picture with what was read on it."),
    ] = None,
    weights: Annotated[
        Path | None,
        typer.Option("--weights", metavar="FILE", help="Weights of your own; else those that come with the project."),
    ] = None,
    json: Json = False,
) -> int:
    """Read a handwritten line of arithmetic, and say what it comes to.

    The digits, + - × ÷ = and the decimal point are read, written side by side without touching; an equation is checked.
    Each symbol is shown with how sure the net is of it; what is doubtful is marked. The value is exact. Exit code 1
    where the line is no expression, or nothing could be read.
    """
    from claimbook.apps import annotate, classifier
    from claimbook.apps.recognise import recognise as read
    from claimbook.cli import output, recognise_view

    if picture is not None:
        annotate.check_name(picture, other_than=image)
    reading = read(image, classifier.from_file(weights) if weights else None)
    if picture is not None:
        annotate.save(picture, reading)
        output.note(f"The picture is at {picture}")
    output.emit(recognise_view.document(reading, picture), lambda: recognise_view.view(reading))
    if reading.fault is None:
        return 0
    if not json:
        output.error(reading.fault)
    return reading.fault.exit_code
