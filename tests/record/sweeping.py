"""The fake experiment with a sweep beside each record."""

from __future__ import annotations

import dataclasses

from engine.fakes import Walk

NAME = "fake/sweep"


class Sweeping(Walk):
    """Walks whose every place stands in a sweep."""

    name = "sweep"

    def measure(self, tasks, progress, unfinished):
        for task, measurement in super().measure(tasks, progress, unfinished):
            yield task, dataclasses.replace(measurement, sweep=columns(task, measurement.curves["path"]["place"]))


def columns(task, path):
    """A table with all that a sweep can hold."""
    words = [task.arm, None, "z-score", *[task.arm] * (len(path) - 3)]
    return {"step": list(range(len(path))), "place": [*path[:-1], float("nan")], "word": words}


def tasks(preset="paper", seeds=(0, 1, 2), arm="up", **overrides):
    """The tasks of an arm."""
    experiment = Sweeping()
    return [experiment.task(experiment.parameters(preset, overrides), arm, seed, stand_in=False) for seed in seeds]
