"""Students who are looked at over and over while they learn: the loop that three experiments share."""

from __future__ import annotations

import abc
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from claimbook.experiment.base import Measurement, Task
from claimbook.papers.identity_mapping.lessons import LessonStudy, Pupil, first_losses, pupil, students
from claimbook.record.unfinished import Unfinished

Curves = dict[str, list[float]]


class WatchedLessons(LessonStudy):
    """A study of the curves that are seen of every student at the start and after each stretch of steps.

    A subclass says how long the stretches are, what it sees, and what it makes of the curves. views: their names; a
    student of whom the first is no longer finite has blown up. axis: what the stretches are called, "epoch".
    """

    views: ClassVar[Sequence[str]]
    axis: ClassVar[str]

    @abc.abstractmethod
    def stretches(self, settings: Mapping[str, Any]) -> tuple[int, int]:
        """How many stretches there are, and how many steps each has."""

    @abc.abstractmethod
    def see(self, one: Pupil) -> Sequence[float]:
        """The values of `views` for a student as it stands; NaN where there is none."""

    @abc.abstractmethod
    def numbers(self, task: Task, one: Pupil, curves: Curves) -> dict[str, float | None]:
        """The metrics of a student who did not blow up, from its curves: stretches + 1 values of each view."""

    def kept(self, seen: int, stretches: int) -> list[int]:
        """Which points of the curves go into the record, of the `seen` + 1 before the student blew up: all of them."""
        return list(range(seen + 1))

    def pupil(self, task: Task) -> Pupil:
        """The student of a task at its start."""
        return pupil(task)

    def students(self, pupils: Sequence[Pupil], settings: Mapping[str, Any]) -> Any:
        """The pupils as one problem."""
        return students(pupils, settings)

    def measure(
        self, tasks: Sequence[Task], progress: Callable[[int, int], None], unfinished: Unfinished
    ) -> Iterator[tuple[Task, Measurement]]:
        """Train all seeds as one problem, stretch by stretch; then yield each seed's measurement."""
        last, steps = self.stretches(tasks[0].settings)
        pupils = [self.pupil(task) for task in tasks]
        together = self.students(pupils, tasks[0].settings)
        first = first_losses(pupils, together, last * steps)
        seen = [self._seen(task, one, unfinished) for task, one in zip(tasks, pupils, strict=True)]
        while (at := min(map(self._at, seen))) < last:
            behind = [i for i, curves in enumerate(seen) if self._at(curves) == at]
            moved = together.advance(np.stack([pupils[i].neurons for i in behind]), at * steps, steps, behind)
            for i, own in zip(behind, moved, strict=True):
                pupils[i].neurons = own
                self._look(pupils[i], seen[i])
            progress(sum(map(self._at, seen)), len(tasks) * last)
            if unfinished.due():
                states = zip(tasks, pupils, seen, strict=True)
                unfinished.save({task.key: {"neurons": one.neurons, "seen": curves} for task, one, curves in states})
        for task, one, curves, losses in zip(tasks, pupils, seen, first, strict=True):
            yield task, self._measurement(task, one, curves, losses)

    def first_losses(self, task: Task) -> list[float]:
        """The losses on fresh examples before each of the first 20 steps."""
        one, (last, steps) = self.pupil(task), self.stretches(task.settings)
        return first_losses([one], self.students([one], task.settings), last * steps)[0]

    def _seen(self, task: Task, one: Pupil, unfinished: Unfinished) -> Curves:
        """What was seen of a student so far: kept, with its neurons, or of the start alone."""
        state = unfinished.load(task.key)
        if state is not None:
            one.neurons = state["neurons"]
            return {name: list(state["seen"][name]) for name in self.views}
        curves: Curves = {name: [] for name in self.views}
        self._look(one, curves)
        return curves

    def _look(self, one: Pupil, curves: Curves) -> None:
        for name, value in zip(self.views, self.see(one), strict=True):
            curves[name].append(value)

    def _at(self, curves: Curves) -> int:
        """The number of stretches behind a student."""
        return len(curves[self.views[0]]) - 1

    def _measurement(self, task: Task, one: Pupil, curves: Curves, first: list[float]) -> Measurement:
        finite = int(np.isfinite(curves[self.views[0]]).sum())
        diverged = finite < len(curves[self.views[0]])
        metrics: dict[str, float | None] = {metric.name: None for metric in self.metrics}
        if not diverged:
            metrics |= self.numbers(task, one, curves)
        kept = self.kept(finite - 1, self._at(curves))
        shown = {name: {self.axis: kept, name: [curves[name][at] for at in kept]} for name in self.views}
        return Measurement(metrics, shown, {}, first, diverged, one.facts())
