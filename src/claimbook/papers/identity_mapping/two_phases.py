"""The two phases of the theory (sections 3.3 and 4): the potential f_A, and how the gradient points, step by step.

The report ends phase one at f_A ≤ ε, at O(1) and at O(γ), in three places. We take the first, of |f_A| because f_A may
start below 0 and then cannot "keep decreasing" to 0, with ε = `small`. The definition needs f_A alone: were phase two
where the gradient points to W*, the theorem on phase two could not fail.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from claimbook.experiment.base import Arm, Measurement, Metric, Preset, Task
from claimbook.experiment.parameters import parameter
from claimbook.papers.identity_mapping.lessons import (
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
from claimbook.papers.identity_mapping.phases import CURVES, kept_steps, phase_metrics
from claimbook.record.unfinished import Unfinished


@dataclasses.dataclass(frozen=True)
class Parameters:
    """What a re-executor can change."""

    d: int = parameter(10, help="Size of the input, and number of neurons.", low=1, high=1_000)
    examples: int = parameter(5_000, help="Examples trained on.", unit="examples", low=1, high=1_000_000)
    batch: int = parameter(
        100, help="Examples of a minibatch; a last one that is not whole is dropped.", low=1, high=1_000_000
    )
    rate: float = parameter(0.1, help="Learning rate of every step.", low=1e-12, high=100.0)
    steps: int = parameter(500, help="Steps, each of which is looked at.", unit="steps", low=1, high=1_000_000)
    norm: float = parameter(0.5, help="Spectral norm of W* and of the start.", low=1e-12, high=1e6)
    small: float = parameter(0.05, help="Phase two begins with the first |f_A| that is not above it.", low=0, high=1e6)
    slope: float = parameter(SLOPE, help="PReLU's slope on the negative side, which is not trained.", low=0.0, high=1.0)
    precision: str = parameter(
        "float64", help="Number format; float32 cannot tell the last steps from none.", choices=PRECISIONS
    )

    def check(self) -> None:
        """Raises UsageError where the examples do not make up one batch."""
        check_batch(self.batch, self.examples)


class TwoPhases(LessonStudy):
    """The run `identity-bounded` of teacher-student, looked at after each step, with four activations.

    Source: the report's theorem (section 3.3) and sections 4.1, 4.2; section 6.3 leaves other activations open. The
    gradient is that of the loss on all examples trained on. What lies nearer to W* than rounding is not looked at. The
    metrics are of every step; of the curves a record keeps `phases.kept_steps`.
    """

    name = "two-phases"
    title = "The two phases of the theory"
    question = "Does the potential fall step by step, and does the gradient then always point to the teacher?"
    arms = tuple(
        Arm(name, title, {"activation": name, "identity": True, "bounded": True, "start": "random"})
        for name, title in (
            ("prelu", "PReLU"),
            ("leaky-relu", "leaky ReLU 0.01"),
            ("softplus", "softplus"),
            ("tanh", "tanh"),
        )
    )
    metrics = (
        Metric("phase-two-begins", "first step at which |f_A| ≤ small; none where never", "steps"),
        Metric(
            "potential-falls", "share of the steps of phase one that make |f_A| less; none without such", "", "higher"
        ),
        Metric("potential-falls-later", "the same in phase two"),
        Metric("potential-start", "|f_A| at the start"),
        Metric("potential-end", "|f_A| at the end", better="lower"),
        Metric("inner-ratio-min", "least ⟨−∇L(W), W* − W⟩ / ‖W* − W‖² in phase two", better="higher"),
        Metric("inner-ratio-min-phase-one", "the same in phase one"),
        Metric("closer-steps", "share of the steps of phase two after which ‖W − W*‖ is less", better="higher"),
        Metric("norm-max-phase-one", "largest spectral norm of W from the start to the beginning of phase two"),
        Metric("returns", "how often |f_A| comes back above small in phase two", better="lower"),
        Metric("distance-end", "‖W − W*‖, Frobenius norm, at the end", better="lower"),
    )
    Parameters = Parameters
    presets = (
        Preset("smoke", 2, {"steps": 40, "examples": 1_000}, stand_in=True, note="exercises the code"),
        Preset("quick", 5, note="the whole length"),
        Preset("paper", 20, note="the report has no such measurement; what small means is our reading"),
    )

    def settings(self, parameters: Parameters, arm: Arm) -> dict[str, Any]:
        """The arm's activation and all parameters; the slope only where it is PReLU's."""
        plain = dataclasses.asdict(parameters)
        activation = sigma(arm.settings["activation"], plain.pop("slope"))
        return {**arm.settings, **plain, **activation}

    def cost(self, settings: Mapping[str, Any], seeds: int) -> float:
        """Seconds of one core: a look takes a gradient on all examples."""
        d, examples = settings["d"], settings["examples"]
        look = 1e-4 + 1e-8 * examples * d + 6e-11 * examples * d * d
        return 2.0 + seeds * settings["steps"] * (look + 5e-5 + step_seconds(d, settings["batch"], "float64"))

    def measure(
        self, tasks: Sequence[Task], progress: Callable[[int, int], None], unfinished: Unfinished
    ) -> Iterator[tuple[Task, Measurement]]:
        """Train all seeds as one problem, step by step; then yield each seed's measurement."""
        steps = tasks[0].settings["steps"]
        pupils = [pupil(task) for task in tasks]
        together = students(pupils, tasks[0].settings)
        first = first_losses(pupils, together, steps)
        seen = [_seen(task, one, unfinished) for task, one in zip(tasks, pupils, strict=True)]
        while (at := min(len(curves["potential"]) for curves in seen) - 1) < steps:
            behind = [i for i, curves in enumerate(seen) if len(curves["potential"]) - 1 == at]
            moved = together.advance(np.stack([pupils[i].neurons for i in behind]), at, 1, behind)
            for i, own in zip(behind, moved, strict=True):
                pupils[i].neurons = own
                _look(pupils[i], seen[i])
            progress(sum(len(curves["potential"]) - 1 for curves in seen), len(tasks) * steps)
            if unfinished.due():
                states = zip(tasks, pupils, seen, strict=True)
                unfinished.save({task.key: {"neurons": one.neurons, "seen": curves} for task, one, curves in states})
        for task, one, curves, losses in zip(tasks, pupils, seen, first, strict=True):
            yield task, _measurement(task, one, curves, losses)

    def first_losses(self, task: Task) -> list[float]:
        """The losses on fresh examples before each of the first 20 steps."""
        one = pupil(task)
        return first_losses([one], students([one], task.settings), task.settings["steps"])[0]


def _seen(task: Task, one: Pupil, unfinished: Unfinished) -> dict[str, list[float]]:
    state = unfinished.load(task.key)
    if state is not None:
        one.neurons = state["neurons"]
        return {name: list(state["seen"][name]) for name in CURVES}
    curves: dict[str, list[float]] = {name: [] for name in CURVES}
    _look(one, curves)
    return curves


def _look(one: Pupil, curves: Mapping[str, list[float]]) -> None:
    from claimbook.train import teacher_student_views as views

    values = [float("nan")] * len(CURVES)
    if np.isfinite(one.neurons).all() and np.abs(one.neurons).max() < 1e50:  # its square is finite
        distance = views.frobenius(one.neurons, one.teacher)
        ratio = views.inner_ratio(one.neurons, one.teacher, one.x, one.y, one.activation) if distance else float("nan")
        values = [float(views.potential(one.neurons, one.teacher)), distance, views.spectral(one.weights), ratio]
    for name, value in zip(CURVES, values, strict=True):
        curves[name].append(value)


def _measurement(task: Task, one: Pupil, curves: Mapping[str, list[float]], first: list[float]) -> Measurement:
    finite = int(np.isfinite(curves["potential"]).sum())
    diverged = finite < len(curves["potential"])
    metrics: dict[str, float | None] = {metric.name: None for metric in TwoPhases.metrics}
    if not diverged:
        near = 1e3 * np.finfo(task.settings["precision"]).eps * float(np.linalg.norm(one.teacher))
        metrics |= phase_metrics(curves, task.settings["small"], near)
    kept = kept_steps(finite - 1, task.settings["steps"])
    shown = {name: {"step": kept, name: [curves[name][at] for at in kept]} for name in CURVES}
    return Measurement(metrics, shown, {}, first, diverged, one.facts())
