"""A loop in PyTorch, eager, by autograd: one student after the other."""

from __future__ import annotations

import numpy as np
import torch
from protocol import main
from workload import Workload


class OneByOne:
    """All students of a workload."""

    def __init__(self, workload: Workload):
        torch.set_num_threads(1)
        self.slope, self.rate, self.at = workload.slope, workload.rate, 0
        dtype = getattr(torch, workload.dtype)
        self.examples, self.targets = (torch.tensor(a, dtype=dtype) for a in (workload.examples, workload.targets))
        self.order = torch.from_numpy(workload.order).long()
        self.neurons = [torch.tensor(own, dtype=dtype, requires_grad=True) for own in workload.neurons]

    def step(self, steps: int) -> None:
        """Take the steps with every student."""
        for row, neurons in enumerate(self.neurons):
            examples, targets = self.examples[row], self.targets[row]
            for at in range(self.at, self.at + steps):
                rows = self.order[at % len(self.order), row]
                output = torch.nn.functional.leaky_relu(examples[rows] @ neurons.t(), self.slope).sum(dim=1)
                torch.nn.functional.mse_loss(output, targets[rows]).backward()
                with torch.no_grad():  # by hand: it costs less than torch.optim.SGD
                    neurons.sub_(neurons.grad, alpha=self.rate)
                neurons.grad = None
        self.at += steps

    def state(self) -> np.ndarray:
        """The neurons, (rows, d, d)."""
        return np.array([neurons.detach().numpy() for neurons in self.neurons])


if __name__ == "__main__":
    main(Workload, OneByOne)
