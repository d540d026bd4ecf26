"""The students' part of the benchmark: that our contender takes the steps the peers are handed."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest


@pytest.fixture(scope="module")
def students(benchmark_named):
    return benchmark_named("students")


def test_our_contender_takes_the_steps_that_are_handed_over(students, tmp_path, monkeypatch):
    monkeypatch.setattr(students, "SEEDS", 3)
    small = dataclasses.replace(students.WORKLOADS["students-10"], d=4, batch=1_500)  # three steps an epoch
    monkeypatch.setitem(students.WORKLOADS, "students-10", small)
    students.lay_out(tmp_path, ["students-10"])
    field = students.Field(tmp_path, "teacher_student", students.CONTENDERS)
    answer = field.asked("ours", "students-10", "check", "25")
    with np.load(tmp_path / "students-10.npz") as problem:
        assert problem["order"].shape == (100, 3, 1_500)
        for row in range(3):
            first, last = _by_hand(problem, row, 25)
            assert answer["first"][row] == pytest.approx(first) and answer["last"][row] == pytest.approx(last)
            assert last < 0.5 * first


def _by_hand(problem, row, steps):
    """The loss of a student on all its examples before and after the steps, in NumPy float64."""
    x, y, neurons = problem["examples"][row], problem["targets"][row], problem["neurons"][row].copy()
    slope, rate = float(problem["slope"]), float(problem["rate"])

    def residual(x, y):
        z = x @ neurons.T
        return np.where(z > 0, z, slope * z).sum(axis=1) - y

    first = np.mean(residual(x, y) ** 2)
    for rows in problem["order"][:steps, row]:
        own, pull = x[rows], residual(x[rows], y[rows])
        neurons -= rate * 2 / len(rows) * (np.where(own @ neurons.T > 0, 1, slope) * pull[:, None]).T @ own
    return first, np.mean(residual(x, y) ** 2)
