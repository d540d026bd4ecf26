"""The picture of a line with what was read on it: a box and the name of each symbol, and below them the value."""

from __future__ import annotations

import importlib.util
import io
from pathlib import Path

import numpy as np

from claimbook import files
from claimbook.apps.expression import decimal
from claimbook.apps.recognise import Reading
from claimbook.errors import UsageError

KINDS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".webp": "WEBP"}
SURE, DOUBTFUL, TEXT = (0, 110, 60), (200, 70, 0), (25, 25, 25)  # dark enough to be read on white
LEAST_WIDTH = 480  # pixels; smaller pictures are enlarged, that names can be read


def save(path: Path | str, reading: Reading) -> None:
    """Write the annotated picture; the kind is that of the file's name.

    Raises:
        UsageError: the name ends with no kind of picture that is written (`check_name`).
        ClaimbookError: it cannot be written.
    """
    from PIL import Image

    kind = check_name(path)
    buffer = io.BytesIO()
    Image.fromarray(annotated(reading)).save(buffer, kind)
    files.write_bytes(path, buffer.getvalue())


def check_name(path: Path | str, other_than: Path | str | None = None) -> str:
    """The kind of picture that a file of that name holds.

    Raises:
        UsageError: that kind is not written; or it is the file `other_than`, which is read.
    """
    if other_than is not None and Path(path).resolve() == Path(other_than).resolve():
        why = "The picture with what was read on it would take its place."
        raise UsageError(f"{path} is the picture that is read.", why, "Give another name for the one that is written.")
    kind = KINDS.get(Path(path).suffix.lower())
    if kind is None:
        what = f"{path} is no name of a picture that could be written."
        raise UsageError(what, "The end of a name says the kind of picture.", f"Let it end with {', '.join(KINDS)}.")
    return kind


def annotated(reading: Reading) -> np.ndarray:
    """(h, w, 3) uint8: the picture as it was worked at, with a strip above for the names and one below for the value.

    Doubtful symbols are drawn in orange with a question mark, so that colour is not all that tells.
    """
    from PIL import Image, ImageDraw

    height, width = reading.pixels.shape[:2]
    enlarged = max(1, -(-LEAST_WIDTH // width))
    scale = enlarged / reading.factor
    size = int(np.clip(width * enlarged / 40, 14, 40))
    strip = round(2.2 * size)
    sheet = Image.new("RGB", (width * enlarged, height * enlarged + 2 * strip), "white")
    own = Image.fromarray(reading.pixels).resize((width * enlarged, height * enlarged), Image.Resampling.BICUBIC)
    sheet.paste(own, (0, strip))
    draw, font = ImageDraw.Draw(sheet), _font(size)
    line = max(1, size // 8)
    for symbol in reading.symbols:
        left, top, right, bottom = (side * scale for side in symbol.box)
        colour = DOUBTFUL if symbol.doubts else SURE
        draw.rectangle((left - line, top + strip - line, right + line, bottom + strip + line), None, colour, line)
        name = f"{symbol.sign}?" if symbol.doubts else symbol.sign
        draw.text(((left + right) / 2, strip / 2), name, fill=colour, font=font, anchor="mm")
    text = told(reading)
    while font.getlength(text) > sheet.width - size and font.size > 9:
        font = _font(int(font.size) - 1)
    draw.text((size / 2, height * enlarged + 1.5 * strip), text, fill=TEXT, font=font, anchor="lm")
    return np.asarray(sheet)


def told(reading: Reading) -> str:
    """The line and its value in one line of text: "12 ÷ 8 = 3/2 = 1.5", "2 + 2 = 5 is false", or why there is none."""
    answer = reading.answer
    if answer is None:
        return reading.fault.what
    if answer.holds is not None:
        return f"{answer.text} is {'true' if answer.holds else 'false'}"
    parts = [answer.text.removesuffix(" ="), f"= {answer.value}"]
    number, exact = decimal(answer.value)
    if answer.value.denominator > 1:
        parts.append(f"{'=' if exact else '≈'} {number}")
    return " ".join(parts)


def _font(size: int):
    """DejaVu Sans, which comes with Matplotlib and has every sign."""
    from PIL import ImageFont

    home = importlib.util.find_spec("matplotlib").submodule_search_locations[0]  # to import it would take its time
    return ImageFont.truetype(str(Path(home, "mpl-data", "fonts", "ttf", "DejaVuSans.ttf")), size)
