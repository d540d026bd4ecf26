"""The command line: thin. Each verb asks one of the rooms above and shows what it answers, to people or as JSON."""

from __future__ import annotations

from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `claimbook` with these arguments (those of the process where None) and return the exit code.

    0: done. 1: a fault. 2: a mistake in the call. 130: Ctrl-C. 141: the reader of our output has gone.
    """
    try:
        from claimbook.cli.entry import enter

        return enter(arguments)
    except KeyboardInterrupt:  # before the entry could catch it: Python was still importing
        return 130
