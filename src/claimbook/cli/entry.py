"""From the arguments to the exit code: what went wrong is said in words, never as a traceback for a user's mistake."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Sequence

from claimbook.cli import output
from claimbook.errors import ClaimbookError, UsageError, nearest

INTERRUPTED, READER_GONE = 130, 141  # 128 + SIGINT, 128 + SIGPIPE: what shells and scripts expect
COMPLETION = "_CLAIMBOOK_COMPLETE"


def enter(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code. Defects of ours keep their traceback."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    try:
        with output.streams(_wants_json(arguments)):
            code = _guarded(arguments)
            sys.stdout.flush()
            return code
    except BrokenPipeError:
        _forget_stdout()
        return READER_GONE


def _guarded(arguments: list[str]) -> int:
    try:
        return _run(arguments)
    except ClaimbookError as error:
        output.error(error)
        return error.exit_code
    except KeyboardInterrupt:
        output.error(ClaimbookError("Stopped.", do="Run the same command again to go on."))
        return INTERRUPTED
    except BrokenPipeError:
        raise
    except Exception as error:
        what = f"This is a defect of Claimbook: {type(error).__name__}: {error}"
        output.error(ClaimbookError(what, do="Please report it with the traceback below and the command you typed."))
        raise


def _run(arguments: list[str]) -> int:
    import typer

    from claimbook.cli.app import command

    root = command()
    if COMPLETION in os.environ:  # a shell asks for completions
        return root.main(arguments, prog_name="claimbook", standalone_mode=False)
    try:
        # not `root.main`: it would make its own of Ctrl-C and of a reader that has gone
        with root.make_context("claimbook", arguments) as context:
            code = root.invoke(context)
    except typer.Exit as leave:
        return leave.exit_code
    except typer.Abort:
        raise KeyboardInterrupt from None
    except Exception as error:
        if not hasattr(error, "format_message"):  # typer's own errors have it; their classes are private to typer
            raise
        raise _mistake(error) from None
    return code if isinstance(code, int) else 0


def _mistake(error) -> UsageError:
    """Typer's complaint about the call in our words: what is wrong, and where the right call is shown."""
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "claimbook"
    help_line = f"`{path} --help` shows how it is called."
    option = getattr(error, "option_name", None)
    if option is not None and context is not None and option.startswith("-"):
        names = [name for parameter in context.command.get_params(context) for name in parameter.opts]
        if option not in names:
            guess = nearest(option, names)
            hint = f"Did you mean {guess!r}? " if guess else ""
            return UsageError(f"{path} has no option {option!r}.", do=f"{hint}{help_line}")
    return UsageError(error.format_message().strip(), do=help_line)


def _wants_json(arguments: list[str]) -> bool:
    options = arguments[: arguments.index("--")] if "--" in arguments else arguments
    return "--json" in options


def _forget_stdout() -> None:
    """Let Python's last flush go nowhere, lest it complain that the reader has gone."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
