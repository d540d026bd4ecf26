"""Options and arguments that several verbs share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any

import typer

from claimbook.errors import UsageError

Json = Annotated[bool, typer.Option("--json", help="Give the result as one JSON document.", show_default=False)]
Parameters = Annotated[
    list[str] | None,
    typer.Option(
        "--parameter",
        "-p",
        metavar="NAME=VALUE",
        help="Change a parameter; may be given several times. `claimbook list PAPER/EXPERIMENT` shows them all.",
    ),
]


def examples(*lines: str) -> str:
    """The examples below a verb's help, one a line."""
    return "\n".join(["[bold]Examples[/bold]", *(f"  {line}".replace("[", r"\[") for line in lines)])


def flowing(text: str) -> str:
    """A docstring whose paragraphs have no line ends, so that they fill a terminal of any width."""
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in text.split("\n\n"))


def with_examples(*lines: str) -> Callable:
    """Give a verb the examples that stand below its help."""

    def mark(verb: Callable) -> Callable:
        verb.examples = examples(*lines)
        return verb

    return mark


def read_parameters(given: Sequence[str] | None) -> dict[str, Any]:
    """The `-p name=value` options as name → text; the experiment checks names and values.

    Raises:
        UsageError: one without `=` or without a name, or one name twice.
    """
    values: dict[str, str] = {}
    for text in given or ():
        name, equals, value = text.partition("=")
        name = name.strip()
        if not equals or not name:
            what = f"-p {text!r} {'has no name' if equals else 'has no ='}."
            raise UsageError(what, "A parameter is given as name=value.", "For example: -p final_iterations=20000")
        if name in values:
            raise UsageError(
                f"The parameter {name!r} is given twice: {values[name]!r} and {value!r}.",
                "Which of them is meant cannot be known.",
                "Give it once. A list is one value: -p rates_l2=0.01,0.05",
            )
        values[name] = value
    return values
