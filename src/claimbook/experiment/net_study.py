"""The base of the experiments whose runs each train a net by themselves."""

from __future__ import annotations

import abc
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from claimbook.experiment.base import Experiment, Measurement, Task
from claimbook.record.unfinished import Unfinished


class NetStudy(Experiment):
    """Trains one net after the other, keeps where each stands, and goes on from there."""

    solver = "mxnet"

    @abc.abstractmethod
    def begun(self, settings: Mapping[str, Any], seed: int, stand_in: bool) -> Any:
        """The run at its start: a `train.net_run.NetRun` with `measurement()`."""

    def batches(self, tasks: Sequence[Task]) -> list[list[Task]]:
        """Each run by itself: a step of a net is long enough to hide the operators' overhead."""
        return [[task] for task in tasks]

    def measure(
        self, tasks: Sequence[Task], progress: Callable[[int, int], None], unfinished: Unfinished
    ) -> Iterator[tuple[Task, Measurement]]:
        """Train one net after the other; a run that blows up is measured as far as it came."""
        for number, task in enumerate(tasks):
            run = self._run(task)

            def step_done(at: int, number: int = number, steps: int = run.steps) -> None:
                progress(number * steps + at, len(tasks) * steps)

            def keep(key: str = task.key, run: Any = run) -> None:
                if unfinished.due():
                    unfinished.save({key: run.state()})

            run.train(unfinished.load(task.key), step_done, keep)
            yield task, run.measurement()

    def first_losses(self, task: Task) -> list[float]:
        """The losses of the first 20 minibatches."""
        run = self._run(task)
        run.train(until=20)
        return run.losses.values

    def _run(self, task: Task) -> Any:
        return self.begun(task.settings, task.seed, task.data["stand_in"])
