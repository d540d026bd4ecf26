"""What `claimbook recognise` tells: one document of plain values, and its layout."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

from rich.console import Group
from rich.text import Text

from claimbook.apps.annotate import told
from claimbook.apps.expression import decimal
from claimbook.apps.recognise import Reading, Symbol
from claimbook.cli.layout import Rows, heading


def document(reading: Reading, picture: Path | None) -> dict[str, Any]:
    """{"symbols": …, "expression": …, "value": …, "holds": …, "doubtful": …, "picture": …, "error": …}.

    Boxes are left, top, right, bottom in pixels of the upright picture. expression, value and holds are null where the
    line is no expression, and holds where it is no equation; error is null where it is one.
    """
    answer, fault = reading.answer, reading.fault
    return {
        "symbols": [dataclasses.asdict(symbol) | {"doubtful": bool(symbol.doubts)} for symbol in reading.symbols],
        "expression": answer and answer.text,
        "value": answer and _value(answer.value),
        "holds": answer and answer.holds,
        "doubtful": reading.doubtful,
        "picture": str(picture) if picture else None,
        "error": fault and {"what": fault.what, "why": fault.why, "do": fault.do},
    }


def view(reading: Reading) -> Group:
    """The symbols as a table, and below it the line with its value."""
    rows = [(symbol.sign, _confidence(symbol), _doubts(symbol)) for symbol in reading.symbols]
    parts: list[Any] = [Rows(("symbol", "confidence", "doubtful"), rows, ("symbol", "confidence"))]
    if reading.answer is not None:
        parts.append(heading(told(reading)))
    else:
        parts.append(heading(" ".join(reading.signs)))
    if reading.doubtful:
        parts.append(Text("Some symbols are doubtful: compare the line with what was written.", style="yellow"))
    return Group(*parts)


def _value(value: Any) -> dict[str, Any]:
    number, exact = decimal(value)
    return {"fraction": str(value), "decimal": number, "exact": exact}


def _confidence(symbol: Symbol) -> Text:
    return Text(f"{symbol.confidence:.1%}", style="yellow" if symbol.doubts else "")


def _doubts(symbol: Symbol) -> Text:
    return Text(" ".join(symbol.doubts), style="yellow")
