"""Section 6.1 of the report, which gave it up: with two and three hidden layers, does SGD find the teacher?

The report has no result; the setting is that of its section 5.4, and the rest is our reading:

* Rate 0.025, one for all depths, so that these can be compared; of 0.1, 0.05, 0.025 … the largest that is calm. At the
  report's 0.1 some nets of three layers blow up. At 0.05 the study's seeds stay finite in 20 epochs, but in trials with
  other seeds the loss of three layers kept jumping, and a student was thrown out, farther away than it started.
* 1,000 epochs: the report's 10 are enough for one layer, and far from enough for more.
* What "finds" means. With more than one layer the outputs do not decide the weights (`train.stacked_views`), so a
  student has found its teacher where it is near in what the outputs do decide.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from claimbook.experiment.base import Arm, Metric, Preset, Task
from claimbook.experiment.parameters import parameter
from claimbook.papers.identity_mapping.lessons import (
    Pupil,
    batch_parameter,
    check_batch,
    examples,
    matrix,
    slope_parameter,
    step_seconds,
)
from claimbook.papers.identity_mapping.watched import Curves, WatchedLessons

CURVES = ("loss", "distance", "matched-distance", "product-distance")
NEAR = 0.01  # a distance at which a teacher is found
POINTS = 60  # of a record's curves, at most


@dataclasses.dataclass(frozen=True)
class Parameters:
    """What a re-executor can change."""

    d: int = parameter(10, help="Size of the input, and units of each layer.", low=1, high=1_000)
    examples: int = parameter(
        5_000, help="Examples trained on; as many others are looked at.", unit="examples", low=1, high=1_000_000
    )
    batch: int = batch_parameter()
    rate: float = parameter(0.025, help="Learning rate of every step.", low=1e-12, high=100.0)
    epochs: int = parameter(1_000, help="Passes over the examples.", unit="epochs", low=1, high=100_000)
    norm: float = parameter(
        0.5, help="Spectral norm of each layer's W*, and of W in a random start.", low=1e-12, high=1e6
    )
    slope: float = slope_parameter()

    def check(self) -> None:
        """Raises UsageError where the examples do not make up one batch."""
        check_batch(self.batch, self.examples)


@dataclasses.dataclass
class StackedPupil(Pupil):
    """A `Pupil` whose neurons and teacher's are those of several layers, V_1 … V_N, (N, d, d).

    activation: PReLU's slope. linear: whether only the last layer has its σ.
    """

    linear: bool

    def fresh_loss(self, neurons: np.ndarray | None = None) -> float:
        """The mean of (y − y*)² on examples that are not trained on."""
        from claimbook.train import stacked_views as views

        own = self.neurons if neurons is None else neurons
        return views.loss(own, self.fresh_x, self.fresh_y, self.activation, self.linear)


def _stacked(layers: int, start: str = "random") -> Arm:
    title = f"{layers} layer{'s' if layers > 1 else ''}{' from zero' if start == 'zero' else ''}, equation (8)"
    name = f"stacked-{layers}{'-zero' if start == 'zero' else ''}"
    return Arm(name, title, {"layers": layers, "linear": False, "start": start})


def _linear(layers: int) -> Arm:
    return Arm(
        f"linear-{layers}",
        f"{layers} linear layers, equation (9) done right",
        {"layers": layers, "linear": True, "start": "random"},
    )


class Deeper(WatchedLessons):
    """y(x) = Σ_i [σ((W_N + I) … σ((W_1 + I) x))]_i, σ PReLU, labels from a teacher of the same form.

    Source: the report, section 6.1, equation (8). The linear arms keep the last σ only, with (W_N + I) … (W_1 + I)
    where equation (9) prints W_N … W_1 + I. Each W*_k is Gaussian, scaled to spectral norm `norm`, and so is each W_k
    of a random start. The first layers, the examples and their order are those of teacher-student.
    """

    name = "deeper"
    title = "Deeper students"
    question = "With two and three hidden layers with identity mapping, does SGD find the teacher?"
    solver = "mxnet-stacked-students"
    arms = (
        *(_stacked(layers) for layers in (1, 2, 3)),
        *(_stacked(layers, "zero") for layers in (1, 2, 3)),
        *(_linear(layers) for layers in (2, 3)),
    )
    metrics = (
        Metric("loss-start", "mean of (y − y*)² on fresh examples at the start"),
        Metric("loss-end", "the same after the last epoch", better="lower"),
        Metric("loss-ratio", "loss-end over loss-start", better="lower"),
        Metric("distance-start", "‖W − W*‖, Frobenius norm over all layers, at the start"),
        Metric("distance-end", "the same after the last epoch", better="lower"),
        Metric("distance-ratio", "distance-end over distance-start", better="lower"),
        Metric("matched-distance-start", "distance in what the outputs decide, at the start"),
        Metric("matched-distance-end", "the same after the last epoch", better="lower"),
        Metric("product-distance-start", "Frobenius distance of the products (W_N + I) … (W_1 + I), at the start"),
        Metric("product-distance-end", "the same after the last epoch", better="lower"),
        Metric("found", f"1 where matched-distance-end is below {NEAR}, else 0", better="higher"),
        Metric("found-weights", f"1 where distance-end is below {NEAR}, else 0", better="higher"),
    )
    views, axis = CURVES, "epoch"
    Parameters = Parameters
    presets = (
        Preset("smoke", 2, {"epochs": 3, "examples": 1_000}, stand_in=True, note="exercises the code"),
        Preset("quick", 5, {"epochs": 200}, note="long enough for one layer"),
        Preset("paper", 20, note="the report has no result here; rate, epochs and what is found are our reading"),
    )

    def settings(self, parameters: Parameters, arm: Arm) -> dict[str, Any]:
        """The arm's nets and all parameters."""
        return {**arm.settings, **dataclasses.asdict(parameters)}

    def cost(self, settings: Mapping[str, Any], seeds: int) -> float:
        """Seconds of one core, from the measured time of a step and of a look."""
        d, examples, batch, layers = settings["d"], settings["examples"], settings["batch"], settings["layers"]
        look = 1e-4 + layers * examples * d * (1.5e-9 + 2e-11 * d)
        step = 0.6 * (1 + layers) * step_seconds(d, batch, "float64")
        return 2.0 + seeds * (20 * look + settings["epochs"] * (examples // batch * step + look + 1e-8 * examples))

    def stretches(self, settings: Mapping[str, Any]) -> tuple[int, int]:
        """Epochs, and the whole batches of one."""
        return settings["epochs"], settings["examples"] // settings["batch"]

    def pupil(self, task: Task) -> StackedPupil:
        """The student of a task at its start."""
        from claimbook.train.stacked_views import outputs

        asked, d = task.settings, task.settings["d"]
        teacher = np.eye(d) + _layers(task, "teacher")
        start = np.zeros_like(teacher) if asked["start"] == "zero" else _layers(task, "start")
        data = []
        for name in ("examples", "fresh"):
            x = examples(task.seed, name, asked["examples"], d)
            data += [x, outputs(teacher, x, asked["slope"], asked["linear"])]
        return StackedPupil(
            task.seed, np.eye(d), np.eye(d) + start, teacher, *data, asked["slope"], linear=asked["linear"]
        )

    def students(self, pupils: Sequence[StackedPupil], settings: Mapping[str, Any]) -> Any:
        """The pupils as one problem, `train.stacked_students.StackedStudents`."""
        from claimbook.train.stacked_students import StackedStudents
        from claimbook.train.teacher_student import Lesson

        lessons = [Lesson(one.x, one.y, one.seed, settings["rate"]) for one in pupils]
        return StackedStudents(lessons, settings["batch"], settings["layers"], settings["slope"], settings["linear"])

    def see(self, one: StackedPupil) -> Sequence[float]:
        """The loss on fresh examples, and three distances."""
        from claimbook.train import stacked_views as views

        loss = one.fresh_loss()
        if not np.isfinite(loss):
            return [loss, *(float("nan") for _ in CURVES[1:])]
        pair = one.neurons, one.teacher
        return loss, views.distance(*pair), views.matched_distance(*pair, one.linear), views.product_distance(*pair)

    def numbers(self, task: Task, one: StackedPupil, curves: Curves) -> dict[str, float | None]:
        """Each curve at the start and at the end, two ratios of these, and what was found."""
        found: dict[str, float | None] = {}
        for name in CURVES:
            found |= {f"{name}-start": curves[name][0], f"{name}-end": curves[name][-1]}
        for name in ("loss", "distance"):
            found[f"{name}-ratio"] = curves[name][-1] / curves[name][0]
        found["found"] = float(curves["matched-distance"][-1] < NEAR)
        found["found-weights"] = float(curves["distance"][-1] < NEAR)
        return found

    def kept(self, seen: int, stretches: int) -> list[int]:
        """The start, about `POINTS` epochs evenly on a log axis up to the last, and the last one seen."""
        spread = np.geomspace(1, stretches, POINTS - 2).round().astype(int).tolist()
        return sorted({at for at in (0, *spread, seen) if 0 <= at <= seen})


def _layers(task: Task, name: str) -> np.ndarray:
    """W_1 … W_N of a "teacher" or a "start", (N, d, d). The first is that of teacher-student."""
    asked = task.settings
    names = [name if number == 1 else f"{name}/{number}" for number in range(1, asked["layers"] + 1)]
    return np.stack([matrix(task.seed, own, asked["d"], asked["norm"]) for own in names])
