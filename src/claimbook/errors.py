"""What Claimbook says when something is wrong: what happened, why, and what to do about it.

A `ClaimbookError` is a mistake or a fault that a person can act on; the command line prints it without a
traceback. Everything else is a defect of ours and keeps its traceback.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class ClaimbookError(Exception):
    """A fault with its reason and its remedy.

    Args:
        what: what is wrong, one sentence, naming the thing.
        why: the reason, where it is not obvious from `what`.
        do: what the reader can do next, an imperative sentence.

    `exit_code` is what the command line exits with: 1 for a fault, 2 (`UsageError`) for a mistake in the call.
    """

    exit_code = 1

    def __init__(self, what: str, why: str = "", do: str = ""):
        self.what, self.why, self.do = what, why, do
        super().__init__("\n".join(part for part in (what, why, do) if part))

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows of it: the message, as on the command line."""
        return [f"{type(self).__name__}: {self}"]

    def __reduce__(self):  # exceptions cross process boundaries whole
        return type(self), (self.what, self.why, self.do)


class UsageError(ClaimbookError):
    """The call itself is wrong: an unknown name, an ill-typed or out-of-range value."""

    exit_code = 2


class DataError(ClaimbookError):
    """A data set is absent, damaged, or not what it says it is."""


class RecordError(ClaimbookError):
    """A record is corrupt, edited by hand, foreign, or twice there."""


class ClaimError(ClaimbookError):
    """A claims file is ill-formed: an unknown arm, metric, kind or field, with file and line."""


class RunError(ClaimbookError):
    """A run could not be finished."""


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name most like `name`, or None where none is near."""
    close = difflib.get_close_matches(name, list(known), n=1, cutoff=0.5)
    return close[0] if close else None


def unknown(kind: str, name: str, known: Iterable[str]) -> UsageError:
    """The error for an unknown `name` of some `kind` ("experiment", "preset" …), with the nearest right one."""
    known = sorted(known)
    guess = nearest(name, known)
    if guess:
        do = f"Did you mean {guess!r}? There are: {', '.join(known)}."
    else:
        do = f"There are: {', '.join(known)}." if known else f"There is no {kind} at all here."
    return UsageError(f"There is no {kind} named {name!r}.", do=do)
