"""Lengths of training with their unit: "160ep" are epochs, "5000it" iterations (steps), a bare number steps."""

from __future__ import annotations

import re

from claimbook.errors import UsageError

UNITS = {"ep": "epochs", "it": "iterations"}


def steps(length: str | int, epoch_steps: int) -> int:
    """How many steps a length is.

    Args:
        length: "160ep", "0.5ep", "5000it", or a number of steps. epoch_steps: steps of an epoch, at least 1.

    Raises:
        UsageError: no such unit, a number below 0, or a part of an epoch that is no whole number of steps.
    """
    if isinstance(length, int) and not isinstance(length, bool) and length >= 0:
        return length
    found = re.fullmatch(r"(\d+(?:\.\d+)?)(ep|it)", str(length).strip())
    if found is None:
        raise _wrong(length, "A length is a number that is not negative, followed by ep (epochs) or it (iterations).")
    number, unit = float(found[1]), found[2]
    whole = number * (epoch_steps if unit == "ep" else 1)
    if abs(whole - round(whole)) > 1e-9 * max(1.0, whole):
        raise _wrong(length, f"That is {whole:g} steps, and a step is taken whole; an epoch has {epoch_steps:,}.")
    return round(whole)


def _wrong(length: str | int, why: str) -> UsageError:
    return UsageError(f"{length!r} is no length of training.", why, 'Give a length like "160ep" or "5000it".')
