"""Stage 4 of the report: does a student find its teacher's weights, with and without identity mapping and a bound?

Not stated in our text: the bound on ‖W*‖, the batch, and the start. We take spectral norm 0.5 for W* and every random
start, and batch 100: at the stated rate 0.1 a batch of 10 blows up in some seeds, and 5,000 learns too slowly.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from claimbook.experiment.base import Arm, Measurement, Metric, Preset, Task
from claimbook.experiment.parameters import parameter
from claimbook.papers.identity_mapping.lessons import (
    ACTIVATIONS,
    PRECISIONS,
    SLOPE,
    LessonStudy,
    Pupil,
    check_batch,
    first_losses,
    pupil,
    sigma,
    step_seconds,
    students,
)
from claimbook.record.unfinished import Unfinished

CURVES = ("loss", "spectral-distance", "frobenius-distance", "matched-distance")


@dataclasses.dataclass(frozen=True)
class Parameters:
    """What a re-executor can change."""

    d: int = parameter(10, help="Size of the input, and number of neurons.", low=1, high=1_000)
    examples: int = parameter(
        5_000, help="Examples trained on; as many others are looked at.", unit="examples", low=1, high=1_000_000
    )
    batch: int = parameter(
        100, help="Examples of a minibatch; a last one that is not whole is dropped.", low=1, high=1_000_000
    )
    rate: float = parameter(0.1, help="Learning rate of every step.", low=1e-12, high=100.0)
    epochs: int = parameter(10, help="Passes over the examples.", unit="epochs", low=1, high=100_000)
    norm: float = parameter(0.5, help="Spectral norm of a bounded W* and of every random start.", low=1e-12, high=1e6)
    activation: str = parameter("prelu", help="Activation of teacher and student.", choices=ACTIVATIONS)
    slope: float = parameter(SLOPE, help="PReLU's slope on the negative side, which is not trained.", low=0.0, high=1.0)
    precision: str = parameter(
        "float64", help="Number format; with float32 distances end near 1e-6.", choices=PRECISIONS
    )

    def check(self) -> None:
        """Raises UsageError where the examples do not make up one batch."""
        check_batch(self.batch, self.examples)


def _arm(id: str, title: str, identity: bool, bounded: bool, start: str = "random") -> Arm:
    return Arm(id, title, {"identity": identity, "bounded": bounded, "start": start})


class TeacherStudent(LessonStudy):
    """y(x) = Σ_i σ(⟨e_i + w_i, x⟩), or without the e_i in both nets, labels from a teacher W* of the same form.

    Source: the report, section 5.4 and figure 4. Bounded: W* Gaussian, scaled to spectral norm `norm`. Unbounded: its
    entries N(0, 1). The start is random with spectral norm `norm` in either case, or W = 0.
    """

    name = "teacher-student"
    title = "A student and its teacher"
    question = "Does SGD find the teacher's weights, and does it need identity mapping and a bound on them?"
    arms = (
        _arm("identity-bounded", "identity, bounded W*", True, True),
        _arm("plain-bounded", "no identity, bounded W*", False, True),
        _arm("identity-unbounded", "identity, unbounded W*", True, False),
        _arm("plain-unbounded", "no identity, unbounded W*", False, False),
        _arm("identity-bounded-zero", "identity, bounded W*, from zero", True, True, "zero"),
        _arm("plain-bounded-zero", "no identity, bounded W*, from zero", False, True, "zero"),
    )
    metrics = (
        Metric("loss-start", "mean of (y − y*)² on fresh examples at the start"),
        Metric("loss-end", "the same after the last epoch", better="lower"),
        Metric("loss-ratio", "loss-end over loss-start", better="lower"),
        Metric("spectral-distance-start", "‖W − W*‖, largest singular value, at the start"),
        Metric("spectral-distance-end", "the same after the last epoch", better="lower"),
        Metric("frobenius-distance-start", "‖W − W*‖, Frobenius norm, at the start"),
        Metric("frobenius-distance-end", "the same after the last epoch", better="lower"),
        Metric("distance-ratio", "frobenius-distance-end over frobenius-distance-start", better="lower"),
        Metric(
            "matched-distance-start", "Frobenius distance for the best order of the student's neurons, at the start"
        ),
        Metric("matched-distance-end", "the same after the last epoch", better="lower"),
    )
    Parameters = Parameters
    presets = (
        Preset("smoke", 2, {"epochs": 2}, stand_in=True, note="exercises the code"),
        Preset("quick", 5, note="the whole length"),
        Preset("paper", 20, note="the report does not say how many runs it made; norm and batch are our reading"),
    )

    def settings(self, parameters: Parameters, arm: Arm) -> dict[str, Any]:
        """The arm's nets and all parameters; a slope only where the activation is PReLU."""
        plain = dataclasses.asdict(parameters)
        activation = sigma(plain.pop("activation"), plain.pop("slope"))
        return {**arm.settings, **plain, **activation}

    def cost(self, settings: Mapping[str, Any], seeds: int) -> float:
        """Seconds of one core, from the measured time of a step and of a look."""
        d, examples, batch = settings["d"], settings["examples"], settings["batch"]
        look = 2e-8 * examples * d + 2e-6 * d * d
        epoch = examples // batch * step_seconds(d, batch, settings["precision"]) + look + 2e-8 * examples
        return 2.0 + seeds * (20 * look + settings["epochs"] * epoch)

    def measure(
        self, tasks: Sequence[Task], progress: Callable[[int, int], None], unfinished: Unfinished
    ) -> Iterator[tuple[Task, Measurement]]:
        """Train all seeds as one problem, epoch by epoch; then yield each seed's measurement."""
        settings = tasks[0].settings
        pupils = [pupil(task) for task in tasks]
        together = students(pupils, settings)
        first = first_losses(pupils, together, settings["epochs"] * together.epoch_steps)
        seen = [_seen(task, one, unfinished) for task, one in zip(tasks, pupils, strict=True)]
        while (at := min(len(curves["loss"]) for curves in seen) - 1) < settings["epochs"]:
            behind = [i for i, curves in enumerate(seen) if len(curves["loss"]) - 1 == at]
            neurons = np.stack([pupils[i].neurons for i in behind])
            moved = together.advance(neurons, at * together.epoch_steps, together.epoch_steps, behind)
            for i, own in zip(behind, moved, strict=True):
                pupils[i].neurons = own
                _look(pupils[i], seen[i])
            progress(sum(len(curves["loss"]) - 1 for curves in seen), len(tasks) * settings["epochs"])
            if unfinished.due():
                states = zip(tasks, pupils, seen, strict=True)
                unfinished.save({task.key: {"neurons": one.neurons, "seen": curves} for task, one, curves in states})
        for task, one, curves, losses in zip(tasks, pupils, seen, first, strict=True):
            yield task, _measurement(one, curves, losses)

    def first_losses(self, task: Task) -> list[float]:
        """The losses on fresh examples before each of the first 20 steps."""
        one = pupil(task)
        together = students([one], task.settings)
        return first_losses([one], together, task.settings["epochs"] * together.epoch_steps)[0]


def _seen(task: Task, one: Pupil, unfinished: Unfinished) -> dict[str, list[float]]:
    """What was seen of a pupil after each epoch so far: kept, with the neurons, or of the start alone."""
    state = unfinished.load(task.key)
    if state is not None:
        one.neurons = state["neurons"]
        return {name: list(state["seen"][name]) for name in CURVES}
    curves: dict[str, list[float]] = {name: [] for name in CURVES}
    _look(one, curves)
    return curves


def _look(one: Pupil, curves: Mapping[str, list[float]]) -> None:
    from claimbook.train import teacher_student_views as views

    values = [one.fresh_loss(), *(float("nan") for _ in CURVES[1:])]
    if np.isfinite(values[0]):
        spectral = views.spectral(one.neurons - one.teacher)
        values[1:] = (
            spectral,
            views.frobenius(one.neurons, one.teacher),
            views.matched_distance(one.neurons, one.teacher),
        )
    for name, value in zip(CURVES, values, strict=True):
        curves[name].append(value)


def _measurement(one: Pupil, curves: Mapping[str, list[float]], first: list[float]) -> Measurement:
    metrics: dict[str, float | None] = {metric.name: None for metric in TeacherStudent.metrics}
    finite = int(np.isfinite(curves["loss"]).sum())
    diverged = finite < len(curves["loss"])
    if not diverged:
        for name in CURVES:
            metrics |= {f"{name}-start": curves[name][0], f"{name}-end": curves[name][-1]}
        for ratio, name in (("loss-ratio", "loss"), ("distance-ratio", "frobenius-distance")):
            metrics[ratio] = curves[name][-1] / curves[name][0]
    shown = {name: {"epoch": list(range(finite)), name: curves[name][:finite]} for name in CURVES}
    return Measurement(metrics, shown, {}, first, diverged, one.facts())
