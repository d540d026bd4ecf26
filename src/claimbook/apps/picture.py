"""A photograph, a scan or a drawing as an array: upright, on a ground, of a size that is worked at.

Pillow decodes, for it knows the orientation that a camera notes (EXIF), reads a file's size without its pixels, and
decodes a large JPEG at a fraction of its size.
"""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from claimbook.errors import ClaimbookError, UsageError

MOST_PIXELS = 100_000_000  # of a file, as decoded: 300 MB
WORKED = 3_000_000  # the most pixels that are worked at; a symbol of a usual line has far more than it needs
LEAST_SIDE = 12  # pixels: a symbol below that is not legible
LIGHT = 180  # transparent pictures whose visible pixels are lighter than that, on the mean, are laid over black


@dataclass(frozen=True)
class Picture:
    """pixels: (h, w, 3) uint8, red, green, blue. factor: so many pixels of the upright original are one of these."""

    pixels: np.ndarray
    factor: float = 1.0


def load(path: Path | str) -> Picture:
    """The picture of an image file.

    Raises:
        UsageError: there is no such file.
        ClaimbookError: it is no image, is damaged, or has more than MOST_PIXELS pixels or less than LEAST_SIDE a side.
    """
    path = Path(path)
    if not path.is_file():
        what = f"{path} is a folder." if path.is_dir() else f"There is no file {path}."
        raise UsageError(what, "The picture of one line of arithmetic is asked for.", "Give the name of an image file.")
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own limit is below
            with _whole_files_only(), Image.open(path) as image:
                return _decoded(image, path)
    except Image.DecompressionBombError as error:
        raise _giant(str(path), "Its pixels are far too many") from error
    except UnidentifiedImageError as error:
        why = "Its content is of no kind of image that Pillow reads (PNG, JPEG, TIFF, WebP, BMP, GIF …)."
        raise ClaimbookError(f"{path} is not an image.", why, "Save the picture as PNG or JPEG.") from error
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, TypeError, OverflowError) as error:
        why = f"It cannot be decoded: {str(error).rstrip('.') or type(error).__name__}."
        raise ClaimbookError(f"{path} is damaged.", why, "Copy or photograph it again.") from error


def as_picture(array: np.ndarray) -> Picture:
    """The picture of an array: (h, w), (h, w, 1), (h, w, 3) or (h, w, 4), of uint8, of bool, or of floats from 0 to 1.

    Raises:
        UsageError: another shape or type, or numbers that are not in that range.
        ClaimbookError: as `load`.
    """
    array = np.asarray(array)
    if array.ndim == 3 and array.shape[2] == 1:
        array = array[:, :, 0]
    if array.ndim not in (2, 3) or (array.ndim == 3 and array.shape[2] not in (3, 4)) or not array.size:
        shape = " x ".join(map(str, array.shape)) or "a single number"
        why = "A picture is (h, w) grey, (h, w, 3) in colours, or (h, w, 4) with transparency."
        raise UsageError(f"An array of {shape} is no picture.", why, "Give one picture as an array of that shape.")
    _check_size(array.shape[1], array.shape[0], "The picture")
    return _scaled(_over_ground(_as_bytes(array)))


def _as_bytes(array: np.ndarray) -> np.ndarray:
    if array.dtype == np.bool_:
        return array.astype(np.uint8) * 255
    if array.dtype == np.uint8:
        return array
    if array.dtype.kind == "f" and np.isfinite(array).all() and array.min() >= 0 and array.max() <= 1:
        return np.rint(array * 255).astype(np.uint8)
    why = "Pixels are uint8, bool, or floats from 0 (black) to 1 (white)."
    raise UsageError(f"Pixels of type {array.dtype} in this range are not understood.", why, "Convert the array first.")


@contextlib.contextmanager
def _whole_files_only() -> Iterator[None]:
    """A truncated file is an error. GluonCV, where it has been imported, tells Pillow to fill up what is missing."""
    from PIL import ImageFile

    before, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = before


def _decoded(image, path: Path) -> Picture:
    from PIL import ImageOps

    width, height = image.size
    if width * height > WORKED:  # a JPEG is decoded at 1/2, 1/4 or 1/8; for all other kinds nothing happens
        part = (WORKED / (width * height)) ** 0.5
        image.draft("RGB", (int(width * part), int(height * part)))
    _check_size(*image.size, str(path))
    drafted = width / image.size[0]
    image.load()
    image = ImageOps.exif_transpose(image)
    picture = _scaled(_over_ground(_channels(image)))
    return Picture(picture.pixels, picture.factor * drafted)


def _channels(image) -> np.ndarray:
    """(h, w), (h, w, 3) or (h, w, 4) uint8 of a Pillow image in any of its modes."""
    if image.mode.startswith(("I", "F")):  # 16 or 32 bits of grey
        grey = np.asarray(image, dtype=np.float64)
        span = np.ptp(grey)
        return ((grey - grey.min()) * (255 / span if span else 0)).astype(np.uint8)
    if image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info:
        return np.asarray(image.convert("RGBA"))
    return np.asarray(image.convert("RGB"))


def _over_ground(array: np.ndarray) -> np.ndarray:
    """(h, w, 3): grey becomes three channels; alpha is laid over white, or over black where what is visible is light.

    So a line that was written white on nothing, in a program with dark pages, stays visible.
    """
    if array.ndim == 2:
        return np.repeat(array[:, :, None], 3, axis=2)
    if array.shape[2] == 3:
        return array
    colours, alpha = array[:, :, :3].astype(np.float32), array[:, :, 3:].astype(np.float32) / 255
    seen = float(alpha.sum())
    mostly_clear = seen < 0.5 * alpha.size
    light = mostly_clear and seen > 0 and float((colours.mean(axis=2, keepdims=True) * alpha).sum()) / seen > LIGHT
    return np.rint(colours * alpha + (0 if light else 255) * (1 - alpha)).astype(np.uint8)


def _scaled(pixels: np.ndarray) -> Picture:
    height, width = pixels.shape[:2]
    factor = max(1.0, (height * width / WORKED) ** 0.5)
    if factor == 1.0:
        return Picture(np.ascontiguousarray(pixels))
    from PIL import Image

    size = max(1, round(width / factor)), max(1, round(height / factor))
    return Picture(np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.BOX)), width / size[0])


def _check_size(width: int, height: int, name: str) -> None:
    if width * height > MOST_PIXELS:
        raise _giant(name, f"It has {width:,} x {height:,} pixels")
    if min(width, height) < LEAST_SIDE:
        why = f"It has {width} x {height} pixels; a symbol needs {LEAST_SIDE} at least."
        raise ClaimbookError(f"{name} is too small to be read.", why, "Photograph or scan it larger.")


def _giant(name: str, why: str) -> ClaimbookError:
    why = f"{why}; at most {MOST_PIXELS:,} are decoded."
    return ClaimbookError(f"{name} is too large.", why, "Crop it to the line of arithmetic, or scale it down.")
