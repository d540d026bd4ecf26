"""Which pixels are ink: under uneven light, on light paper or on dark, in any colour.

The ground at each pixel is the median of its surroundings. A pixel's contrast is how far it is from the ground, as a
share of the ground's own brightness (so that a shadow takes nothing from it), in the colour channel where it shows
most; and no more than how far it stands out as something narrow, which the edge of a shadow or of a sheet does not
(the top-hat transform). Ink are the pixels of good contrast with those of less contrast that hang together with them:
faint rulings and what shines through from the back page stay out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from claimbook.data.symbol_opencv import opencv
from claimbook.errors import ClaimbookError

GROUND_SIDE = 320  # pixels: the longer side of the copy on which the ground is found
NARROW = 5  # strokes are narrower than the picture's shorter side by that much
LEAST_CONTRAST = 0.12
NOISE = 7.0  # ink stands out from the ground's own noise by so many of its standard deviations
WEAK, STRONG = 0.33, 0.5  # of the contrast that ink typically has here


@dataclass(frozen=True)
class Ink:
    """mask: (h, w) uint8, 1 where there is ink. light: it is lighter than its ground. stroke: its width in pixels."""

    mask: np.ndarray
    light: bool
    stroke: float


def binarise(pixels: np.ndarray) -> Ink:
    """The ink of a picture (h, w, 3) uint8.

    Raises:
        ClaimbookError: nothing stands out from the ground; the page is blank.
    """
    cv2 = opencv()
    image, ground = cv2.medianBlur(pixels, 3), _ground(pixels)
    dark, light = _lacking(image, ground), _lacking(255 - image, 255 - ground)
    is_light = bool(np.square(light, dtype=np.float32).sum() > np.square(dark, dtype=np.float32).sum())
    lacking, bright = (light, 255 - ground) if is_light else (dark, ground)
    mask = _hysteresis((lacking / np.maximum(bright, 32).astype(np.float32)).max(axis=2))
    return Ink(mask, is_light, stroke_width(mask))


def stroke_width(mask: np.ndarray) -> float:
    """How wide the strokes of a mask (h, w) typically are, in pixels: twice the median distance of a ridge to the edge.

    At least 1. The mask has some ink.
    """
    cv2 = opencv()
    distance = cv2.distanceTransform(np.pad(mask, 1), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    ridge = (distance > 0) & (distance >= cv2.dilate(distance, np.ones((3, 3), np.uint8)))
    return max(1.0, 2 * float(np.median(distance[ridge])) - 0.5)


def _ground(pixels: np.ndarray) -> np.ndarray:
    """(h, w, 3): the median of a window that is larger than a symbol's strokes, found on a small copy."""
    cv2 = opencv()
    height, width = pixels.shape[:2]
    part = min(1.0, GROUND_SIDE / max(height, width))
    size = max(1, round(width * part)), max(1, round(height * part))
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    window = int(np.clip(0.6 * min(size), 15, 61)) | 1
    ground = cv2.GaussianBlur(cv2.medianBlur(small, window), (0, 0), 2)
    return cv2.resize(ground, (width, height), interpolation=cv2.INTER_LINEAR)


def _lacking(image: np.ndarray, ground: np.ndarray) -> np.ndarray:
    """(h, w, 3) uint8: how much darker than the ground each pixel is, and than what is around it where it is narrow."""
    cv2 = opencv()
    side = int(np.clip(min(image.shape[:2]) / NARROW, 15, 75)) | 1
    filled = cv2.morphologyEx(image, cv2.MORPH_CLOSE, np.ones((side, side), np.uint8))
    return cv2.subtract(cv2.min(ground, filled), image)  # saturates at 0


def _level(contrast: np.ndarray) -> float:
    """The contrast that is reached by a few pixels at least: more than specks have, and less than any symbol."""
    few = min(contrast.size, max(20, contrast.size // 50_000))
    return float(np.partition(contrast, -few, axis=None)[-few])


def _hysteresis(contrast: np.ndarray) -> np.ndarray:
    cv2 = opencv()
    level, middle = _level(contrast), float(np.median(contrast))
    noise = 1.4826 * float(np.median(np.abs(contrast - middle)))
    if level < max(LEAST_CONTRAST, middle + NOISE * noise):
        why = "Nothing on it stands out from its ground."
        raise ClaimbookError("The page is blank.", why, "Give a picture of one line of arithmetic.")
    typical = float(np.median(contrast[contrast > level / 2]))
    weak = (contrast > WEAK * typical).astype(np.uint8)
    _, labels = cv2.connectedComponents(weak, connectivity=8)
    held = np.zeros(labels.max() + 1, bool)
    held[np.unique(labels[contrast > STRONG * typical])] = True
    held[0] = False
    return held[labels].astype(np.uint8)
