"""Small images as part of a page: PNG inside the HTML, so that a page needs no file beside it."""

from __future__ import annotations

import base64
import html
import io
from collections.abc import Mapping, Sequence

import numpy as np
from PIL import Image

from claimbook.book.shown import Shown, note_html

ZOOM = 1.5  # CSS pixels for a pixel


def png(image: np.ndarray) -> bytes:
    """A PNG file of (1 or 3, height, width) uint8: grey where red, green and blue are the same, else these."""
    grey = (image == image[:1]).all()
    made = Image.fromarray(np.ascontiguousarray(image[0] if grey else np.moveaxis(image, 0, -1)))
    buffer = io.BytesIO()
    made.save(buffer, format="png", optimize=True)
    return buffer.getvalue()


def tag(image: np.ndarray, words: str, zoom: float = ZOOM) -> str:
    """The image as an `<img>` element. words: what it shows, for those who cannot see it."""
    height, width = (round(zoom * length) for length in image.shape[1:])
    text = base64.b64encode(png(image)).decode()
    alt = html.escape(words, quote=True)
    return f'<img src="data:image/png;base64,{text}" alt="{alt}" width="{width}" height="{height}">'


def pictures(rows: Mapping[str, np.ndarray], names: Sequence[str] = (), zoom: float = ZOOM) -> Shown:
    """Rows of images, each with its heading.

    Args:
        rows: heading → images (n, 1 or 3, height, width); uint8 as they are, others with their least and greatest value
            as black and white. names: what the images of a row show, one name each. zoom: CSS pixels for a pixel.
    """
    lines, told = [], []
    for heading, images in rows.items():
        shown = [as_bytes(image) for image in images]
        words = [f"{name}, {heading}" for name in names] or [heading] * len(shown)
        row = "".join(f"<div>{tag(image, word, zoom)}</div>" for image, word in zip(shown, words, strict=True))
        lines.append(f'<figure class="cb-pictures"><figcaption>{html.escape(heading)}</figcaption>{row}</figure>')
        told.append(f"{heading}: {len(shown)} images" + (f" ({', '.join(names)})" if names else ""))
    return Shown("\n".join(lines), "\n".join(told)) if lines else Shown(note_html("No images."), "No images.")


def as_bytes(image: np.ndarray) -> np.ndarray:
    """(channels, height, width) uint8; numbers of another kind from their least, 0, to their greatest, 255."""
    if image.dtype == np.uint8:
        return image
    low, high = float(image.min()), float(image.max())
    return np.round((image - low) * (255 / (high - low) if high > low else 0)).astype(np.uint8)
