"""What goes where: results to stdout, notes and errors to stderr; with `--json` one document is all of stdout."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Iterator
from contextvars import ContextVar
from typing import IO, Any

from claimbook.errors import ClaimbookError
from claimbook.record.canonical import to_json

WIDE = 120  # columns where the output goes to a file or a pipe and COLUMNS does not say otherwise
_document: ContextVar[IO[str] | None] = ContextVar("document", default=None)


@contextlib.contextmanager
def streams(as_json: bool) -> Iterator[None]:
    """Prepare stdout; with `as_json` nothing but the document of `emit` reaches it.

    Whatever else is printed then, by us, a library or a child process, goes to stderr.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal without ≥ gets a ?, not a traceback
    if not as_json:
        yield
        return
    with contextlib.ExitStack() as stack:
        own = stack.enter_context(_apart())
        token = _document.set(own)
        stack.callback(_document.reset, token)
        stack.enter_context(contextlib.redirect_stdout(sys.stderr))
        yield


@contextlib.contextmanager
def _apart() -> Iterator[IO[str]]:
    """A stream to the real stdout, while file descriptor 1, which children inherit, leads to stderr."""
    real = sys.stdout
    try:
        number, other = real.fileno(), sys.stderr.fileno()
    except (AttributeError, OSError, ValueError):  # stdout is no file: in tests
        yield real
        return
    real.flush()
    kept = os.dup(number)
    try:
        os.dup2(other, number)
        with open(os.dup(kept), "w", encoding="utf-8") as own:
            yield own
    finally:
        os.dup2(kept, number)
        os.close(kept)


def emit(document: Any, *views: Any) -> None:
    """Show a result: `document` where `--json` was asked for, else the rich `views` one under the other.

    A view may be a function that makes it or a list of them, so that nothing is laid out for JSON. Numbers that are not
    finite stand in JSON as the texts "nan", "inf", "-inf".
    """
    stream = _document.get()
    if stream is None:
        laid_out = [view() if callable(view) else view for view in views]
        _print(sys.stdout, *(part for view in laid_out for part in (view if isinstance(view, list) else [view])))
        return
    stream.write(json.dumps(to_json(document), indent=1, ensure_ascii=False, allow_nan=False) + "\n")
    stream.flush()


def note(*views: Any) -> None:
    """Say something by the way, on stderr."""
    _print(sys.stderr, *views)


def error(fault: ClaimbookError) -> None:
    """Say what is wrong, why, and what to do: in words on stderr, and as {"error": …} where `--json` was asked for."""
    from rich.text import Text

    if _document.get() is not None:
        emit({"error": {"what": fault.what, "why": fault.why, "do": fault.do}})
    lines = Text.assemble(("Error: ", "bold red"), (fault.what, "bold"))
    if fault.why:
        lines.append(f"\n{fault.why}")
    if fault.do:
        lines.append("\n→ ", "bold cyan").append(fault.do)
    note(lines)


def console(stream: IO[str]):
    """A rich console for a stream. It takes text as it is: no markup, no guessed colours.

    NO_COLOR and COLUMNS are heeded. Off a terminal lines are `WIDE` columns long.
    """
    from rich.console import Console

    fixed = None if stream.isatty() or os.environ.get("COLUMNS") else WIDE
    return Console(file=stream, width=fixed, markup=False, highlight=False, emoji=False)


def _print(stream: IO[str], *views: Any) -> None:
    """Print views without the spaces that fill their lines; a reader that has gone raises BrokenPipeError.

    A plain string stays one line, however long: it is an address or a command to copy, or a line of progress.
    """
    own = console(stream)
    with own.capture() as captured:
        for view in views:
            own.print(view, soft_wrap=isinstance(view, str))
    stream.write("".join(f"{line.rstrip()}\n" for line in captured.get().splitlines()))
    stream.flush()
