"""The theory behind "not a regulariser": line integrals of the update's field, and the preconditioner's eigenvalues."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from claimbook import seeds
from claimbook.data.gas_sensor import Regression, identity, load_gas_sensor
from claimbook.errors import UsageError
from claimbook.experiment.base import Arm, Experiment, Measurement, Metric, Preset, Task, digest_of
from claimbook.experiment.parameters import parameter
from claimbook.papers.overparameterization.circulation import circulation, closed_form, lp_gradient
from claimbook.papers.overparameterization.eigenvalues import SHAPES, gaps, random_matrix
from claimbook.papers.overparameterization.ring import Ring
from claimbook.papers.overparameterization.theory import Gradient, update_field
from claimbook.record.unfinished import Unfinished

LOSSES = (2, 4)
PIECES = 8  # of each leg of the curve, for the picture
CLOSEST = 0.01  # inner over outer radius: |W|^(2−2/N) is not analytic at W = 0, and near it the nodes would be many


@dataclasses.dataclass(frozen=True)
class Parameters:
    """What a re-executor can change."""

    inner_radius: float = parameter(1.0, help="Radius |W| of the ring's inner arc.", low=1e-6, high=1e6)
    outer_radius: float = parameter(2.0, help="Radius |W| of the ring's outer arc.", low=1e-6, high=1e6)
    angle: float = parameter(90.0, help="Angle between the ring's two ends.", unit="degrees", low=1.0, high=359.0)
    scaling: str = parameter(
        "z-score", help="Scaling of features and target.", choices=("z-score", "min-max", "min-max-symmetric")
    )

    def check(self) -> None:
        """Raises UsageError where the radii are no ring, or one that comes too close to the origin."""
        if not CLOSEST * self.outer_radius <= self.inner_radius < self.outer_radius:
            raise UsageError(
                f"inner_radius = {self.inner_radius:g} and outer_radius = {self.outer_radius:g} make no ring.",
                f"The curve goes around a ring whose inner radius is at least {CLOSEST:g} of the outer one.",
                f"Give {CLOSEST:g} · outer_radius ≤ inner_radius < outer_radius.",
            )


class NotARegulariser(Experiment):
    """F(W) = |W|^(2−2/N) (g + (N − 1) Proj_W g) around a closed curve, g = dL/dW of the real l2 and l4 loss.

    A field that is the gradient of a function gives 0. And the eigenvalues of the preconditioner of random matrices.
    Source: the overparameterization slides, "Overparameterization effect cannot be attained via regularization" and
    "Proposed Solution".
    """

    paper = "overparameterization"
    name = "not-a-regulariser"
    title = "The update is not the gradient of any function"
    question = "Could a regulariser, added to the loss, have the effect of depth?"
    solver = "gauss-legendre"
    arms = tuple(Arm(f"n{depth}", f"depth {depth}", {"depth": depth}) for depth in (1, 2, 3, 4, 8))
    metrics = (
        *(
            metric
            for p in LOSSES
            for metric in (
                Metric(f"circulation-l{p}", f"line integral of F once around the curve, l{p} loss"),
                Metric(f"bound-l{p}", f"what the quadrature of circulation-l{p} can be off by at most"),
                Metric(f"share-l{p}", f"|circulation| over the integral of |F| |dW|, l{p} loss"),
                Metric(f"bound-share-l{p}", f"the bound over the integral of |F| |dW|, l{p} loss"),
                Metric(f"off-l{p}", f"|circulation − closed form| over the bound, l{p} loss", better="lower"),
            )
        ),
        Metric("non-zero", "share of the two losses whose |circulation| is beyond its bound"),
        Metric("gap-correct", "eigenvalues: largest relative gap to the formula with 2(j − 1)/N", better="lower"),
        Metric("gap-printed", "eigenvalues: the same with the printed 2(j − 2)/N, in the shape where it fits best"),
        Metric("gap-vectors", "eigenvectors: largest relative |P v − λ v| over the shapes", better="lower"),
        Metric("printed-not-finite", "share of the eigenvalues for which the printed formula has no finite value"),
    )
    Parameters = Parameters
    presets = (
        Preset("smoke", 2, stand_in=True, note="exercises the code"),
        Preset("quick", 3, note="a first look"),
        Preset("paper", 10, note="the real data; the slides print no numbers"),
    )
    varies = ("the plane that the curve lies in", "the matrices whose preconditioners are looked at")
    data_sets = ("gas-sensor",)

    def settings(self, parameters: Parameters, arm: Arm) -> dict[str, Any]:
        """The arm's depth, the curve and the scaling."""
        return {"depth": arm.settings["depth"], **dataclasses.asdict(parameters)}

    def data_identity(self, settings: Mapping[str, Any], stand_in: bool) -> dict[str, Any]:
        """The ethanol rows, real or stand-in."""
        return identity(gas=1, stand_in=stand_in)

    def cost(self, settings: Mapping[str, Any], seeds: int) -> float:
        """Seconds of one core: some matrix products with all rows for each curve."""
        return 1.0 + 0.3 * seeds

    def batches(self, tasks: Sequence[Task]) -> list[list[Task]]:
        """All that share the data and their scaling together: they take moments."""
        groups: dict[str, list[Task]] = {}
        for task in tasks:
            groups.setdefault(digest_of([task.data, task.settings["scaling"]]), []).append(task)
        return list(groups.values())

    def measure(
        self, tasks: Sequence[Task], progress: Callable[[int, int], None], unfinished: Unfinished
    ) -> Iterator[tuple[Task, Measurement]]:
        """Two line integrals and five matrices a task. Nothing is kept of an unfinished one: it takes no second."""
        data = _data(tasks[0])
        for done, task in enumerate(tasks):
            progress(done, len(tasks))
            yield task, _measurement(task, data)
        progress(len(tasks), len(tasks))

    def first_losses(self, task: Task) -> list[float]:
        """There are no steps: F · dW of the l4 loss at 20 points of the curve, where all that is measured comes by.

        The line integral itself would not do: at depth 1 it is nothing but rounding.
        """
        return _first(task, _data(task))


def plane(seed: int, dimensions: int) -> np.ndarray:
    """Two orthonormal directions (2, dimensions), evenly distributed; the arms of one seed share them."""
    drawn = seeds.stream(seed, "plane").standard_normal((dimensions, 2))
    return np.ascontiguousarray(np.linalg.qr(drawn)[0].T)


def _data(task: Task) -> Regression:
    scaling, stand_in = task.settings["scaling"], task.data["stand_in"]
    return load_gas_sensor(gas=1, scaling=scaling, stand_in=stand_in, dtype="float64")


def _ring(task: Task, data: Regression) -> Ring:
    """The curve; it starts where predictions vary more: that gives the l2 work one sign in all planes."""
    asked = task.settings
    directions = plane(task.seed, data.x.shape[1])
    vary = (data.x @ directions.T).var(axis=0)
    directions = directions[np.argsort(-vary)]
    return Ring(directions, asked["inner_radius"], asked["outer_radius"], math.radians(asked["angle"]))


def _first(task: Task, data: Regression) -> list[float]:
    points, steps = _ring(task, data).walk(5)
    field = update_field(points, lp_gradient(data.x, data.y, 4), task.settings["depth"])
    return [float(value) for value in (field * steps).sum(-1).ravel()]


def _measurement(task: Task, data: Regression) -> Measurement:
    ring, depth = _ring(task, data), task.settings["depth"]
    metrics: dict[str, float | None] = {}
    curves = {}
    for p in LOSSES:
        found = circulation(data.x, data.y, p, ring, depth)
        metrics |= {
            f"circulation-l{p}": found.value,
            f"bound-l{p}": found.bound,
            f"share-l{p}": abs(found.value) / found.length,
            f"bound-share-l{p}": found.bound / found.length,
            f"off-l{p}": abs(found.value - closed_form(data.x, data.y, p, ring, depth)) / found.bound,
        }
        curves[f"work-l{p}"] = _work(ring, lp_gradient(data.x, data.y, p), depth, found.length)
    metrics["non-zero"] = float(np.mean([abs(metrics[f"circulation-l{p}"]) > metrics[f"bound-l{p}"] for p in LOSSES]))
    table = [_row(task.seed, depth, *shape) for shape in SHAPES]
    facts = {"digest": data.digest, "rows": len(data.y), "rows_rounded": data.rows_rounded}
    return Measurement(
        metrics | _of_eigenvalues(table), curves, {"eigenvalues": table}, _first(task, data), False, facts
    )


def _work(ring: Ring, gradient: Gradient, depth: int, length: float) -> dict[str, list[float]]:
    """The integral of F · dW up to each of 32 points of the curve, over that of |F| |dW| around all of it."""
    points, steps = ring.walk(8, pieces=PIECES)
    done = np.cumsum((update_field(points, gradient, depth) * steps).sum((1, 2))) / length
    way = np.cumsum(np.linalg.norm(steps, axis=-1).sum(1))
    return {"way": [0.0, *(way / way[-1]).tolist()], "work": [0.0, *done.tolist()]}


def _row(seed: int, depth: int, outputs: int, inputs: int, rank: int) -> dict[str, Any]:
    found = gaps(random_matrix(seed, outputs, inputs, rank), rank, depth)
    return {"outputs": outputs, "inputs": inputs, "rank": rank, **dataclasses.asdict(found)}


def _of_eigenvalues(table: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    return {
        "gap-correct": max(row["correct"] for row in table),
        "gap-printed": min(row["printed"] for row in table if row["printed"] is not None),
        "gap-vectors": max(row["vectors"] for row in table),
        "printed-not-finite": sum(row["not_finite"] for row in table) / sum(r["outputs"] * r["inputs"] for r in table),
    }
