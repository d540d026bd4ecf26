"""Arrays in a tree of plain values: taken out of it, so that the rest is JSON, and put back to the last bit."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, BinaryIO, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from claimbook.record.canonical import to_json

DTYPES = ("float16", "float32", "float64", "int32", "int64", "uint8", "bool")
# In the tree, {"$array": 3} stands for the fourth array, and {"$number": "nan"} for a number that JSON cannot say.
_ARRAY, _NUMBER = "$array", "$number"
_NUMBERS = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}


class ArrayHead(BaseModel):
    """One array in a file of raw bytes: little-endian, in C order, `offset` bytes from the beginning.

    sha256: of these bytes.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    dtype: Literal[DTYPES]
    shape: Annotated[list[Annotated[int, Field(ge=0)]], Field(max_length=32)]
    offset: Annotated[int, Field(ge=0)]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]

    @property
    def size(self) -> int:
        """Its bytes in the file."""
        return math.prod(self.shape) * np.dtype(self.dtype).itemsize


def take_out(value: Any, arrays: list[np.ndarray], where: str = "state") -> Any:
    """`value` (NumPy arrays in dicts and lists of JSON values) as JSON; its arrays are appended to `arrays`.

    Tuples become lists, and NumPy's numbers Python's.

    Raises:
        TypeError: what can be neither, an array of a type not in `DTYPES` among them; named by its place.
        ValueError: a name begins with "$".
    """
    if type(value) is np.ndarray and value.dtype.name in DTYPES:
        arrays.append(value)
        return {_ARRAY: len(arrays) - 1}
    if isinstance(value, Mapping):
        return {_name(name, where): take_out(item, arrays, f"{where}/{name}") for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [take_out(item, arrays, f"{where}/{i}") for i, item in enumerate(value)]
    if isinstance(value, np.ndarray):
        raise TypeError(f"{where}: a {type(value).__name__} of {value.dtype} cannot be kept, only {', '.join(DTYPES)}")
    try:
        plain = to_json(value)
    except TypeError:
        raise TypeError(f"{where}: a {type(value).__name__} cannot be kept") from None
    return {_NUMBER: plain} if isinstance(plain, str) and not isinstance(value, str) else plain


def put_back(tree: Any, arrays: Sequence[np.ndarray]) -> Any:
    """The reverse of `take_out`. Raises ValueError where the tree names no array that is there, nor a number."""
    if isinstance(tree, list):
        return [put_back(item, arrays) for item in tree]
    if not isinstance(tree, dict):
        return tree
    if tree.keys() == {_ARRAY} and type(tree[_ARRAY]) is int and 0 <= tree[_ARRAY] < len(arrays):
        return arrays[tree[_ARRAY]]
    if tree.keys() == {_NUMBER} and str(tree[_NUMBER]) in _NUMBERS:
        return _NUMBERS[str(tree[_NUMBER])]
    return {_name(name, "state"): put_back(item, arrays) for name, item in tree.items()}


def raw(array: np.ndarray) -> np.ndarray:
    """Its bytes as they stand in a file: (bytes,) uint8, without a copy where the array lies in memory like that."""
    return np.ascontiguousarray(array, array.dtype.newbyteorder("<")).reshape(-1).view(np.uint8)


def heads_of(pieces: Sequence[tuple[np.ndarray, np.ndarray]]) -> list[ArrayHead]:
    """The heads of arrays, given each with its `raw` bytes, that lie one behind the other in a file."""
    heads, offset = [], 0
    for array, data in pieces:
        sha256 = hashlib.sha256(data).hexdigest()
        heads.append(ArrayHead(dtype=array.dtype.name, shape=list(array.shape), offset=offset, sha256=sha256))
        offset += data.size
    return heads


def read_arrays(file: BinaryIO, size: int, heads: Sequence[ArrayHead]) -> list[np.ndarray]:
    """The arrays in `file`, which has `size` bytes. No more is read, and no more memory asked for, than it has.

    Raises:
        ValueError: they do not fill the file one behind the other, or the bytes of one are not those written.
    """
    end = 0
    for head in heads:
        if head.offset != end:
            raise ValueError("its arrays do not lie one behind the other")
        end += head.size
    if size != end:
        raise ValueError(f"its arrays are {'truncated' if size < end else 'too long'}: {size:,} bytes, and not {end:,}")
    return [_read_array(file, head, number) for number, head in enumerate(heads, start=1)]


def _read_array(file: BinaryIO, head: ArrayHead, number: int) -> np.ndarray:
    array = np.empty(head.shape, np.dtype(head.dtype).newbyteorder("<"))
    data = array.reshape(-1).view(np.uint8)
    if file.readinto(data) != head.size or hashlib.sha256(data).hexdigest() != head.sha256:
        raise ValueError(f"the bytes of its array {number} are damaged")
    return array.astype(head.dtype, copy=False)


def _name(name: Any, where: str) -> str:
    if not isinstance(name, str):
        raise TypeError(f"{where}: {name!r} cannot be a name")
    if name.startswith("$"):
        raise ValueError(f"{where}: no name begins with $, as {name!r} does")
    return name
