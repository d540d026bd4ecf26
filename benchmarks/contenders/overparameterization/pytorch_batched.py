"""PyTorch as we would write it for speed: all rows at once, the gradient by hand (no autograd), eager, float32.

The same formulas as Claimbook's, with the Gram matrix at p = 2.
"""

from __future__ import annotations

import math

import numpy as np
import torch
from protocol import main
from workload import Workload

BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-7


class Batched:
    """All rows of a workload: θ holds W_1 and the factors, (rows, d + N − 1)."""

    def __init__(self, workload: Workload):
        torch.set_num_threads(1)
        self.p, self.rule, self.d, self.at = workload.p, workload.rule, workload.x.shape[1], 0
        n = len(workload.y)
        if self.p == 2:
            constants = (workload.x.T @ workload.x / n, workload.x.T @ workload.y / n)
        else:
            constants = (workload.x, workload.y, workload.x / n)
        self.constants = [torch.tensor(array, dtype=torch.float32) for array in constants]
        self.rates = torch.tensor(workload.rates[:, None], dtype=torch.float32)
        self.theta = torch.tensor(np.hstack([workload.w, workload.factors]), dtype=torch.float32)
        self.mean, self.squares = torch.zeros_like(self.theta), torch.zeros_like(self.theta)

    def _end_to_end(self, rows):
        if self.p == 2:
            gram, offset = self.constants
            return torch.addmm(-offset, rows, gram)
        x, y, scaled = self.constants
        residual = torch.addmm(-y, rows, x.t())
        power = residual * residual
        for _ in range(self.p // 2 - 2):
            power *= residual * residual
        return torch.mm(power.mul_(residual), scaled)

    def _gradient(self):
        w, factors = self.theta[:, : self.d], self.theta[:, self.d :]
        scale = factors.prod(dim=1, keepdim=True)
        at_row = self._end_to_end(w * scale)
        along = (at_row * w).sum(dim=1, keepdim=True)
        others = [
            math.prod(factors[:, k : k + 1] for k in range(factors.shape[1]) if k != j) for j in range(factors.shape[1])
        ]
        return torch.cat([at_row * scale, *(along * other for other in others)], dim=1)

    @torch.no_grad()
    def step(self, iterations: int) -> None:
        """Take the iterations with all rows."""
        for _ in range(iterations):
            gradient = self._gradient()
            self.at += 1
            if self.rule == "gradient-descent":
                self.theta.addcmul_(self.rates, gradient, value=-1)
                continue
            self.mean.mul_(BETA1).add_(gradient, alpha=1 - BETA1)
            self.squares.mul_(BETA2).addcmul_(gradient, gradient, value=1 - BETA2)
            size = math.sqrt(1 - BETA2**self.at) / (1 - BETA1**self.at)
            self.theta.addcmul_(self.rates, self.mean / self.squares.sqrt().add_(EPSILON), value=-size)

    def state(self) -> tuple[np.ndarray, np.ndarray]:
        """W_1 and the factors."""
        theta = self.theta.numpy()
        return theta[:, : self.d], theta[:, self.d :]


if __name__ == "__main__":
    main(Workload, Batched)
