"""Claimbook: all students as one batched MXNet problem, `Students`."""

from __future__ import annotations

import numpy as np
from protocol import main
from workload import Workload

from claimbook.train.teacher_student import Lesson, Students


class Ours:
    """All students of a workload."""

    def __init__(self, workload: Workload):
        taught = zip(workload.examples, workload.targets, workload.seeds, strict=True)
        lessons = [Lesson(x, y, int(seed), workload.rate) for x, y, seed in taught]
        self.students = Students(lessons, workload.batch, "prelu", workload.slope, workload.dtype)
        self.neurons, self.at = workload.neurons, 0

    def step(self, steps: int) -> None:
        """Take the steps with all students."""
        self.neurons = self.students.advance(self.neurons, self.at, steps)
        self.at += steps

    def state(self) -> np.ndarray:
        """The neurons, (rows, d, d)."""
        return self.neurons


if __name__ == "__main__":
    main(Workload, Ours)
