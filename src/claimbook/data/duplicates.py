"""Images that occur more than once, byte for byte, within the parts of a data set and between them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np


def repeated(pixels: Sequence[bytes]) -> int:
    """How many images are copies of another one: all, less the distinct ones. pixels: one hash an image."""
    return len(pixels) - len(set(pixels))


def occurring(pixels: Sequence[bytes], among: Sequence[bytes]) -> int:
    """How many of the images `pixels` are one of `among`; both as hashes of the pixels."""
    known = set(among)
    return sum(one in known for one in pixels)


def contradicted(pixels: Sequence[bytes], labels: np.ndarray) -> int:
    """How many distinct images carry more than one label. labels: (n,), one for each of the hashes."""
    distinct = set(zip(pixels, labels.tolist(), strict=True))
    return sum(count > 1 for count in Counter(image for image, _ in distinct).values())
