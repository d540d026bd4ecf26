"""The two phases of the theory (sections 3.3 and 4): the potential f_A, and how the gradient points, step by step.

The report ends phase one at f_A ≤ ε, at O(1) and at O(γ), in three places. We take the first, of |f_A| because f_A may
start below 0 and then cannot "keep decreasing" to 0, with ε = `small`. The definition needs f_A alone: were phase two
where the gradient points to W*, the theorem on phase two could not fail.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from claimbook.experiment.base import Arm, Metric, Preset, Task
from claimbook.experiment.parameters import parameter
from claimbook.papers.identity_mapping.lessons import (
    PRECISIONS,
    Pupil,
    batch_parameter,
    check_batch,
    rate_parameter,
    sigma,
    slope_parameter,
    step_seconds,
)
from claimbook.papers.identity_mapping.phases import CURVES, kept_steps, phase_metrics
from claimbook.papers.identity_mapping.watched import Curves, WatchedLessons


@dataclasses.dataclass(frozen=True)
class Parameters:
    """What a re-executor can change."""

    d: int = parameter(10, help="Size of the input, and number of neurons.", low=1, high=1_000)
    examples: int = parameter(5_000, help="Examples trained on.", unit="examples", low=1, high=1_000_000)
    batch: int = batch_parameter()
    rate: float = rate_parameter()
    steps: int = parameter(500, help="Steps, each of which is looked at.", unit="steps", low=1, high=1_000_000)
    norm: float = parameter(0.5, help="Spectral norm of W* and of the start.", low=1e-12, high=1e6)
    small: float = parameter(0.05, help="Phase two begins with the first |f_A| that is not above it.", low=0, high=1e6)
    slope: float = slope_parameter()
    precision: str = parameter(
        "float64", help="Number format; float32 cannot tell the last steps from none.", choices=PRECISIONS
    )

    def check(self) -> None:
        """Raises UsageError where the examples do not make up one batch."""
        check_batch(self.batch, self.examples)


class TwoPhases(WatchedLessons):
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
    views, axis = CURVES, "step"
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

    def stretches(self, settings: Mapping[str, Any]) -> tuple[int, int]:
        """As many as there are steps."""
        return settings["steps"], 1

    def see(self, one: Pupil) -> Sequence[float]:
        """The potential, the distance, the norm of W, and how the gradient points."""
        from claimbook.train import teacher_student_views as views

        if not np.isfinite(one.neurons).all() or np.abs(one.neurons).max() >= 1e50:  # its square may overflow
            return [float("nan")] * len(CURVES)
        distance = views.frobenius(one.neurons, one.teacher)
        ratio = views.inner_ratio(one.neurons, one.teacher, one.x, one.y, one.activation) if distance else float("nan")
        return float(views.potential(one.neurons, one.teacher)), distance, views.spectral(one.weights), ratio

    def numbers(self, task: Task, one: Pupil, curves: Curves) -> dict[str, float | None]:
        """What of the theory holds on the path."""
        near = 1e3 * np.finfo(task.settings["precision"]).eps * float(np.linalg.norm(one.teacher))
        return phase_metrics(curves, task.settings["small"], near)

    def kept(self, seen: int, stretches: int) -> list[int]:
        """Every step at first, then fewer."""
        return kept_steps(seen, stretches)
