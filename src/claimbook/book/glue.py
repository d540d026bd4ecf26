"""Numbers that `make test` compares when it runs the notebooks again: shown with the tolerance that they carry.

nbval, which runs them, compares text; other processors give other last digits. So a number is displayed as data with
its tolerance, and `notebooks/conftest.py` compares the data. The tolerance is the one in the stored notebook.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

MIME = "application/vnd.claimbook.number+json"


class Glued:
    """A named value with its tolerance, as a notebook displays it: data for the check, and a plain text."""

    def __init__(self, name: str, value: Any, rtol: float, atol: float):
        self.name, self.value, self.rtol, self.atol = name, _plain(value), rtol, atol

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, Any]:
        data = {"name": self.name, "value": self.value, "rtol": self.rtol, "atol": self.atol}
        return {MIME: data, "text/plain": repr(self)}

    def __repr__(self) -> str:
        return f"{self.name}: {_words(self.value)} (± {self.rtol:g} of it" + (
            f" ± {self.atol:g})" if self.atol else ")"
        )


def glue(name: str, value: Any, rtol: float = 1e-3, atol: float = 0.0) -> Glued:
    """A value for the check, to be the last expression of a cell with the tag `nbval-check-output`.

    Args:
        name: what it is; the stored output must have the same.
        value: a number, text, None, or a mapping or list of these at any depth. Numbers are equal where
            |new − stored| ≤ atol + rtol · |stored|; all else must be the same, keys included.
        rtol, atol: ≥ 0; what other processors and thread counts may come to.

    Raises:
        ValueError: a tolerance that is negative or not finite.
        TypeError: a value of another type.
    """
    if not all(math.isfinite(tolerance) and tolerance >= 0 for tolerance in (rtol, atol)):
        raise ValueError(f"rtol = {rtol} and atol = {atol} must be finite and not negative")
    return Glued(name, value, float(rtol), float(atol))


def agrees(new: Mapping[str, Any], stored: Mapping[str, Any]) -> bool:
    """Whether a new output has the data of the stored one, within the tolerance that the stored one carries."""
    return new["name"] == stored["name"] and _close(new["value"], stored["value"], stored["rtol"], stored["atol"])


def _close(new: Any, stored: Any, rtol: float, atol: float) -> bool:
    if isinstance(stored, Mapping):
        return (
            isinstance(new, Mapping)
            and new.keys() == stored.keys()
            and all(_close(new[key], stored[key], rtol, atol) for key in stored)
        )
    if isinstance(stored, list):
        return (
            isinstance(new, list)
            and len(new) == len(stored)
            and all(_close(*pair, rtol, atol) for pair in zip(new, stored, strict=True))
        )
    if _is_number(new) and _is_number(stored):
        return abs(new - stored) <= atol + rtol * abs(stored)
    return type(new) is type(stored) and new == stored


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _plain(value: Any) -> Any:
    """`value` as JSON; numbers that JSON has no word for become text, and are compared as such."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if hasattr(value, "item"):  # a scalar of NumPy
        return _plain(value.item())
    if not isinstance(value, float):
        raise TypeError(f"{type(value).__name__} cannot be glued: give numbers, text, or mappings and lists of them")
    return value if math.isfinite(value) else str(value)


def _words(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_words(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_words, value)) + "]"
    return f"{value:.4g}" if isinstance(value, float) else str(value)
