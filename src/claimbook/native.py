"""The native libraries of this process that compute on threads: which are loaded, and with how many threads.

Their environment variables are read once, when they are loaded; after that only their own functions help.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
from pathlib import Path

MAPS = Path("/proc/self/maps")
# OpenBLAS renames its symbols by build: NumPy 1's, SciPy's, NumPy 2's, MXNet's.
SETTERS = tuple(
    prefix + "openblas_set_num_threads" + suffix for prefix in ("", "scipy_") for suffix in ("64_", "", "_64")
)


def loaded_gomp() -> ctypes.CDLL | None:
    """GNU OpenMP, which MXNet computes with, if this process has loaded it already; it is never loaded here."""
    mode = getattr(os, "RTLD_NOLOAD", None)
    if mode is None:
        return None
    try:
        return ctypes.CDLL("libgomp.so.1", mode=mode | os.RTLD_LAZY)
    except OSError:
        return None


def loaded_blas() -> list[Path]:
    """The files of the OpenBLAS libraries that this process has loaded (NumPy's, SciPy's); empty off Linux."""
    try:
        rows = MAPS.read_text(errors="replace").splitlines()
    except OSError:
        return []
    # address, permissions, offset, device, inode, path: the path may hold spaces
    paths = {row.split(maxsplit=5)[5] for row in rows if len(row.split(maxsplit=5)) == 6}
    return sorted(Path(path) for path in paths if "openblas" in Path(path).name)


def limit_blas(threads: int) -> list[Path]:
    """Let every loaded OpenBLAS compute with `threads` threads; return the libraries that took it."""
    limited = []
    for path in loaded_blas():
        with contextlib.suppress(OSError):
            library = ctypes.CDLL(str(path), mode=getattr(os, "RTLD_NOLOAD", 0) | os.RTLD_LAZY)
            setters = [getattr(library, name) for name in SETTERS if hasattr(library, name)]
            for set_threads in setters[:1]:
                set_threads(ctypes.c_int(threads))
                limited.append(path)
    return limited
