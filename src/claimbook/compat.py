"""The one way to MXNet 1.9.1: `mxnet()` imports it under today's Python and NumPy, with a known number of threads.

MXNet is retired. Its import needs names that NumPy has dropped since 1.24, and its sums depend, in the last bits, on
the number of threads; that number is part of a record's key, so it is settled here before MXNet is loaded.
"""

from __future__ import annotations

import importlib
import os
import sys
import threading
import warnings
from types import ModuleType

from claimbook.errors import ClaimbookError, UsageError
from claimbook.native import limit_blas, loaded_gomp

_lock = threading.Lock()
_settled: int | None = None  # the number of threads that MXNet was loaded with, by us


def threads() -> int:
    """How many threads MXNet computes with: `CLAIMBOOK_THREADS`, else 1.

    One, because two single-threaded processes use two cores better than one process with two threads, and because
    only results of equal thread counts are equal bit for bit.

    Raises:
        UsageError: `CLAIMBOOK_THREADS` is not a positive whole number.
    """
    text = os.environ.get("CLAIMBOOK_THREADS", "").strip()
    if not text:
        return 1
    if text.isascii() and text.isdigit() and int(text) > 0:
        return int(text)
    raise UsageError(
        f"CLAIMBOOK_THREADS is {text!r}.",
        "It says how many threads MXNet computes with, so it must be a positive whole number.",
        "Set it to 1, 2, 3 …, or unset it to compute with one thread.",
    )


def mxnet() -> ModuleType:
    """The module `mxnet`, imported with NumPy's old names restored and `threads()` threads.

    Call it inside the functions that compute; a second call costs a dictionary look-up.

    Raises:
        UsageError: as `threads`.
        ClaimbookError: MXNet is not installed or does not load, or it was imported before, by someone else, with
            another number of threads: what it computed would be recorded under the wrong number.
    """
    with _lock:
        if _settled is None:
            _settle(threads())
        elif _settled != threads():
            raise _too_late(_settled, threads(), "MXNet is loaded already, and cannot change them.")
        return sys.modules["mxnet"]


def restore_numpy_names() -> list[str]:
    """Give NumPy (1.24 and later) the names that MXNet 1.9.1 uses; return those that were missing.

    Nothing that NumPy still has is touched, so that NumPy 1.23 stays as it is. They stay for good: MXNet looks some
    up at each call.
    """
    import numpy

    if _version(numpy) < (1, 24):
        return []
    names = _old_names(numpy)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # NumPy warns even those who only ask whether it has an old name
        missing = [name for name in names if not hasattr(numpy, name)]
    for name in missing:
        setattr(numpy, name, names[name])
    return missing


def _version(numpy: ModuleType) -> tuple[int, int]:
    major, minor = numpy.__version__.split(".")[:2]
    return int(major), int(minor)


def _old_names(numpy: ModuleType) -> dict[str, object]:
    """Old name -> what it meant. MXNet copies the financial ones at import and never calls them for us."""
    same = {"bool": bool, "int": int, "float": float, "object": object, "str": str, "complex": complex}
    values = {"PZERO": 0.0, "NZERO": -0.0, "PINF": numpy.inf, "NINF": -numpy.inf}
    values |= {"Inf": numpy.inf, "NaN": numpy.nan, "NAN": numpy.nan}
    renamed = {
        "alltrue": numpy.all,
        "in1d": numpy.isin,
        "msort": lambda a: numpy.sort(a, axis=0),
        "product": numpy.prod,
        "round_": numpy.round,
        "row_stack": numpy.vstack,
        "sometrue": numpy.any,
        "trapz": getattr(numpy, "trapezoid", None) or numpy.trapz,
    }
    financial = {name: _gone(name) for name in ("mirr", "npv", "pmt", "ppmt", "pv", "rate")}
    return same | values | renamed | financial


def _gone(name: str):
    def raise_gone(*args, **kwargs):
        raise AttributeError(f"numpy.{name} was removed from NumPy 1.20; the package numpy-financial has it.")

    return raise_gone


def _settle(wanted: int) -> None:
    global _settled
    if "mxnet" in sys.modules:
        gomp = loaded_gomp()
        found = gomp.omp_get_max_threads() if gomp else None
        if found != wanted:
            raise _too_late(found, wanted, "MXNet was imported before Claimbook could set them.")
        restore_numpy_names()
    else:
        restore_numpy_names()
        _import(wanted)
    limit_blas(wanted)
    _settled = wanted


def _import(wanted: int) -> None:
    gomp = loaded_gomp()
    late = gomp is not None and gomp.omp_get_max_threads() != wanted
    if late and gomp.omp_get_max_threads() < wanted:
        raise _too_late(gomp.omp_get_max_threads(), wanted, "Another library has started OpenMP with fewer already.")
    os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = str(wanted)
    if late:
        # OpenMP read its environment when another library loaded it. Without OMP_NUM_THREADS MXNet limits its
        # workers itself, to MXNET_OMP_MAX_THREADS; with it, it would trust OpenMP's older number.
        del os.environ["OMP_NUM_THREADS"]
        os.environ["MXNET_OMP_MAX_THREADS"] = str(wanted)
        gomp.omp_set_num_threads(wanted)
    try:
        _import_quietly()
    finally:
        os.environ["OMP_NUM_THREADS"] = str(wanted)  # for the processes that we start


def _import_quietly() -> None:
    try:
        with warnings.catch_warnings():
            # Old names of NumPy and distutils, and backslashes in docstrings: none can be mended from here.
            for category in (DeprecationWarning, FutureWarning, SyntaxWarning):
                warnings.simplefilter("ignore", category)
            importlib.import_module("mxnet")
    except (ImportError, OSError, AttributeError) as error:
        raise ClaimbookError(
            "MXNet does not load.",
            f"{type(error).__name__}: {error}",
            "Run `make setup`, then `claimbook doctor`, which names what is missing.",
        ) from error
    warnings.filterwarnings("ignore", message="`np.bool` is a deprecated alias", module=r"mxnet(\.|$)")


def _too_late(found: int | None, wanted: int, why: str) -> ClaimbookError:
    return ClaimbookError(
        f"MXNet computes with {found or 'an unknown number of'} threads here, and {wanted} are asked for.",
        why,
        f"Start Python again, import claimbook before mxnet, and set CLAIMBOOK_THREADS={found or wanted} "
        f"or OMP_NUM_THREADS={wanted} before Python starts.",
    )
