"""The idx format of the MNIST files: a magic number, the length of each axis, then the values in C order.

The magic number is 0, 0, the type (0x08: unsigned bytes), the number of axes; lengths are big-endian 32-bit integers
(Y. LeCun, "The MNIST database of handwritten digits", section "File formats").
"""

from __future__ import annotations

import math

import numpy as np

from claimbook.errors import DataError

UNSIGNED_BYTE = 0x08
_TYPES = {0x09: "signed bytes", 0x0B: "16-bit integers", 0x0C: "32-bit integers", 0x0D: "float32", 0x0E: "float64"}


def read_idx(content: bytes, where: str, axes: int) -> np.ndarray:
    """The values of an idx file of unsigned bytes as a read-only uint8 array with `axes` axes.

    The array is a view of `content`: nothing is copied. `where` names the file in messages.

    Raises:
        DataError: no idx file, another type or number of axes, an axis of length 0, or fewer or more bytes than the
            lengths of the axes ask for.
    """
    _check_magic(content, where, axes)
    header = 4 + 4 * axes
    if len(content) < header:
        raise _fault(where, f"It was cut: {_bytes(len(content))} do not hold the header's {header}")
    shape = tuple(int(n) for n in np.frombuffer(content, ">u4", axes, offset=4))
    told, there = math.prod(shape), len(content) - header
    lengths = " x ".join(map(str, shape))
    if not told:
        raise _fault(where, f"It is empty: its header says {lengths}")
    if there < told:
        raise _fault(where, f"It was cut: its header says {lengths} = {_bytes(told)}, and {there:,} are there")
    if there > told:
        raise _fault(where, f"Its header says {lengths} = {_bytes(told)}, and {there - told:,} more follow")
    return np.frombuffer(content, np.uint8, offset=header).reshape(shape)


def idx_header(shape: tuple[int, ...]) -> bytes:
    """The header of the idx file of a uint8 array of that shape: header and values together are the whole file."""
    return bytes([0, 0, UNSIGNED_BYTE, len(shape)]) + np.array(shape, ">u4").tobytes()


def _check_magic(content: bytes, where: str, axes: int) -> None:
    magic = content[:4]
    if magic[:2] == b"\x1f\x8b":
        raise _fault(where, "It is still compressed with gzip; then its name must end in .gz")
    if len(magic) < 4:
        raise _fault(where, f"It was cut: it holds {_bytes(len(magic))}")
    if magic[:2] != b"\0\0":
        raise _fault(where, f"It starts with the bytes {magic.hex(' ')}, not with two zeros")
    if magic[2] != UNSIGNED_BYTE:
        known = _TYPES.get(magic[2], "unknown")
        raise _fault(where, f"Its values are of type 0x{magic[2]:02x} ({known}), not 0x08 (unsigned bytes)")
    if magic[3] != axes:
        raise _fault(where, f"It has {magic[3]} axes, not {axes}: labels have 1, images 3")


def _bytes(count: int) -> str:
    return f"{count:,} byte{'' if count == 1 else 's'}"


def _fault(where: str, why: str) -> DataError:
    return DataError(
        f"{where} is not the idx file that it should be.",
        f"{why}.",
        "Correct it; or, for the published one, move its folder away and run: claimbook data fetch mnist",
    )
