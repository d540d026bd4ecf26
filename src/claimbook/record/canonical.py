"""JSON values in one form: the hash that makes a record's key and its self-digest, and numbers that JSON cannot say."""

from __future__ import annotations

import hashlib
import json
import math
import numbers
from collections.abc import Mapping
from typing import Any

_WORDS = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}


def canonical(value: Any) -> bytes:
    """The one way a JSON value is written for hashing: sorted names, no spaces, shortest floats, no NaN."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False, ensure_ascii=True).encode()


def digest_of(value: Any) -> str:
    """sha256 of a JSON value in its canonical form, 64 hexadecimal digits."""
    return hashlib.sha256(canonical(value)).hexdigest()


def to_json(value: Any) -> Any:
    """`value` in plain JSON values: NumPy numbers as Python's, tuples as lists, and a number that is not finite as the
    text "nan", "inf" or "-inf", because JSON has no such number.

    Raises:
        TypeError: something that is no JSON value, an array for example.
    """
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, Mapping):
        return {_name(key): to_json(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_json(item) for item in value]
    if isinstance(value, numbers.Integral):
        return int(value)
    if isinstance(value, numbers.Real):
        number = float(value)
        return number if math.isfinite(number) else str(number)
    if type(value).__name__ in ("bool_", "bool"):  # NumPy's truth value, which is no bool
        return bool(value)
    raise TypeError(f"a {type(value).__name__} cannot stand in a record")


def from_json(value: Any) -> Any:
    """The reverse of `to_json`: the texts "nan", "inf" and "-inf" become numbers again."""
    if isinstance(value, str):
        return _WORDS.get(value, value)
    if isinstance(value, Mapping):
        return {key: from_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [from_json(item) for item in value]
    return value


def _name(key: Any) -> str:
    if not isinstance(key, str):
        raise TypeError(f"{key!r} cannot be a name in a record")
    return key
