"""What the teacher and student experiments share: teachers, starts, examples, keys, and runs as one batched problem.

Source: identity-mapping report, section 5.4. The data are drawn from the seed, so there is no data set to fetch: the
"stand-in" data of a smoke run are of the same kind, and the mark says that nothing is judged on a run of that size.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from claimbook import seeds
from claimbook.data.digest import array_digest
from claimbook.errors import UsageError
from claimbook.experiment.base import Experiment, Task, digest_of
from claimbook.experiment.parameters import parameter

SLOPES = {"relu": 0.0, "leaky-relu": 0.01}  # of the negative side; PReLU's is a parameter
ACTIVATIONS = ("prelu", "relu", "leaky-relu", "softplus", "tanh")
PRECISIONS = ("float32", "float64")
SLOPE = 0.25  # PReLU's start value of He et al.; section 4.1 of the report treats it as a constant
FIRST = 20  # steps whose losses `revalidate` compares


def batch_parameter() -> Any:
    """The field of a minibatch's size."""
    help = "Examples of a minibatch; a last one that is not whole is dropped."
    return parameter(100, help=help, low=1, high=1_000_000)


def rate_parameter() -> Any:
    """The field of the learning rate."""
    return parameter(0.1, help="Learning rate of every step.", low=1e-12, high=100.0)


def activation_parameter() -> Any:
    """The field of σ."""
    return parameter("prelu", help="Activation of teacher and student.", choices=ACTIVATIONS)


def slope_parameter() -> Any:
    """The field of PReLU's slope."""
    return parameter(SLOPE, help="PReLU's slope on the negative side, which is not trained.", low=0.0, high=1.0)


class LessonStudy(Experiment):
    """An experiment of students who learn from a teacher of their own kind."""

    paper = "identity-mapping"
    solver = "mxnet-batched-students"
    data_sets = ()
    varies = (
        "the teacher, the examples and their order; the arms of one seed share them",
        "the start, where it is random",
    )

    def data_identity(self, settings: Mapping[str, Any], stand_in: bool) -> dict[str, Any]:
        """Gaussian examples that the seed decides."""
        return {"name": "gaussian", "edition": "drawn from the seed", "stand_in": stand_in}

    def batches(self, tasks: Sequence[Task]) -> list[list[Task]]:
        """All seeds of one arm together: they share its settings."""
        groups: dict[str, list[Task]] = {}
        for task in tasks:
            groups.setdefault(digest_of([task.settings, task.data]), []).append(task)
        return list(groups.values())


def activation_of(settings: Mapping[str, Any]) -> Any:
    """The σ that settings name, as `teacher_student_views.Activation`."""
    from claimbook.train.teacher_student_views import Activation

    name = settings["activation"]
    slope = settings.get("slope", SLOPES.get(name, 0.0))
    return Activation(name if name in ("softplus", "tanh") else "prelu", slope)


def sigma(activation: str, slope: float) -> dict[str, Any]:
    """What of the activation goes into the settings: only PReLU's slope is free."""
    return {"activation": activation, **({"slope": slope} if activation == "prelu" else {})}


def check_batch(batch: int, examples: int) -> None:
    """Raises UsageError where the examples do not make up one batch."""
    if batch > examples:
        raise UsageError(
            f"batch = {batch:,} is more than examples = {examples:,}.",
            "A minibatch is taken whole.",
            "Give batch ≤ examples.",
        )


def matrix(seed: int, name: str, d: int, norm: float | None) -> np.ndarray:
    """W of a "teacher" or a "start", (d, d): entries N(0, 1), scaled to the spectral norm `norm` where it is given."""
    drawn = seeds.stream(seed, f"teacher-student/{name}").standard_normal((d, d))
    return drawn if norm is None else drawn * (norm / np.linalg.norm(drawn, 2))


def examples(seed: int, name: str, count: int, d: int) -> np.ndarray:
    """Inputs x ~ N(0, I), (count, d), of the stream "examples" (trained on) or "fresh" (never trained on)."""
    return seeds.stream(seed, f"teacher-student/{name}").standard_normal((count, d))


@dataclasses.dataclass
class Pupil:
    """One student with teacher and data, all in NumPy float64. shift: I with identity mapping, else 0; V = W + shift.

    neurons, teacher: V and V*, (d, d). x, y: trained on. fresh_x, fresh_y: the same number of others.
    """

    seed: int
    shift: np.ndarray
    neurons: np.ndarray
    teacher: np.ndarray
    x: np.ndarray
    y: np.ndarray
    fresh_x: np.ndarray
    fresh_y: np.ndarray
    activation: Any

    @property
    def weights(self) -> np.ndarray:
        """W, (d, d)."""
        return np.asarray(self.neurons, np.float64) - self.shift

    def fresh_loss(self, neurons: np.ndarray | None = None) -> float:
        """The mean of (y − y*)² on examples that are not trained on."""
        from claimbook.train import teacher_student_views as views

        own = self.neurons if neurons is None else neurons
        return views.loss(own, self.fresh_x, self.fresh_y, self.activation)

    def facts(self) -> dict[str, Any]:
        """What a record says of the data."""
        return {"digest": array_digest(self.x, self.y, self.fresh_x, self.fresh_y), "examples": len(self.x)}


def pupil(task: Task) -> Pupil:
    """The student of a task with the settings d, examples, identity, bounded, start, norm and an activation."""
    from claimbook.train.teacher_student_views import outputs

    asked, d = task.settings, task.settings["d"]
    shift = np.eye(d) if asked["identity"] else np.zeros((d, d))
    teacher = shift + matrix(task.seed, "teacher", d, asked["norm"] if asked["bounded"] else None)
    start = np.zeros((d, d)) if asked["start"] == "zero" else matrix(task.seed, "start", d, asked["norm"])
    activation = activation_of(asked)
    data = []
    for name in ("examples", "fresh"):
        x = examples(task.seed, name, asked["examples"], d)
        data += [x, outputs(teacher, x, activation)]
    return Pupil(task.seed, shift, shift + start, teacher, *data, activation)


def students(pupils: Sequence[Pupil], settings: Mapping[str, Any]) -> Any:
    """The pupils as one problem, `train.teacher_student.Students`."""
    from claimbook.train.teacher_student import Lesson, Students

    lessons = [Lesson(one.x, one.y, one.seed, settings["rate"]) for one in pupils]
    activation = pupils[0].activation
    return Students(lessons, settings["batch"], activation.name, activation.slope, settings["precision"])


def first_losses(pupils: Sequence[Pupil], together: Any, steps: int) -> list[list[float]]:
    """For each pupil the loss on fresh examples before each of the first `FIRST` steps (of `steps` at most)."""
    neurons = np.stack([one.neurons for one in pupils])
    losses: list[list[float]] = [[] for _ in pupils]
    for at in range(min(FIRST, steps)):
        for one, own, found in zip(pupils, neurons, losses, strict=True):
            found.append(one.fresh_loss(own))
        neurons = together.advance(neurons, at, 1)
    return losses


def step_seconds(d: int, batch: int, precision: str) -> float:
    """Measured seconds of a student's step on one core."""
    double = 1.6 if precision == "float64" else 1.0
    return 4e-6 + double * (3e-9 * batch * d + 6e-11 * batch * d * d)
