"""The sweeps of how-small-is-small: part by part (a size and a batch), all norms and seeds as one batched problem."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from claimbook.experiment.base import Task
from claimbook.papers.identity_mapping.lessons import Pupil, pupil, students

UNIT = 10  # the d at which the settings' examples, batches, rate and steps hold
LOOKS = 100  # of a run, evenly over its steps, and one more where these are no multiple of it
Part = tuple[int, int]  # size d, batch at d = 10


def parts(settings: Mapping[str, Any]) -> list[Part]:
    """The parts of a sweep, size by size."""
    return [(size, batch) for size in settings["sizes"] for batch in settings["batches"]]


def part_settings(settings: Mapping[str, Any], part: Part, norm: float | None = None) -> dict[str, Any]:
    """The settings of one run of a part, as `lessons.pupil` and `lessons.students` take them."""
    d, batch = part
    same = {name: settings[name] for name in ("identity", "bounded", "start", "activation", "slope", "precision")
            if name in settings}  # fmt: skip
    grown = {"examples": settings["examples"], "batch": batch, "steps": settings["steps"]}
    grown = {name: max(1, round(value * d / UNIT)) for name, value in grown.items()}
    return {**same, **grown, "d": d, "rate": settings["rate"] * UNIT / d, "norm": norm}


@dataclasses.dataclass
class Run:
    """A setting. step: the look at which it had converged. distance: None where it blew up. neurons: while it runs."""

    norm: float
    at: int
    neurons: np.ndarray | None
    step: int | None = None
    distance: float | None = None
    loss: float | None = None


class Sweeps:
    """The sweeps of tasks that differ in their seeds alone, as far as they have got.

    All runs of a part, whatever their task, are one problem: as they end one by one, the others close up.
    states: what `state` gave for each task, to go on from, or None.
    """

    def __init__(self, tasks: Sequence[Task], states: Sequence[list[dict[str, Any]] | None]):
        self.tasks, self.settings = tasks, tasks[0].settings
        self._runs = [
            {tuple(one["part"]): [Run(**run) for run in one["runs"]] for one in state or ()} for state in states
        ]
        self._facts: dict[int, dict[str, Any]] = {}

    def state(self, number: int) -> list[dict[str, Any]]:
        """What the sweep of a task can go on from."""
        of = self._runs[number]
        return [{"part": list(part), "runs": [dict(vars(run)) for run in runs]} for part, runs in of.items()]

    def run(self, told: Callable[[float], None], keep: Callable[[], None]) -> None:
        """Run what is left. told: called with the share that is done. keep: called where a stop does no harm."""
        every = parts(self.settings)
        weights = np.array([float(d) ** 4 * batch for d, batch in every])  # in proportion to the work
        done = np.concatenate([[0], np.cumsum(weights / weights.sum())])
        for number, part in enumerate(every):
            share = done[number + 1] - done[number]
            self._part(part, lambda own, at=done[number], share=share: told(at + share * own), keep)
            told(done[number + 1])

    def rows(self, number: int) -> list[dict[str, Any]]:
        """The table of a task: a row a setting. converged is 1 or 0, step the look at which it had."""
        return [
            {
                "d": part[0],
                "batch": part_settings(self.settings, part)["batch"],
                "norm": run.norm,
                "converged": int(run.step is not None),
                "step": run.step,
                "distance": run.distance,
                "loss": run.loss,
            }
            for part in parts(self.settings)
            for run in self._runs[number][part]
        ]

    def facts(self, number: int) -> dict[str, Any]:
        """What a record says of its data: those of the first part's least norm."""
        if number not in self._facts:
            first = self._pupil(self.tasks[number], parts(self.settings)[0], self.settings["norms"][0])
            self._facts[number] = first.facts()
        return self._facts[number]

    def _part(self, part: Part, told: Callable[[float], None], keep: Callable[[], None]) -> None:
        own = part_settings(self.settings, part)
        pupils, runs = self._started(part)
        if all(run.neurons is None for run in runs):
            return
        together, steps = students(pupils, own), own["steps"]
        while behind := [i for i, run in enumerate(runs) if run.neurons is not None]:
            at = min(runs[i].at for i in behind)
            now = [i for i in behind if runs[i].at == at]
            look = min(steps, at + max(1, steps // LOOKS))
            moved = together.advance(np.stack([runs[i].neurons for i in now]), at, look - at, now)
            for i, neurons in zip(now, moved, strict=True):
                _look(runs[i], pupils[i], neurons, look, steps, self.settings["close"])
            told(look / steps)
            keep()

    def _started(self, part: Part) -> tuple[list[Pupil], list[Run]]:
        """The pupils and the runs of a part, task by task; runs that were not kept stand at their start."""
        pupils: list[Pupil] = []
        for task, kept in zip(self.tasks, self._runs, strict=True):
            own = [self._pupil(task, part, norm) for norm in self.settings["norms"]]
            for one in own[1:]:
                one.x, one.fresh_x = own[0].x, own[0].fresh_x  # the same numbers: held once
            if part not in kept:
                kept[part] = [Run(n, 0, one.neurons) for n, one in zip(self.settings["norms"], own, strict=True)]
            pupils += own
        return pupils, [run for kept in self._runs for run in kept[part]]

    def _pupil(self, task: Task, part: Part, norm: float) -> Pupil:
        return pupil(dataclasses.replace(task, settings=part_settings(self.settings, part, norm)))


def _look(run: Run, one: Pupil, neurons: np.ndarray, at: int, steps: int, close: float) -> None:
    """Take up the neurons of step `at`; end the run where it has converged, blown up, or come to its last step."""
    from claimbook.train import teacher_student_views as views

    run.at, run.neurons = at, neurons
    finite = np.isfinite(neurons).all()
    distance = views.frobenius(neurons, one.teacher) if finite else None
    near = finite and distance < close
    if near:
        run.step = at
    if near or not finite or at == steps:
        run.distance, run.neurons = distance, None
        run.loss = one.fresh_loss(neurons) if finite else None
