"""The slides' loop in PyTorch (Experiment 2 code): one configuration at a time, eager, autograd, float32.

Kinder than the slides' listing: it steps in place under no_grad instead of cloning the matrices. Adam stands here by
hand with Keras' constants, which costs less than `torch.optim.Adam`.
"""

from __future__ import annotations

import math

import numpy as np
import torch
from protocol import main
from workload import Workload

BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-7


class Network:
    """One row: its matrices and, for Adam, their moments."""

    def __init__(self, w: np.ndarray, factors: np.ndarray, rate: float, rule: str):
        matrices = [w[None], *(factor.reshape(1, 1) for factor in factors)]
        self.matrices = [torch.tensor(matrix, dtype=torch.float32, requires_grad=True) for matrix in matrices]
        self.rate, self.rule, self.at = rate, rule, 0
        self.moments = [(torch.zeros_like(m), torch.zeros_like(m)) for m in self.matrices]

    def step(self, x: torch.Tensor, y: torch.Tensor, p: int) -> None:
        """One full-batch step."""
        prediction = torch.mm(x, self.matrices[0].t())
        for matrix in self.matrices[1:]:
            prediction = torch.mm(prediction, matrix.t())
        loss = torch.sum((torch.squeeze(prediction) - y) ** p) / p / len(y)
        loss.backward()
        self.at += 1
        with torch.no_grad():
            for matrix, moments in zip(self.matrices, self.moments, strict=True):
                self._move(matrix, matrix.grad, *moments)
                matrix.grad = None

    def _move(self, matrix, gradient, mean, squares):
        if self.rule == "gradient-descent":
            matrix -= self.rate * gradient
            return
        mean.mul_(BETA1).add_(gradient, alpha=1 - BETA1)
        squares.mul_(BETA2).addcmul_(gradient, gradient, value=1 - BETA2)
        size = self.rate * math.sqrt(1 - BETA2**self.at) / (1 - BETA1**self.at)
        matrix.addcdiv_(mean, squares.sqrt().add_(EPSILON), value=-size)


class OneByOne:
    """All rows of a workload, one after the other."""

    def __init__(self, workload: Workload):
        torch.set_num_threads(1)
        self.x, self.y = (torch.tensor(array, dtype=torch.float32) for array in (workload.x, workload.y))
        self.p = workload.p
        rows = zip(workload.w, workload.factors, workload.rates, strict=True)
        self.networks = [Network(w, factors, float(rate), workload.rule) for w, factors, rate in rows]

    def step(self, iterations: int) -> None:
        """Take the iterations with every row."""
        for network in self.networks:
            for _ in range(iterations):
                network.step(self.x, self.y, self.p)

    def state(self) -> tuple[np.ndarray, np.ndarray]:
        """W_1 and the factors."""
        matrices = [[m.detach().numpy().ravel() for m in network.matrices] for network in self.networks]
        return np.array([row[0] for row in matrices]), np.array([np.concatenate(row[1:]) for row in matrices])


if __name__ == "__main__":
    main(Workload, OneByOne)
