"""Arrays as text, for the JSON file of an unfinished run: exact, and without pickle."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

import numpy as np

DTYPES = ("float32", "float64", "int64", "uint8")


def pack(array: np.ndarray) -> dict[str, Any]:
    """Type, shape and the bytes, little-endian, in base64. Raises ValueError for a type not in `DTYPES`."""
    if str(array.dtype) not in DTYPES:
        raise ValueError(f"arrays of {array.dtype} are not packed")
    data = np.ascontiguousarray(array, array.dtype.newbyteorder("<")).tobytes()
    return {"dtype": str(array.dtype), "shape": list(array.shape), "base64": base64.b64encode(data).decode("ascii")}


def unpack(packed: Mapping[str, Any]) -> np.ndarray:
    """The array that `pack` was given, bit for bit. Raises ValueError where the text does not hold it."""
    if packed["dtype"] not in DTYPES:
        raise ValueError(f"arrays of {packed['dtype']} are not packed")
    data = base64.b64decode(packed["base64"], validate=True)
    dtype = np.dtype(packed["dtype"])
    return np.frombuffer(data, dtype.newbyteorder("<")).astype(dtype).reshape(packed["shape"])
