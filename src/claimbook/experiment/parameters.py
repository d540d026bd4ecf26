"""Parameters of an experiment: a frozen dataclass whose fields carry their own help, unit and range.

A flag on the command line, a line in `claimbook list` and a notebook's parameter all come from the field, so they
appear the moment the field is added. Types: bool, int, float, str, `tuple[float, ...]`.
"""

from __future__ import annotations

import dataclasses
import json
import math
import typing
from collections.abc import Mapping
from typing import Any

from claimbook.errors import UsageError, unknown

NEVER_ABSENT = object()


@dataclasses.dataclass(frozen=True)
class ParameterInfo:
    """What a field says of itself; `type` is "int", "float", "bool", "str" or "list of float"."""

    name: str
    type: str
    default: Any
    unit: str
    low: float | None
    high: float | None
    choices: tuple[str, ...]
    help: str

    @property
    def range(self) -> str:
        """The admitted values in words, or the empty string where all are admitted."""
        if self.choices:
            return " | ".join(self.choices)
        if self.low is not None and self.high is not None:
            return f"{self.low:g} … {self.high:g}"
        if self.low is not None:
            return f"≥ {self.low:g}"
        return f"≤ {self.high:g}" if self.high is not None else ""


def parameter(default, *, help, unit="", low=None, high=None, choices=(), absent=NEVER_ABSENT):
    """A dataclass field for one parameter.

    Args:
        default: its value at preset `paper`.
        help: one sentence for people.
        unit: "iterations", "seeds" …; empty for a pure number or a name.
        low, high: bounds, both included (for a tuple: of each element).
        choices: the admitted names of a str.
        absent: for a parameter added later: the value that earlier runs in effect had. At that value it is left out of
            the key, so the records made before it existed are still found.
    """
    metadata = {"help": help, "unit": unit, "low": low, "high": high, "choices": tuple(choices), "absent": absent}
    return dataclasses.field(default=default, metadata=metadata)


def describe(cls: type) -> list[ParameterInfo]:
    """The parameters of a parameters class, in order."""
    hints = typing.get_type_hints(cls)
    rows = []
    for field in dataclasses.fields(cls):
        hint = hints[field.name]
        name = "list of float" if typing.get_origin(hint) is tuple else hint.__name__
        meta = field.metadata
        rows.append(
            ParameterInfo(
                field.name, name, field.default, meta["unit"], meta["low"], meta["high"], meta["choices"], meta["help"]
            )
        )
    return rows


def parse(cls: type, given: Mapping[str, Any], base: Any = None):
    """Make a parameters object from names and values, given as Python values or as text from the command line.

    Args:
        cls: the frozen dataclass.
        given: name → value; text is read by the field's type ("1e-3", "300_000", "true", "0.01,0.05").
        base: the object whose values hold where `given` is silent; the defaults where None.

    Raises:
        UsageError: an unknown name (with the nearest right one), a wrong type, a value out of range or not finite.
    """
    infos = {info.name: info for info in describe(cls)}
    values = {}
    for name, value in given.items():
        if name not in infos:
            raise unknown("parameter", str(name), infos)
        values[name] = _checked(infos[name], value)
    made = dataclasses.replace(base, **values) if base is not None else cls(**values)
    check = getattr(made, "check", None)  # what no single field can say, such as search ≤ final
    if check is not None:
        check()
    return made


def asked(parameters: Any) -> dict[str, Any]:
    """The parameters as plain JSON values for the key, without those at their `absent` value."""
    plain = {}
    for field in dataclasses.fields(parameters):
        value = getattr(parameters, field.name)
        if field.metadata["absent"] is NEVER_ABSENT or value != field.metadata["absent"]:
            plain[field.name] = list(value) if isinstance(value, tuple) else value
    return plain


def _checked(info: ParameterInfo, value: Any) -> Any:
    converted = _converted(info, value)
    for number in converted if isinstance(converted, tuple) else (converted,):
        if info.choices and number not in info.choices:
            raise unknown(f"value of {info.name}", str(number), info.choices)
        if isinstance(number, bool) or not isinstance(number, (int, float)):
            continue
        too_low = info.low is not None and number < info.low
        if not math.isfinite(number) or too_low or (info.high is not None and number > info.high):
            raise UsageError(
                f"{info.name} = {number} is out of range.",
                f"It is {info.help[0].lower()}{info.help[1:]}",
                f"Give a finite value {info.range}.".replace(" .", "."),
            )
    return converted


def _converted(info: ParameterInfo, value: Any) -> Any:
    try:
        if info.type == "bool":
            return _bool(value)
        if info.type == "int":
            return _int(value)
        if info.type == "float":
            return _float(value)
        if info.type == "list of float":
            return _floats(value)
        if not isinstance(value, str):
            raise ValueError
        return value
    except (TypeError, ValueError, OverflowError):
        example = {"int": "20000", "float": "0.01", "bool": "true", "list of float": "0.01,0.05", "str": "name"}[
            info.type
        ]
        raise UsageError(
            f"{info.name} = {value!r} is not of the right type.",
            f"It must be {'an' if info.type == 'int' else 'a'} {info.type}.",
            f"Give it as, for example, {info.name}={example}.",
        ) from None


def _bool(value: Any) -> bool:
    words = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
    text = str(value).lower()
    return words[text] if text in words else _refuse()


def _int(value: Any) -> int:
    if isinstance(value, bool):
        return _refuse()
    if isinstance(value, str):
        return int(value)
    if int(value) != value:
        return _refuse()
    return int(value)


def _float(value: Any) -> float:
    return _refuse() if isinstance(value, bool) else float(value)


def _floats(value: Any) -> tuple[float, ...]:
    if isinstance(value, str):
        value = (
            json.loads(value) if value.strip().startswith("[") else [part for part in value.split(",") if part.strip()]
        )
    if isinstance(value, (int, float)):
        value = [value]
    numbers = tuple(_float(part) for part in value)
    return numbers if numbers and len(set(numbers)) == len(numbers) else _refuse()


def _refuse() -> Any:
    raise ValueError
