"""The slides' loop in PyTorch (Experiment 2 code): one learning rate at a time, autograd, one thread.

    python pytorch.py WORKPLACE ITERATIONS

Kinder than the slides' listing in two ways: it steps in place under no_grad instead of cloning the matrices, and it
stops when the loss is no longer finite. Prints the seconds and the losses after ITERATIONS as JSON.
"""

from __future__ import annotations

import json
import math
import sys
import time
from pathlib import Path

import numpy as np
import torch


def train(x, y, start, rate: float, p: int, iterations: int) -> tuple[float | None, int]:
    matrices = [torch.tensor(matrix, dtype=torch.float32, requires_grad=True) for matrix in start]
    losses = []

    def loss_of():
        prediction = torch.mm(x, matrices[0].t())
        for matrix in matrices[1:]:
            prediction = torch.mm(prediction, matrix.t())
        return torch.sum((torch.squeeze(prediction) - y) ** p) / p / len(y)

    for done in range(iterations):
        loss = loss_of()
        loss.backward()
        losses.append(float(loss.detach()))
        if not math.isfinite(losses[-1]):
            return None, done
        with torch.no_grad():
            for matrix in matrices:
                matrix -= rate * matrix.grad
                matrix.grad = None
    with torch.no_grad():
        last = float(loss_of())
    return (last if math.isfinite(last) else None), iterations


def main(workplace: Path, iterations: int) -> None:
    torch.set_num_threads(1)
    problem = np.load(workplace / "problem.npz", allow_pickle=False)
    plan = json.loads((workplace / "plan.json").read_text())
    rows = {}
    for arm, asked in plan.items():
        p = asked["p"]
        x, y = (torch.tensor(problem[f"{name}{p}"], dtype=torch.float32) for name in "xy")
        losses, lived = [], 0
        began = time.perf_counter()
        for start in asked["starts"]:
            matrices = [np.array(start["w"])[None], *(np.array([[factor]]) for factor in start["factors"])]
            of_seed = []
            for rate in asked["rates"]:
                loss, done = train(x, y, matrices, rate, p, iterations)
                of_seed.append(loss)
                lived += done
            losses.append(of_seed)
        seconds = time.perf_counter() - began
        rows[arm] = {"seconds": seconds, "configuration_iterations": lived, "losses": losses}
    print(json.dumps(rows))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
