"""PyTorch eager in fp32, with the channels innermost."""

from __future__ import annotations

import functools

from protocol import main
from pytorch import PyTorch
from workload import Workload

if __name__ == "__main__":
    main(Workload, functools.partial(PyTorch, channels_last=True))
