"""The one way to OpenCV: imported where something is computed, for its import costs a good part of a second."""

from __future__ import annotations

from types import ModuleType

from claimbook.errors import ClaimbookError
from claimbook.machine import how_to_install, missing_libraries


def opencv() -> ModuleType:
    """The module `cv2`.

    Raises:
        ClaimbookError: it does not load, mostly because a system library lacks, with how to install it.
    """
    try:
        import cv2
    except ImportError as error:
        lacking = [library for library in missing_libraries() if library.used_by == "OpenCV"]
        do = how_to_install(lacking) if lacking else "Run `make setup` again: the lock has opencv-python."
        raise ClaimbookError("OpenCV does not load.", f"It says: {error}", do) from error
    return cv2
