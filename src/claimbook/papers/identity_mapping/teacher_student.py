"""Stage 4 of the report: does a student find its teacher's weights, with and without identity mapping and a bound?

Not stated in our text: the bound on ‖W*‖, the batch, and the start. We take spectral norm 0.5 for W* and every random
start, and batch 100: at the stated rate 0.1 a batch of 10 blows up in some seeds, and 5,000 learns too slowly.
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
    activation_parameter,
    batch_parameter,
    check_batch,
    rate_parameter,
    sigma,
    slope_parameter,
    step_seconds,
)
from claimbook.papers.identity_mapping.watched import Curves, WatchedLessons

CURVES = ("loss", "spectral-distance", "frobenius-distance", "matched-distance")


@dataclasses.dataclass(frozen=True)
class Parameters:
    """What a re-executor can change."""

    d: int = parameter(10, help="Size of the input, and number of neurons.", low=1, high=1_000)
    examples: int = parameter(
        5_000, help="Examples trained on; as many others are looked at.", unit="examples", low=1, high=1_000_000
    )
    batch: int = batch_parameter()
    rate: float = rate_parameter()
    epochs: int = parameter(10, help="Passes over the examples.", unit="epochs", low=1, high=100_000)
    norm: float = parameter(0.5, help="Spectral norm of a bounded W* and of every random start.", low=1e-12, high=1e6)
    activation: str = activation_parameter()
    slope: float = slope_parameter()
    precision: str = parameter(
        "float64", help="Number format; with float32 distances end near 1e-6.", choices=PRECISIONS
    )

    def check(self) -> None:
        """Raises UsageError where the examples do not make up one batch."""
        check_batch(self.batch, self.examples)


def _arm(id: str, title: str, identity: bool, bounded: bool, start: str = "random") -> Arm:
    return Arm(id, title, {"identity": identity, "bounded": bounded, "start": start})


class TeacherStudent(WatchedLessons):
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
    views, axis = CURVES, "epoch"
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

    def stretches(self, settings: Mapping[str, Any]) -> tuple[int, int]:
        """Epochs, and the whole batches of one."""
        return settings["epochs"], settings["examples"] // settings["batch"]

    def see(self, one: Pupil) -> Sequence[float]:
        """The loss on fresh examples, and three distances."""
        from claimbook.train import teacher_student_views as views

        loss = one.fresh_loss()
        if not np.isfinite(loss):
            return [loss, *(float("nan") for _ in CURVES[1:])]
        spectral = views.spectral(one.neurons - one.teacher)
        pair = one.neurons, one.teacher
        return loss, spectral, views.frobenius(*pair), views.matched_distance(*pair)

    def numbers(self, task: Task, one: Pupil, curves: Curves) -> dict[str, float | None]:
        """Each curve at the start and at the end, and two ratios of these."""
        found: dict[str, float | None] = {}
        for name in CURVES:
            found |= {f"{name}-start": curves[name][0], f"{name}-end": curves[name][-1]}
        for ratio, name in (("loss-ratio", "loss"), ("distance-ratio", "frobenius-distance")):
            found[ratio] = curves[name][-1] / curves[name][0]
        return found
