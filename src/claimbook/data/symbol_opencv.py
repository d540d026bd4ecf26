"""The one way to OpenCV, which decodes and draws: loaded when it is needed, and no traceback where it cannot be."""

from __future__ import annotations

import importlib.metadata
from types import ModuleType

from claimbook.errors import ClaimbookError

_DISTRIBUTIONS = ("opencv-python", "opencv-python-headless", "opencv-contrib-python")


def opencv() -> ModuleType:
    """The module cv2. Raises ClaimbookError where it, or a library of the system that it needs, is not there."""
    try:
        import cv2
    except ImportError as error:
        do = "Install opencv-python, and on Debian or Ubuntu: apt install libgl1 libglib2.0-0"
        raise ClaimbookError("OpenCV cannot be loaded.", f"Python says: {error}.", do) from error
    return cv2


def version() -> str:
    """The installed version, without loading it; decoded pixels may depend on it."""
    for name in _DISTRIBUTIONS:
        try:
            return importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return opencv().__version__
