"""What nets ask of their arguments."""

from __future__ import annotations

from typing import Any

import numpy as np

from claimbook.errors import UsageError


def whole_number(name: str, given: Any, least: int = 1) -> None:
    """Raises UsageError where `given`, the argument `name`, is no whole number of at least `least`."""
    if isinstance(given, bool) or not isinstance(given, (int, np.integer)) or given < least:
        raise UsageError(f"{name} = {given!r} makes no net.", do=f"Give a whole number of at least {least}.")


def dropped_share(given: Any) -> None:
    """Raises UsageError where `given` is no share that dropout could drop: in [0, 1)."""
    if not _is_number(given) or not 0 <= given < 1:
        raise UsageError(
            f"dropout = {given!r} is no share that could be dropped.",
            "What is kept is divided by 1 − dropout, so something must be.",
            "Give 0, or a number above 0 and below 1.",
        )


def kept_share(given: Any) -> None:
    """Raises UsageError where `given` is no compression: above 0 and at most 1."""
    if not _is_number(given) or not 0 < given <= 1:
        raise UsageError(
            f"compression = {given!r} is no share of maps that could be kept.",
            "A transition keeps some of the maps that come in, or all.",
            "Give a number above 0, and at most 1, which keeps all.",
        )


def channel_figures(mean: Any) -> None:
    """Raises UsageError where there is not one mean for each of three channels."""
    if np.size(mean) != 3:
        raise UsageError(f"mean = {mean!r}, and images have three channels.", do="Give a mean and an sd for each.")


def _is_number(given: Any) -> bool:
    return isinstance(given, (int, float, np.number)) and not isinstance(given, bool)
