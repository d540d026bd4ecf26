"""Where MXNet computes: the context of a task's device."""

from __future__ import annotations

import os
from typing import Any

from claimbook import gpu
from claimbook.compat import mxnet
from claimbook.errors import unknown

# On a GPU the same run gives the same bits only with these; what a reader has set stays.
REPEATABLE = {"MXNET_ENFORCE_DETERMINISM": "1", "MXNET_CUDNN_AUTOTUNE_DEFAULT": "0"}


def context(device: str) -> Any:
    """`mx.cpu()` or `mx.gpu(i)` for the "cpu" or "gpu" of a task.

    It is a context manager too: arrays that are made inside of `with context(task.device):` lie on that device.

    Raises:
        UsageError: another device. "auto" is settled before a task is made, by `gpu.choose`.
    """
    if device not in (gpu.CPU, gpu.GPU):
        raise unknown("device of a task", str(device), (gpu.CPU, gpu.GPU))
    if device == gpu.CPU:
        return mxnet().cpu()
    for name, value in REPEATABLE.items():
        os.environ.setdefault(name, value)
    return mxnet().gpu(gpu.number())
