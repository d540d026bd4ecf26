"""The base of the experiments that train nothing: what they measure is worked out from printed numbers, or counted."""

from __future__ import annotations

import abc
import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from claimbook.experiment.base import Experiment, Measurement, Preset, Task
from claimbook.record.unfinished import Unfinished


@dataclasses.dataclass(frozen=True)
class Nothing:
    """There is nothing to change."""


class Arithmetic(Experiment):
    """Each arm is worked out at once, and comes to the same for every seed and preset."""

    Parameters = Nothing
    presets = (
        Preset("smoke", 1, stand_in=True, note="the same: nothing is trained"),
        Preset("quick", 1, note="the same"),
        Preset("paper", 1, note="arithmetic; it takes no time"),
    )
    varies = ("nothing: no number is drawn",)
    data_sets = ()

    @abc.abstractmethod
    def worked_out(self, settings: Mapping[str, Any]) -> tuple[Mapping[str, float], Mapping[str, list[dict[str, Any]]]]:
        """The metrics, as far as the arm has them, and the tables."""

    def cost(self, settings: Mapping[str, Any], seeds: int) -> float:
        """Seconds of one core."""
        return 0.1 * seeds

    def batches(self, tasks: Sequence[Task]) -> list[list[Task]]:
        """All at once."""
        return [list(tasks)] if tasks else []

    def measure(
        self, tasks: Sequence[Task], progress: Callable[[int, int], None], unfinished: Unfinished
    ) -> Iterator[tuple[Task, Measurement]]:
        """One arm after the other."""
        for done, task in enumerate(tasks, start=1):
            metrics, tables = self.worked_out(task.settings)
            whole = {metric.name: None for metric in self.metrics} | dict(metrics)
            progress(done, len(tasks))
            yield task, Measurement(whole, {}, tables, [], False, dict(task.data))

    def first_losses(self, task: Task) -> list[float]:
        """None: there are no steps."""
        return []
