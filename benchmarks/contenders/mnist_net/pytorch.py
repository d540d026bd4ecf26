"""PyTorch eager in fp32, as its user would write it well: pixels in memory as uint8, batches gathered by index."""

from __future__ import annotations

import contextlib

import torch
from protocol import main
from torch import nn
from workload import Workload


class Net(nn.Module):
    """784-784-10 with ReLU or PReLU of one learned slope, and x added to the hidden layer's sum or not."""

    def __init__(self, activation: str, identity: bool):
        super().__init__()
        self.dense1, self.dense2 = nn.Linear(784, 784), nn.Linear(784, 10)
        self.activation = nn.PReLU() if activation == "prelu" else nn.ReLU()
        self.identity = identity

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Logits (batch, 10) of pixels (batch, 784)."""
        z = self.dense1(x)
        return self.dense2(self.activation(z + x if self.identity else z))


class PyTorch:
    """The net in training, in fp32 or, under autocast, in bf16."""

    def __init__(self, workload: Workload, bf16: bool = False):
        torch.set_num_threads(1)
        self.images, self.labels = torch.from_numpy(workload.images), torch.from_numpy(workload.labels).long()
        self.order, self.at, self.seen = torch.from_numpy(workload.order).long(), 0, []
        self.net = Net(workload.activation, workload.identity)
        starts = {name.replace("slope", "weight"): torch.tensor(array) for name, array in workload.weights.items()}
        self.net.load_state_dict(starts)
        self.optimizer = torch.optim.SGD(self.net.parameters(), lr=workload.rate)
        self.precision = (lambda: torch.autocast("cpu", torch.bfloat16)) if bf16 else contextlib.nullcontext

    def step(self, steps: int) -> None:
        """Take the steps."""
        for _ in range(steps):
            rows = self.order[self.at % len(self.order)]
            x, y = self.images[rows].float().div_(255), self.labels[rows]
            self.optimizer.zero_grad(set_to_none=True)
            with self.precision():
                loss = nn.functional.cross_entropy(self.net(x), y)
            loss.backward()
            self.optimizer.step()
            self.seen.append(loss.detach())
            self.at += 1

    def losses(self) -> list[float]:
        """The loss of every step so far."""
        return torch.stack(self.seen).float().tolist()


if __name__ == "__main__":
    main(Workload, PyTorch)
