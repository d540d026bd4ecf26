"""A sweep: the one table that a record may have beside its JSON head, as a compressed file of comma-separated values.

The head says what the table is called, how large it is, and the sha256 of its text. The text decides, not the
compressed bytes: those may differ from one zlib to the next. Cells are numbers in their shortest exact form, short
words, or nothing. Nothing is unpacked before somebody asks for it, and never more than the head says.
"""

from __future__ import annotations

import dataclasses
import gzip
import hashlib
import math
import re
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

LIMIT_BYTES = 32_000_000  # of a table's text
SUFFIX = ".csv.gz"
LEVEL = 9

Cell = int | float | str | None
_NAME = r"^[a-z][a-z0-9_-]*$"
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9 ._:-]*")
_INTEGER = re.compile(r"-?[0-9]+")
_NUMBERS = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}


class SweepHead(BaseModel):
    """What the head of a record says of its table.

    file: its name, beside the record's own file. rows, columns: of the table, its row of names not counted.
    sha256, bytes: of the text. packed_bytes: the size of the file as it was written.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    file: str
    rows: Annotated[int, Field(ge=0)]
    columns: Annotated[list[Annotated[str, Field(pattern=_NAME)]], Field(min_length=1)]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    bytes: Annotated[int, Field(ge=0, le=LIMIT_BYTES)]
    packed_bytes: Annotated[int, Field(ge=0, le=LIMIT_BYTES)]


@dataclasses.dataclass(frozen=True)
class Held:
    """Where the packed table of a record is: in memory, or a file in `folder`. Any two are equal, since the record's
    head says what they hold."""

    content: bytes | None = dataclasses.field(default=None, compare=False, repr=False)
    folder: Path | None = dataclasses.field(default=None, compare=False)

    def read(self, head: SweepHead) -> bytes:
        """The packed bytes, one more than the head says at most. Raises ValueError where there are none."""
        if self.content is not None or self.folder is None:
            return self.content or b""
        try:
            with open(self.folder / head.file, "rb") as file:
                return file.read(head.packed_bytes + 1)
        except OSError as error:
            raise ValueError(f"it cannot be read: {error.strerror or error}") from error

    def size(self, head: SweepHead) -> int:
        """How many packed bytes there are, found without reading them. Raises ValueError where there is no file."""
        if self.content is not None or self.folder is None:
            return len(self.content or b"")
        try:
            return (self.folder / head.file).stat().st_size
        except OSError as error:
            raise ValueError(f"it cannot be read: {error.strerror or error}") from error


def pack(columns: Mapping[str, Sequence[Cell]], name: str) -> tuple[SweepHead, bytes]:
    """The head and the packed bytes of a table; the same columns give the same bytes.

    Args:
        columns: name → cells, all of one length. name: of the record that it belongs to, "l4-s0-1a2b3c4d".

    Raises:
        ValueError, TypeError: it is no such table, or too large.
    """
    if not columns or len({len(cells) for cells in columns.values()}) != 1:
        raise ValueError("the columns of a sweep are of one length, and there is one at least")
    written = [[_written(cell) for cell in cells] for cells in columns.values()]
    rows = [",".join(columns), *(",".join(row) for row in zip(*written, strict=True))]
    text = ("\n".join(rows) + "\n").encode("ascii")
    packed = gzip.compress(text, LEVEL, mtime=0)
    digest = hashlib.sha256(text).hexdigest()
    head = SweepHead(
        file=file_name(name, digest),
        rows=len(rows) - 1,
        columns=list(columns),
        sha256=digest,
        bytes=len(text),
        packed_bytes=len(packed),
    )
    return head, packed


def file_name(name: str, sha256: str) -> str:
    """What the file of a table is called: another table has another name, so none is ever replaced under its head."""
    return f"{name}.{sha256[:8]}{SUFFIX}"


def unpack(head: SweepHead, content: bytes) -> dict[str, list[Cell]]:
    """The columns, name → cells, of a table's packed bytes. Raises ValueError where they are not what the head says."""
    check_size(head, len(content))
    lines = _text(head, content).decode("ascii").split("\n")
    rows = [line.split(",") for line in lines[:-1]]
    if len(rows) != head.rows + 1 or rows[0] != head.columns or {len(row) for row in rows} != {len(head.columns)}:
        raise ValueError("its rows and columns are not those that the record names")
    cells = zip(*rows[1:], strict=True) if head.rows else ((),) * len(head.columns)
    return {name: [_read(text) for text in column] for name, column in zip(head.columns, cells, strict=True)}


def check_size(head: SweepHead, size: int) -> None:
    """Raises ValueError where packed bytes are more or fewer than the head says."""
    if size != head.packed_bytes:
        raise ValueError(f"it is {'shorter' if size < head.packed_bytes else 'longer'} than it was written")


def _text(head: SweepHead, content: bytes) -> bytes:
    stream = zlib.decompressobj(wbits=31)  # of the gzip format
    try:
        text = stream.decompress(content, head.bytes + 1)
    except zlib.error as error:
        raise ValueError(f"it cannot be unpacked: {error}") from error
    if len(text) > head.bytes or not stream.eof or stream.unused_data:
        raise ValueError(f"it does not unpack to {head.bytes:,} bytes")
    if hashlib.sha256(text).hexdigest() != head.sha256:
        raise ValueError("its text does not have the digest that the record carries")
    return text


def _written(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        if cell in _NUMBERS or not _WORD.fullmatch(cell):
            raise ValueError(f"{cell!r} is no word that a sweep can hold")
        return cell
    if type(cell) not in (int, float):
        raise TypeError(f"a {type(cell).__name__} cannot stand in a sweep")
    return repr(cell)


def _read(text: str) -> Cell:
    if _INTEGER.fullmatch(text):
        return int(text)
    if text in _NUMBERS:
        return _NUMBERS[text]
    if not text:
        return None
    return text if text[0].isalpha() else float(text)
