"""One image file as pixels: JPEG or PNG, over white, brought to a square of a given side by exact area averages.

OpenCV decodes, for one version of it is locked on every Python. The averages are ours: sums of whole numbers, so that
every machine gets the same bytes. (OpenCV's own INTER_AREA rounds in float32, and where it enlarges it takes a wrong
neighbour at some pixels whose edges fall on one of the source's.) The aspect is not kept, as the paper does not say
that it is; an orientation that a camera noted (EXIF) is not applied.
"""

from __future__ import annotations

import functools
import struct
import zlib

import numpy as np

from claimbook.data.symbol_opencv import opencv

MOST_PIXELS = 50_000_000
MOST_BYTES = 64_000_000
_JPEG, _PNG = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"
_SIZES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # JPEG markers that tell the size


class Damaged(ValueError):
    """An image file that cannot be used; the text says why, and goes after the file's name."""


def pixels(content: bytes, side: int) -> np.ndarray:
    """The image as (1 or 3, side, side) uint8: grey where red, green and blue are the same everywhere, else these.

    content: the whole file. Raises Damaged: empty, neither JPEG nor PNG, cut, of another content than its check sums
    say, of more than MOST_PIXELS pixels or MOST_BYTES bytes.
    """
    size(content)
    return area(over_white(_decoded(content)), side)


def size(content: bytes) -> tuple[int, int]:
    """Width and height that the file names, read without decoding it. Raises Damaged as `pixels` does."""
    if not content:
        raise Damaged("is empty (0 bytes)")
    if len(content) > MOST_BYTES:
        raise Damaged(f"is giant: more than {MOST_BYTES:,} bytes")
    if not content.startswith((_JPEG, _PNG)):
        raise Damaged("is no image: neither a JPEG nor a PNG")
    try:
        width, height = _png_size(content) if content.startswith(_PNG) else _jpeg_size(content)
    except (struct.error, IndexError):
        raise Damaged("was cut") from None
    if width < 1 or height < 1:
        raise Damaged(f"has no pixels: {width} x {height}")
    if width * height > MOST_PIXELS:
        raise Damaged(f"is giant: {width:,} x {height:,} pixels, more than {MOST_PIXELS:,}")
    return width, height


def over_white(image: np.ndarray) -> np.ndarray:
    """(h, w, 1 or 3) uint8 of an image as decoded, (h, w) or (h, w, 3 or 4), uint8 or uint16; alpha laid over white."""
    if image.dtype == np.uint16:
        image = ((image.astype(np.uint32) * 255 + 32_767) // 65_535).astype(np.uint8)
    if image.ndim == 2:
        return image[:, :, None]
    colours = image[:, :, :3]
    if image.shape[2] == 4:
        alpha = image[:, :, 3:].astype(np.uint32)
        colours = ((colours * alpha + 255 * (255 - alpha) + 127) // 255).astype(np.uint8)
    if np.array_equal(colours[:, :, 0], colours[:, :, 1]) and np.array_equal(colours[:, :, 0], colours[:, :, 2]):
        return colours[:, :, :1]
    return colours


def area(image: np.ndarray, side: int) -> np.ndarray:
    """(channels, side, side) uint8: each pixel is the mean of the area of `image` (h, w, channels) uint8 below it.

    Smaller or larger, and in each direction by its own factor. A half is rounded up.
    """
    height, width, channels = image.shape
    whole = height * width
    rows = _overlap(height, side) @ image.reshape(height, -1).astype(np.float64)  # whole numbers below 2**53: exact
    sums = _overlap(width, side) @ rows.reshape(side, width, channels)
    means = (2 * sums.astype(np.int64) + whole) // (2 * whole)
    return np.ascontiguousarray(means.astype(np.uint8).transpose(2, 0, 1))


@functools.lru_cache(maxsize=64)
def _overlap(many: int, side: int) -> np.ndarray:
    """(side, many): how far target i, [i · many, (i + 1) · many), and source j, [j · side, (j + 1) · side), overlap."""
    target, source = np.arange(side)[:, None] * many, np.arange(many)[None] * side
    shared = np.minimum(target + many, source + side) - np.maximum(target, source)
    return np.maximum(shared, 0).astype(np.float64)


def _decoded(content: bytes) -> np.ndarray:
    cv2 = opencv()
    try:
        image = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_UNCHANGED)
    except cv2.error as error:
        raise Damaged(f"cannot be decoded ({error.err})") from error
    if image is None or image.dtype not in (np.uint8, np.uint16):
        raise Damaged("cannot be decoded")
    if image.ndim == 3:
        image = image[:, :, [2, 1, 0, 3][: image.shape[2]]]  # OpenCV's order is blue, green, red
    return image


def _png_size(content: bytes) -> tuple[int, int]:
    """Goes through all chunks and their check sums."""
    at, kind, found = len(_PNG), b"", None
    while kind != b"IEND":
        length, kind = struct.unpack_from(">I4s", content, at)
        if struct.unpack_from(">I", content, at + 8 + length)[0] != zlib.crc32(content[at + 4 : at + 8 + length]):
            raise Damaged(f"was altered: the check sum of its part {kind.decode('latin-1')!r} is wrong")
        if kind == b"IHDR":
            found = struct.unpack_from(">II", content, at + 8)
        at += 12 + length
    if found is None:
        raise Damaged("names no size")
    return found


def _jpeg_size(content: bytes) -> tuple[int, int]:
    """Goes through the segments up to the scan, and looks for the end behind it (there is no check sum)."""
    at, found = 2, None
    while True:
        while content[at] == 0xFF and content[at + 1] == 0xFF:  # padding
            at += 1
        marker, length = struct.unpack_from(">xBH", content, at)
        if content[at] != 0xFF or length < 2:
            raise Damaged("was altered: a part does not begin where it should")
        if marker in _SIZES:
            height, width = struct.unpack_from(">HH", content, at + 5)
            found = width, height
        at += 2 + length
        if marker == 0xDA:
            break
    if found is None:
        raise Damaged("names no size")
    if content.find(b"\xff\xd9", at) < 0:
        raise Damaged("was cut: its end is missing")
    return found
