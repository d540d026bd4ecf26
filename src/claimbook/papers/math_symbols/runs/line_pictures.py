"""Composed lines with what was read on them, as pictures: of this machine's copy of the data, else of the stand-in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from claimbook.apps import annotate
from claimbook.apps.recognise import Reading
from claimbook.data.symbols import use_stand_in
from claimbook.errors import DataError
from claimbook.papers.math_symbols.lines import DATA_SET
from claimbook.papers.math_symbols.runs.lines import LineRun

WIDTH, COLOURS = 700, 32  # at most: a page carries the pictures, and paper with noise takes much room


def read_lines(study: Any) -> dict[str, np.ndarray]:
    """Heading → (1, 3, h, w) uint8: the first line of a study's first run, and the first that failed.

    A study of stand-in data shows the stand-in. So does one of real data where they are not on this machine; then its
    first line alone. A study without a run has none.
    """
    record = next((study.records[key] for key in sorted(study.records)), None)
    if record is None:
        return {}
    run = _run(record.asked["settings"], record.seed, study.stand_in)
    failed = record.tables["wrong"][:1] if record.data.stand_in == run.stand_in else []
    return dict(_drawn(run, number) for number in dict.fromkeys([0, *(row["line"] for row in failed)]))


def _run(settings: Mapping[str, Any], seed: int, stand_in: bool) -> LineRun:
    try:
        return LineRun(settings, seed, use_stand_in(DATA_SET, stand_in or None))
    except DataError:  # damaged, or another copy than the net was trained on
        return LineRun(settings, seed, True)


def _drawn(run: LineRun, number: int) -> tuple[str, np.ndarray]:
    line, answer = run.written(number)
    reading = run.read(number)
    data = "the stand-in" if run.stand_in else "data set I"
    heading = f"Line {number} of the seed, composed of {data}: {answer.text}"
    picture = annotate.annotated(reading) if isinstance(reading, Reading) else line.pixels
    told = annotate.told(reading) if isinstance(reading, Reading) else reading.what
    return f"{heading}; what came of it: {told}", _small(picture)


def _small(picture: np.ndarray) -> np.ndarray:
    """(1, 3, h, w) of a picture (h, w, 3), no wider than WIDTH, of COLOURS colours."""
    from PIL import Image

    image = Image.fromarray(picture)
    if image.width > WIDTH:
        image = image.resize((WIDTH, round(image.height * WIDTH / image.width)), Image.Resampling.LANCZOS)
    image = image.quantize(COLOURS, dither=Image.Dither.NONE).convert("RGB")
    return np.moveaxis(np.asarray(image), -1, 0)[None]
