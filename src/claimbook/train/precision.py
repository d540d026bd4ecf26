"""The number format that nets compute in: fp32, or bf16 by MXNet's automatic mixed precision ("amp").

In bf16 the inputs of `Convolution` and `FullyConnected`, weights included, are rounded to bfloat16 (8 bits of mantissa
in place of 24) and their products are summed in float32. Pooling, BatchNorm, `Activation`, sums and concatenations take
what comes; softmax, the reductions, exponents, reshaping and the loss get float32. The weights themselves, their
gradients and the optimizer stay float32, so no loss scaling is needed: `amp.init_trainer` is never called.

amp rewrites MXNet's own functions, once and for good, so a process serves one precision; the engine starts another
process for a batch of another one. What a block must mind:

* `F.Activation(x, act_type="relu")`, never `F.relu`: in bf16 it gives the same bits at a third of the speed, slower
  than fp32 even, because its kernel is not oneDNN's. The same holds for `F.tanh` and all arithmetic by elements on what
  a layer gives. A block that does much of it first says `F.identity(x)`: amp makes that a cast to float32, and in fp32
  it costs next to nothing.
* What a layer gives is an array of bfloat16, whose `asnumpy` are bit patterns: read it by `to_numpy`.
* `x * y` of two bfloat16 arrays is computed in float32 imperatively and in bfloat16 in a hybridized net.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any

import numpy as np

from claimbook import machine
from claimbook.compat import mxnet
from claimbook.errors import RunError, unknown

FP32, BF16 = "fp32", "bf16"
PRECISIONS = (FP32, BF16)

_prepared: str | None = None  # the precision of this process, once it is settled


def prepare(precision: str) -> None:
    """Settle the precision of this process, before a net is built; a second call with the same one does nothing.

    The engine calls it for every batch. With "fp32" MXNet need not be loaded.

    Raises:
        UsageError: an unknown precision.
        RunError: this process serves another precision already; a processor that MXNet has no bfloat16 for.
    """
    global _prepared
    if precision not in PRECISIONS:
        raise unknown("precision", str(precision), PRECISIONS)
    now = served()
    if now not in (None, precision):
        raise RunError(
            f"This process computes in {now} and cannot compute in {precision}.",
            "MXNet's bfloat16 is switched on for a whole process and cannot be switched off: one serves one precision.",
            "Run it with `reproduce` or `claimbook run`, which start a process of its own, or start Python again.",
        )
    if precision == BF16 and now is None:
        _check_processor(machine.cpu())
        mxnet()  # first, in the one right way; it does not bring amp along
        importlib.import_module("mxnet.contrib.amp").init("bfloat16")
    _prepared = precision


def served() -> str | None:
    """The precision that this process serves; None where that is still open."""
    if _prepared is None and _amp_is_on():
        return BF16  # someone else switched it on
    return _prepared


def to_numpy(array: Any) -> np.ndarray:
    """An NDArray as a NumPy array, bfloat16 as float32 (exactly); this waits for the device."""
    if np.dtype(array.dtype).names == ("bfloat16",):
        array = array.astype("float32")
    return array.asnumpy()


def _check_processor(cpu: machine.Cpu) -> None:
    if cpu.features and "avx512f" not in cpu.features:
        raise RunError(
            f"MXNet cannot compute in bf16 on this processor ({cpu.model}).",
            "oneDNN has bfloat16 only for processors with AVX-512.",
            "Give precision=fp32.",
        )


def _amp_is_on() -> bool:
    amp = sys.modules.get("mxnet.contrib.amp.amp")
    return amp is not None and amp._amp_initialized
