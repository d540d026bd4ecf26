"""How small is small: from which norm of W* on SGD no longer finds it, by start, size and batch, as one sweep.

The theorem asks for "small" norms and a "small" step without a number. So that sizes d can be compared, examples, batch
and 1/rate grow in proportion to d: then the largest rate that full batches bear (about 1/d) and the noise of a batch
(about rate · d² / batch) are the same part of a step at every d, an epoch has the same number of steps, and the steps
grow in proportion too.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from claimbook.errors import UsageError
from claimbook.experiment.base import Arm, Measurement, Metric, Preset, Task
from claimbook.experiment.parameters import parameter
from claimbook.papers.identity_mapping.how_small_sweep import Sweeps, part_settings, parts
from claimbook.papers.identity_mapping.lessons import (
    PRECISIONS,
    LessonStudy,
    activation_parameter,
    first_losses,
    pupil,
    sigma,
    slope_parameter,
    step_seconds,
    students,
)
from claimbook.record.unfinished import Unfinished

NORMS = (0.1, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0)


@dataclasses.dataclass(frozen=True)
class Parameters:
    """What a re-executor can change; what is "at d = 10" grows or falls in proportion to d."""

    sizes: tuple[float, ...] = parameter((10, 30, 100), help="Sizes d of the input, whole numbers.", low=1, high=1_000)
    norms: tuple[float, ...] = parameter(NORMS, help="Spectral norms of W*, and of a random start.", low=1e-6, high=1e6)
    batches: tuple[float, ...] = parameter(
        (20, 50, 100), help="Examples of a minibatch at d = 10, whole numbers.", low=1, high=1_000_000
    )
    examples: int = parameter(5_000, help="Examples at d = 10.", unit="examples", low=1, high=1_000_000)
    rate: float = parameter(0.1, help="Learning rate at d = 10.", low=1e-12, high=100.0)
    steps: int = parameter(3_000, help="Steps at most, at d = 10.", unit="steps", low=1, high=10_000_000)
    close: float = parameter(0.01, help="Converged is who comes this near: ‖W − W*‖, Frobenius.", low=1e-9, high=1e6)
    activation: str = activation_parameter()
    slope: float = slope_parameter()
    precision: str = parameter(
        "float32", help="Number format; to tell 0.01 from 0 float32 is enough.", choices=PRECISIONS
    )

    def check(self) -> None:
        """Raises UsageError for a size or a batch that is no whole number, or a batch of more than all examples."""
        for name in ("sizes", "batches"):
            odd = [value for value in getattr(self, name) if value != int(value)]
            if odd:
                raise UsageError(f"{name} = {odd[0]} is no whole number.", do=f"Give whole numbers: {name}=10,30.")
        if max(self.batches) > self.examples:
            raise UsageError(
                f"batches = {max(self.batches):,.0f} is more than examples = {self.examples:,}.",
                "A minibatch is taken whole.",
                "Give batches ≤ examples.",
            )


class HowSmall(LessonStudy):
    """The student with identity mapping of teacher-student, at every norm of W*, size and batch of a grid.

    A record is one sweep: size × batch × norm, from one start (random, of the norm of W*, or W = 0). The teachers of
    one seed and size are one matrix, scaled. Converged: ‖W − W*‖_F < `close` at one of about 100 looks;
    such a run ends there: near W* every step comes closer. It extends figure 4 (c) of the report, which has one norm.
    """

    name = "how-small-is-small"
    title = "How small is small"
    question = "Up to which norm of the teacher's weights does SGD find them?"
    arms = (
        Arm("random", "random start of the same norm", {"start": "random"}),
        Arm("zero", "start at zero", {"start": "zero"}),
    )
    metrics = (
        Metric("settings", "settings that were run", "settings"),
        Metric("settings-converged", "settings that came to W*", "settings", "higher"),
        Metric("settings-diverged", "settings whose weights became non-finite", "settings"),
        Metric("converged-share", "settings-converged over settings", better="higher"),
        Metric("norm-converged", "largest norm up to which all sizes and batches converge; none where no norm does"),
        Metric("norm-failed", "least norm from which on no size and batch converges; none where one always does"),
    )
    Parameters = Parameters
    presets = (
        Preset(
            "smoke",
            1,
            {"sizes": (4, 10), "norms": (0.25, 3.0), "batches": (100,), "examples": 1_000, "steps": 400},
            stand_in=True,
            note="exercises the code",
        ),
        Preset("quick", 2, {"sizes": (10,)}, note="the report's size alone"),
        Preset("paper", 3, note="ours: the report has no such grid"),
    )

    def settings(self, parameters: Parameters, arm: Arm) -> dict[str, Any]:
        """The arm's start and what the sweep runs over."""
        plain = {k: list(v) if isinstance(v, tuple) else v for k, v in dataclasses.asdict(parameters).items()}
        activation = sigma(plain.pop("activation"), plain.pop("slope"))
        whole = {name: [int(value) for value in plain[name]] for name in ("sizes", "batches")}
        return {**arm.settings, "identity": True, "bounded": True, **plain, **whole, **activation}

    def cost(self, settings: Mapping[str, Any], seeds: int) -> float:
        """Seconds of one core, from the measured time of a step; about half of the settings end soon."""
        total = 2.0
        for part in parts(settings):
            own = part_settings(settings, part)
            total += 5e-7 * own["examples"] * own["d"] * seeds
            each = 0.6 * own["steps"] * step_seconds(own["d"], own["batch"], own["precision"])
            total += each * 8 * -(-len(settings["norms"]) * seeds // 8)  # blocks are of 8
        return total

    def measure(
        self, tasks: Sequence[Task], progress: Callable[[int, int], None], unfinished: Unfinished
    ) -> Iterator[tuple[Task, Measurement]]:
        """Run size by size and batch by batch, all norms and seeds as one problem; then yield the sweeps."""
        sweeps = Sweeps(tasks, [unfinished.load(task.key) for task in tasks])

        def keep() -> None:
            if unfinished.due():
                unfinished.save({task.key: sweeps.state(number) for number, task in enumerate(tasks)})

        sweeps.run(lambda share: progress(round(1_000 * share), 1_000), keep)
        for number, task in enumerate(tasks):
            yield task, _measurement(task, sweeps.rows(number), sweeps.facts(number))

    def first_losses(self, task: Task) -> list[float]:
        """The losses on fresh examples before the first 20 steps of the first part's middle norm."""
        norms = task.settings["norms"]
        own = part_settings(task.settings, parts(task.settings)[0], norms[len(norms) // 2])
        one = pupil(dataclasses.replace(task, settings=own))
        return first_losses([one], students([one], own), own["steps"])[0]


def _measurement(task: Task, rows: list[dict[str, Any]], facts: Mapping[str, Any]) -> Measurement:
    norms = sorted(task.settings["norms"])
    share = {norm: [row["converged"] for row in rows if row["norm"] == norm] for norm in norms}
    good = [norm for norm in norms if all(all(share[n]) for n in norms if n <= norm)]
    bad = [norm for norm in norms if not any(any(share[n]) for n in norms if n >= norm)]
    converged = sum(row["converged"] for row in rows)
    diverged = sum(row["distance"] is None for row in rows)
    metrics = {
        "settings": len(rows),
        "settings-converged": converged,
        "settings-diverged": diverged,
        "converged-share": converged / len(rows),
        "norm-converged": max(good, default=None),
        "norm-failed": min(bad, default=None),
    }
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    first = HowSmall().first_losses(task)
    return Measurement(metrics, {}, {}, first, diverged == len(rows), facts, sweep=columns)
