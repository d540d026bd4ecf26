"""Where one run stands, as two files without pickle: the raw bytes of its arrays, and a manifest that says what they
are and holds all else.

The manifest is JSON: schema version, key of the run, source digest, a head for each array (type, shape, offset,
sha256), the state without its arrays, and the sha256 of all this as it is written. It is written last, so where it is,
the arrays are. A state without arrays has no second file.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from claimbook import files
from claimbook.record.arrays import ArrayHead, heads_of, put_back, raw, read_arrays, take_out
from claimbook.record.reading import parse_json

SCHEMA_VERSION = 2  # 1 was one JSON file without arrays
MANIFEST, ARRAYS = ".json", ".arrays"
LIMIT_BYTES = 1 << 28  # of a manifest


class _Manifest(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    schema_version: Literal[SCHEMA_VERSION]
    key: str
    source: str
    arrays: list[ArrayHead]
    state: Any
    digest: str


def write(folder: Path, name: str, key: str, source: str, state: Any) -> None:
    """Write a state (NumPy arrays in dicts and lists of JSON values) as `name`.arrays and `name`.json in `folder`.

    Args:
        key: of the run. source: the digest of the code that runs it.

    Raises:
        TypeError, ValueError: something in the state cannot be kept, named by its place; or it is too large.
        ClaimbookError: the folder cannot be written to, or the disk is full.
    """
    arrays: list = []
    tree = take_out(state, arrays)
    pieces = [(array, raw(array)) for array in arrays]
    heads = [head.model_dump() for head in heads_of(pieces)]
    body = {"schema_version": SCHEMA_VERSION, "key": key, "source": source, "arrays": heads, "state": tree}
    manifest = _signed(body)
    if len(manifest) > LIMIT_BYTES:
        raise ValueError(f"a state without its arrays has at most {LIMIT_BYTES:,} bytes; hand long lists as arrays")
    if pieces:
        with files.replacing(folder / f"{name}{ARRAYS}") as file:
            for _, data in pieces:
                file.write(data)
    files.write_bytes(folder / f"{name}{MANIFEST}", manifest)


def read(folder: Path, name: str, key: str, source: str) -> Any:
    """The state that `write` was given, its arrays one's own and bit for bit.

    Raises:
        ValueError: it is not taken up again, with the reason as a clause ("it is damaged").
    """
    try:
        manifest = _checked(_content(folder / f"{name}{MANIFEST}"), key, source)
        return put_back(manifest.state, _arrays(folder / f"{name}{ARRAYS}", manifest.arrays))
    except OSError as error:
        raise ValueError(f"it cannot be read ({error.strerror or error})") from error
    except RecursionError:
        raise ValueError("it cannot be read (too many levels)") from None


def _content(file: Path) -> Mapping[str, Any]:
    with open(file, "rb") as stream:
        if os.fstat(stream.fileno()).st_size > LIMIT_BYTES:
            raise ValueError(f"its manifest has more than {LIMIT_BYTES:,} bytes")
        text = stream.read(LIMIT_BYTES + 1)
    try:
        content = parse_json(text)
    except ValueError as error:
        raise ValueError(f"its manifest is truncated or damaged ({str(error).splitlines()[0]})") from None
    if not isinstance(content, dict):
        raise ValueError("its manifest is damaged (it holds no JSON object)")
    version = content.get("schema_version")
    if version != SCHEMA_VERSION:
        raise ValueError(f"its schema is {version!r}, and this Claimbook reads {SCHEMA_VERSION}")
    if not _is_whole(text, content):
        raise ValueError("its manifest is damaged (its digest does not fit)")
    return content


def _checked(content: Mapping[str, Any], key: str, source: str) -> _Manifest:
    if content.get("key") != key:
        raise ValueError("it is of another run")
    if content.get("source") != source:
        raise ValueError("the code has changed since")
    try:
        return _Manifest.model_validate(content)
    except ValueError:
        raise ValueError("its manifest is not as its schema says") from None


def _arrays(file: Path, heads: list[ArrayHead]) -> list:
    if not heads:
        return []
    try:
        with open(file, "rb") as stream:
            return read_arrays(stream, os.fstat(stream.fileno()).st_size, heads)
    except FileNotFoundError:
        raise ValueError("the file of its arrays is absent") from None


def _is_whole(text: bytes, content: Mapping[str, Any]) -> bool:
    """Whether these are the very bytes that `write` wrote: another way to say the same is damage too."""
    try:
        return text == _signed({field: value for field, value in content.items() if field != "digest"})
    except ValueError:  # a number out of range
        return False


def _signed(body: Mapping[str, Any]) -> bytes:
    digest = hashlib.sha256(_compact(body)).hexdigest()
    return _compact({**body, "digest": digest})


def _compact(value: Any) -> bytes:
    """In the order that it has: a state comes back with its names in their order, so that a record does too."""
    return json.dumps(value, separators=(",", ":"), allow_nan=False).encode()
