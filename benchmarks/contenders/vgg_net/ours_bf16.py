"""Claimbook in bf16, MXNet's automatic mixed precision; a process of its own, as the engine would start it."""

from __future__ import annotations

import functools

from ours import Ours
from protocol import main
from workload import Workload

if __name__ == "__main__":
    main(Workload, functools.partial(Ours, precision="bf16"))
