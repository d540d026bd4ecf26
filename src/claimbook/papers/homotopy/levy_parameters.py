"""The parameters that both studies of section 4.1 have, and what a ladder of L may be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from claimbook.errors import UsageError
from claimbook.experiment.parameters import parameter

LADDER = (0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1)
"""The homotopy paper, section 4.1."""


def ladder_parameter() -> Any:
    """The field of the path's values of L."""
    return parameter(LADDER, help="The values of L along the path, in their order.", low=1e-9, high=1e9)


def gtol_parameter() -> Any:
    """The field of BFGS's tolerance."""
    return parameter(1e-5, help="Largest entry of a gradient at which BFGS ends, SciPy's default.", low=1e-12, high=1.0)


def close_parameter() -> Any:
    """The field of what counts as the global minimum."""
    return parameter(
        1e-4, help="An end whose f is below this is the global minimum, where f is 0.", low=1e-15, high=1.0
    )


def refuse_rising(ladder: Sequence[float], do: str) -> None:
    """Raises UsageError where L rises somewhere along the ladder."""
    for before, after in zip(ladder, ladder[1:], strict=False):
        if after > before:
            told = f"ladder rises from L = {before:g} to {after:g}."
            why = "Only as L falls to 0 do the pins let go and the two copies become one."
            raise UsageError(told, why, do)
