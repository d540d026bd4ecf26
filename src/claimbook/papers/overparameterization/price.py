"""What depth costs: the time of a training step of deeper and of factored nets, and the multiply-adds in it."""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from claimbook.data import gas_sensor, mnist
from claimbook.experiment.base import Arm, Experiment, Measurement, Metric, Preset, Task
from claimbook.experiment.parameters import parameter
from claimbook.record.unfinished import Unfinished

FIRST = {"linear": 10, "mnist": 3}  # steps of each net before the clock runs; `revalidate` compares their losses


@dataclasses.dataclass(frozen=True)
class Parameters:
    """What a re-executor can change."""

    rounds: int = parameter(
        20, help="Rounds; in each both nets take their steps, one after the other.", unit="rounds", low=4, high=10_000
    )
    steps: int = parameter(200, help="Steps of a linear network in a round.", unit="iterations", low=1, high=1_000_000)
    image_steps: int = parameter(5, help="Steps of the MNIST net in a round.", unit="iterations", low=1, high=1_000_000)
    width: int = parameter(1, help="Units of a linear network's hidden layers.", unit="units", low=1, high=10_000)
    hybridized: bool = parameter(
        False, help="Run the linear networks as cached graphs; the slides' loop runs operator by operator."
    )


def _arm(above: str, below: str, title: str, network: str) -> Arm:
    return Arm(f"{above}-over-{below}", title, {"above": above, "below": below, "network": network})


class Price(Experiment):
    """Seconds a training step of one net over those of another, timed in turns, and the ratio of their multiply-adds.

    The times are measured anew at each run and never come out the same; only the losses of the first steps and the
    multiply-adds do. So a record's key says what was timed and how, not what the clock said; `revalidate` confirms by
    the losses that the same steps are timed; and a verdict rests on the spread over repetitions ("seeds").
    Source: the overparameterization slides, "Conclusion and Future Work" ("minimal computational price").
    """

    paper = "overparameterization"
    name = "price"
    title = "The price of depth"
    question = "How much longer does a training step take with more layers?"
    solver = "mxnet-step-by-step"
    arms = (
        _arm("n1", "n1", "depth 1 over itself (control)", "linear"),
        _arm("n2", "n1", "depth 2 over depth 1", "linear"),
        _arm("n3", "n1", "depth 3 over depth 1", "linear"),
        _arm("plain", "plain", "plain MNIST net over itself (control)", "mnist"),
        _arm("factored", "plain", "factored over plain MNIST net", "mnist"),
    )
    metrics = (
        Metric("time-ratio", "time of a step over that of the other net: median over the rounds", better="lower"),
        Metric("time-ratio-low", "first quartile of that ratio over the rounds"),
        Metric("time-ratio-high", "third quartile of that ratio over the rounds"),
        Metric("cpu-ratio", "the same ratio of processor time of all threads: median over the rounds", better="lower"),
        Metric("step-time", "time of a step: median over the rounds", "ms", "lower"),
        Metric("step-time-below", "time of a step of the net compared with: median over the rounds", "ms", "lower"),
        Metric("multiply-add-ratio", "multiply-adds of a step over those of the other net", better="lower"),
        Metric("multiply-adds", "multiply-adds of a step", "multiply-adds", "lower"),
        Metric("parameter-ratio", "parameters over those of the other net"),
    )
    Parameters = Parameters
    presets = (
        Preset("smoke", 2, {"rounds": 4, "steps": 5, "image_steps": 1}, stand_in=True, note="exercises the code"),
        Preset("quick", 3, {"rounds": 10, "steps": 100, "image_steps": 3}, note="a first look"),
        Preset("paper", 5, note="the slides print no times"),
    )
    varies = ("the repetition of the timing", "the start of the weights")
    data_sets = ("gas-sensor", "mnist")

    def settings(self, parameters: Parameters, arm: Arm) -> dict[str, Any]:
        """Both nets and how they are timed; width and graph are the linear networks' alone."""
        asked = {**arm.settings, "rounds": parameters.rounds}
        if arm.settings["network"] == "mnist":
            return {**asked, "steps": parameters.image_steps}
        return {**asked, "steps": parameters.steps, "width": parameters.width, "hybridized": parameters.hybridized}

    def data_identity(self, settings: Mapping[str, Any], stand_in: bool) -> dict[str, Any]:
        """The ethanol rows or the MNIST images, real or stand-in."""
        if settings["network"] == "mnist":
            return mnist.identity(stand_in=stand_in)
        return gas_sensor.identity(gas=1, stand_in=stand_in)

    def cost(self, settings: Mapping[str, Any], seeds: int) -> float:
        """Seconds of one core, from measured times of a step."""
        a_step = 0.055 if settings["network"] == "mnist" else 0.0012 * (1 + 0.01 * settings["width"])
        return 2.0 + seeds * (1.0 + 2 * a_step * (settings["rounds"] * settings["steps"] + FIRST[settings["network"]]))

    def batches(self, tasks: Sequence[Task]) -> list[list[Task]]:
        """All in one, whatever the number of jobs: side by side they would disturb each other's times."""
        return [list(tasks)]

    def measure(
        self, tasks: Sequence[Task], progress: Callable[[int, int], None], unfinished: Unfinished
    ) -> Iterator[tuple[Task, Measurement]]:
        """One timing after the other, all arms of a repetition before the next. An interrupted one begins anew."""
        order = [arm.id for arm in self.arms]
        total, rounds = sum(task.settings["rounds"] for task in tasks), itertools.count(1)
        for task in sorted(tasks, key=lambda task: (task.seed, order.index(task.arm))):
            yield task, _measurement(task, lambda: progress(next(rounds), total))

    def first_losses(self, task: Task) -> list[float]:
        """The losses of the first steps of both nets: what is timed, not how long it takes."""
        below, above = _both(task)
        return below.losses + above.losses


def _both(task: Task):
    """The steps of the net compared with and of the one whose price is asked, after their first ones."""
    pair = [_steps(task, task.settings[side]) for side in ("below", "above")]
    for steps in pair:
        steps.run(FIRST[task.settings["network"]])
    return pair


def _steps(task: Task, name: str):
    from claimbook.papers.overparameterization.price_steps import ImageSteps, LinearSteps

    settings, stand_in = task.settings, task.data["stand_in"]
    if settings["network"] == "mnist":
        return ImageSteps(name == "factored", task.seed, stand_in)
    return LinearSteps(int(name.removeprefix("n")), settings["width"], settings["hybridized"], task.seed, stand_in)


def _measurement(task: Task, done: Callable[[], None]) -> Measurement:
    from claimbook.train.interleaved import interleave, quartiles

    below, above = _both(task)
    first = below.losses + above.losses
    rounds = interleave(below.run, above.run, task.settings["rounds"], task.settings["steps"], done)
    low, middle, high = quartiles([one.ratio for one in rounds])
    metrics = {
        "time-ratio": middle,
        "time-ratio-low": low,
        "time-ratio-high": high,
        "cpu-ratio": quartiles([one.cpu_ratio for one in rounds])[1],
        "step-time": 1e3 * quartiles([one.above for one in rounds])[1],
        "step-time-below": 1e3 * quartiles([one.below for one in rounds])[1],
        "multiply-add-ratio": above.work.multiply_adds / below.work.multiply_adds,
        "multiply-adds": above.work.multiply_adds,
        "parameter-ratio": above.work.parameters / below.work.parameters,
    }
    curve = {"round": list(range(1, len(rounds) + 1)), "ratio": [one.ratio for one in rounds]}
    diverged = not all(map(math.isfinite, below.losses + above.losses))
    return Measurement(metrics, {"ratio": curve}, {}, first, diverged, below.facts)
