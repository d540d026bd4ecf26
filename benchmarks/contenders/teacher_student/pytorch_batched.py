"""PyTorch as we would write it for speed: all students at once by bmm, the gradient by hand (no autograd), eager."""

from __future__ import annotations

import numpy as np
import torch
from protocol import main
from workload import Workload


class Batched:
    """All students of a workload."""

    def __init__(self, workload: Workload):
        torch.set_num_threads(1)
        self.at, self.slope = 0, workload.slope
        self.scale = 2 * workload.rate / workload.batch  # of the square and the mean
        dtype = getattr(torch, workload.dtype)
        self.derivatives = torch.tensor(1.0, dtype=dtype), torch.tensor(workload.slope, dtype=dtype)
        self.examples = torch.tensor(workload.examples, dtype=dtype).flatten(0, 1)
        self.targets = torch.tensor(workload.targets, dtype=dtype).flatten()
        first = np.arange(workload.rows)[:, None] * workload.examples.shape[1]
        self.order = torch.from_numpy(workload.order + first)
        self.neurons = torch.tensor(workload.neurons, dtype=dtype)

    @torch.no_grad()
    def step(self, steps: int) -> None:
        """Take the steps with all students."""
        for _ in range(steps):
            rows = self.order[self.at % len(self.order)]
            x, y = self.examples[rows], self.targets[rows]
            z = torch.bmm(x, self.neurons.mT)
            residual = torch.nn.functional.leaky_relu(z, self.slope).sum(dim=2).sub_(y)
            pull = torch.where(z >= 0, *self.derivatives).mul_(residual.unsqueeze(2))
            self.neurons.baddbmm_(pull.mT, x, alpha=-self.scale)
            self.at += 1

    def state(self) -> np.ndarray:
        """The neurons, (rows, d, d)."""
        return self.neurons.numpy()


if __name__ == "__main__":
    main(Workload, Batched)
