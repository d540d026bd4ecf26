"""Small folders of images of symbols."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import cv2
import numpy as np

from claimbook.data.symbol_stand_in import drawing
from claimbook.data.symbol_vocabulary import classes_of

FOLDERS = {"+": "add", "-": "sub", "×": "mul", "÷": "div", ".": "dec", "=": "eq"}


def png(image: np.ndarray) -> bytes:
    """The file of an image, RGB or RGBA or grey."""
    if image.ndim == 3:
        image = image[:, :, [2, 1, 0, 3][: image.shape[2]]]
    return cv2.imencode(".png", image)[1].tobytes()


def jpeg(image: np.ndarray, quality: int = 95) -> bytes:
    return cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png_of_size(width: int, height: int) -> bytes:
    """A PNG that says it is so large, with check sums that are right."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


def symbol_files(each: int = 8, name: str = "math-symbols-1") -> dict[str, bytes]:
    """`each` images of every class, "dataset/add/3.png" …: all different."""
    return {
        f"dataset/{FOLDERS.get(sign, sign)}/{number}.png": png(cv2.resize(drawing(name, sign, number), (75, 75)))
        for sign in classes_of(name)
        for number in range(each)
    }


def put(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder
