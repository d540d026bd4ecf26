"""PyTorch eager in fp32, as its user would write it well: one thread, the fused Adam, gradients set to None."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

os.environ["TORCHINDUCTOR_CACHE_DIR"] = str(Path(sys.argv[1]).resolve() / "inductor")  # compiled once a benchmark
os.environ["TORCHINDUCTOR_COMPILE_THREADS"] = "1"
sys.path.append(str(Path(__file__).resolve().parents[1] / "vgg"))

import torch
from network import Network
from protocol import main
from reference import OURS
from workload import Workload


class PyTorch:
    """The net in training.

    channels_last: memory of images and weights with the channels innermost. bf16: by autocast. compiled: forward and
    backward by torch.compile.
    """

    def __init__(self, workload: Workload, channels_last: bool = False, bf16: bool = False, compiled: bool = False):
        torch.set_num_threads(1)
        self.layout = torch.channels_last if channels_last else torch.contiguous_format
        self.images = torch.from_numpy(workload.images).contiguous(memory_format=self.layout)
        self.labels = torch.from_numpy(workload.labels).long()
        self.order, self.at, self.seen = torch.from_numpy(workload.order).long(), 0, []
        self.net = Network(workload.blocks, workload.norm)
        starts = {theirs(name): torch.tensor(array) for name, array in workload.weights.items()}
        counts = {name: count for name, count in self.net.state_dict().items() if "num_batches" in name}
        self.net.load_state_dict(starts | counts)
        self.net.to(memory_format=self.layout)
        self.optimizer = torch.optim.Adam(self.net.parameters(), lr=workload.rate, fused=True)
        self.loss_of = torch.compile(self._loss_of) if compiled else self._loss_of
        self.precision = (lambda: torch.autocast("cpu", torch.bfloat16)) if bf16 else contextlib.nullcontext

    def _loss_of(self, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        return torch.nn.functional.cross_entropy(self.net(x), y)

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
            self.seen.append(loss.detach())
            self.at += 1

    def losses(self) -> list[float]:
        """The loss of every step so far."""
        return torch.stack(self.seen).float().tolist()


def theirs(name: str) -> str:
    """PyTorch's name of a weight for Claimbook's."""
    for torch_name, mine in OURS.items():
        name = name.replace(mine, torch_name)
    return name


if __name__ == "__main__":
    main(Workload, PyTorch)
