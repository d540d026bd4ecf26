"""PyTorch as its user would write it well: bytes in memory, batches gathered by index, gradients set to None."""

from __future__ import annotations

import contextlib
import math
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

os.environ["TORCHINDUCTOR_CACHE_DIR"] = str(Path(sys.argv[1]).resolve() / "inductor")  # compiled once a benchmark
os.environ["TORCHINDUCTOR_COMPILE_THREADS"] = "1"

import torch
from networks import NETS, load
from protocol import main
from workload import Workload


class AsKeras(torch.optim.Adam):
    """Adam with ε beside √v and not beside √(v / c₂), as Keras has it: every step has PyTorch's ε be ε / √c₂."""

    def __init__(self, parameters: Iterable[torch.Tensor], lr: float, epsilon: float):
        super().__init__(parameters, lr=lr, eps=epsilon, fused=True)
        self.epsilon, self.taken = epsilon, 0

    def step(self, closure: Callable | None = None) -> None:
        """Take a step."""
        self.taken += 1
        for group in self.param_groups:
            group["eps"] = self.epsilon / math.sqrt(1 - group["betas"][1] ** self.taken)
        super().step(closure)


def adam(parameters: Iterable[torch.Tensor], lr: float, form: str = "pytorch", epsilon: float = 1e-8):
    """The fused one, in either form."""
    if form == "keras":
        return AsKeras(parameters, lr, epsilon)
    return torch.optim.Adam(parameters, lr=lr, eps=epsilon, fused=True)


OPTIMIZERS = {"sgd": torch.optim.SGD, "adam": adam}


class PyTorch:
    """The net in training, on one thread.

    channels_last: memory of images and weights with the channels innermost. bf16: by autocast. compiled: forward and
    backward by torch.compile. apart: two copies, each from a start of its own. coupled: two, and the homotopy's
    implicit step after each of the optimizer's.
    """

    def __init__(
        self,
        workload: Workload,
        channels_last: bool = False,
        bf16: bool = False,
        compiled: bool = False,
        apart: bool = False,
        coupled: bool = False,
    ):
        torch.set_num_threads(1)
        self.layout = torch.channels_last if channels_last else torch.contiguous_format
        self.images = torch.from_numpy(workload.images).contiguous(memory_format=self.layout)
        self.labels = torch.from_numpy(workload.labels).long()
        self.order, self.at, self.seen = torch.from_numpy(workload.order).long(), 0, []
        self.nets = torch.nn.ModuleList()
        for copy in range(2 if apart or coupled else 1):
            self.nets.append(NETS[workload.net](**workload.arguments))
            load(self.nets[copy], workload.start(copy))
        self.nets.to(memory_format=self.layout)
        self.optimizer = OPTIMIZERS[workload.method](self.nets.parameters(), lr=workload.rate, **workload.options)
        self.loss_of = torch.compile(self._loss_of) if compiled else self._loss_of
        self.precision = (lambda: torch.autocast("cpu", torch.bfloat16)) if bf16 else contextlib.nullcontext
        self.coupling = (workload.rate, workload.level) if coupled else None

    def _loss_of(self, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        return sum([torch.nn.functional.cross_entropy(net(x), y) for net in self.nets])

    def step(self, steps: int) -> None:
        """Take the steps."""
        for _ in range(steps):
            rows = self.order[self.at % len(self.order)]
            x, y = self.images[rows].contiguous(memory_format=self.layout), self.labels[rows]
            self.optimizer.zero_grad(set_to_none=True)
            with self.precision():
                loss = self.loss_of(x, y)
            loss.backward()
            self.optimizer.step()
            if self.coupling:
                pull_together(*(net.parameters() for net in self.nets), *self.coupling)
            self.seen.append(loss.detach())
            self.at += 1

    def losses(self) -> list[float]:
        """The loss of every step so far."""
        return torch.stack(self.seen).float().tolist()


@torch.no_grad()
def pull_together(theta, eta, rate: float, level: float) -> None:
    """Each pair's quadratic terms minimised around where it is: θ's first half of outputs pinned at 0, η's second.

    For the copy that is pinned, a, and the other, b: a (1 + p + c) − c b = a' and b (1 + c) − c a = b',
    p = 2 rate L, c = 2 rate / L; solved by Cramer's rule.
    """
    p, c = 2 * rate * level, 2 * rate / level
    determinant = (1 + p + c) * (1 + c) - c * c
    for one, other in zip(theta, eta, strict=True):
        half = len(one) // 2
        for a, b in ((one[:half], other[:half]), (other[half:], one[half:])):
            new = ((1 + c) * a + c * b) / determinant, (c * a + (1 + p + c) * b) / determinant
            a.copy_(new[0])
            b.copy_(new[1])


if __name__ == "__main__":
    main(Workload, PyTorch)
