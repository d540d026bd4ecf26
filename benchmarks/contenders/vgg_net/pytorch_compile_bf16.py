"""PyTorch in bf16, by autocast and torch.compile, with the channels innermost."""

from __future__ import annotations

import functools

from protocol import main
from pytorch import PyTorch
from workload import Workload

if __name__ == "__main__":
    main(Workload, functools.partial(PyTorch, channels_last=True, bf16=True, compiled=True))
