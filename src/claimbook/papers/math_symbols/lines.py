"""The recogniser on lines of arithmetic that are composed from test symbols: what the paper's future work asks for."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from claimbook.apps import origin
from claimbook.data.symbols import identity
from claimbook.experiment.base import Arm, Experiment, Measurement, Metric, Preset, Task
from claimbook.experiment.parameters import asked, parameter
from claimbook.record.unfinished import Unfinished

DATA_SET = "math-symbols-1"
"""What the published net was trained on; the lines are of its test symbols."""
MOST_LINES = 100_000
NONE = "none"
"""Stands for the weights and their record where none are published: there is nothing to run, but much to list."""
PUBLISHED, NEAREST_MEAN = "published", "nearest-mean"
FIRST = 20


@dataclasses.dataclass(frozen=True)
class Parameters:
    """What a re-executor can change."""

    lines: int = parameter(500, help="Lines that are composed and read.", unit="lines", low=1, high=MOST_LINES)
    net: str = parameter(
        PUBLISHED,
        help="What names the symbols: the net that comes with the project, or the nearest mean of training images.",
        choices=(PUBLISHED, NEAREST_MEAN),
    )


class Lines(Experiment):
    """Lines of arithmetic, composed at random from pictures that the published net was never trained on, and read.

    The net comes with the project (`claimbook recognise`); nothing is trained here. The pictures are the test images
    of data set I under the split that the net was trained with, without those whose file is, byte for byte, among the
    training images as well. In the net's place there is the plainest classifier of all, the nearest class mean: what
    is read with it is owed to the rules that find symbols. It needs no weights, so `smoke` has it on every machine.
    Not in the paper, whose future work is an app for whole formulas. Source: section VIII.
    """

    paper = "math-symbols"
    name = "lines"
    title = "Lines of arithmetic, read by the recogniser"
    question = "How many symbols and whole lines does the recogniser read rightly, and what does it fail on?"
    solver = "numpy"
    arms = (Arm("recogniser", "the recogniser of lines", {}),)
    metrics = (
        Metric("symbol-accuracy", "share of the written symbols that are found and named rightly", "", "higher"),
        Metric("found-share", "share of them that are found at their place, whatever they are named", "", "higher"),
        Metric("line-accuracy", "share of lines of which all signs are right, and no other is read", "", "higher"),
        Metric("value-accuracy", "share of lines that come to what was written", "", "higher"),
        Metric("refused", "share of lines that are refused with a reason", "", "lower"),
        Metric("unwarned", "share of lines that are read wrongly, with neither a doubt nor a refusal", "", "lower"),
        Metric("doubted-right", "share of the lines with all signs right of which a symbol is doubted", "", "lower"),
        Metric("single-accuracy", "share of right answers to the pictures one by one, as the data set has them", "",
               "higher"),
        Metric("lines", "how many lines were written", "lines"),
        Metric("symbols", "how many symbols they have", "symbols"),
        Metric("pictures", "how many test images they are composed from", "images"),
    )  # fmt: skip
    Parameters = Parameters
    presets = (
        Preset("smoke", 2, {"lines": 6, "net": NEAREST_MEAN}, stand_in=True, note="exercises the code"),
        Preset("quick", 1, {"lines": 50}, note="a first look"),
        Preset("paper", 3, note="the paper has no such measurement"),
    )
    varies = (
        "the lines: numbers, signs, and how they end",
        "which picture of its class each symbol is, its size and its place",
        "the paper, its light and its noise, and the colour of the ink",
    )
    data_sets = (DATA_SET,)

    def settings(self, parameters: Parameters, arm: Arm) -> dict[str, Any]:
        """How many lines, and what names them; of published weights the sha256, the record, and the seed of its split.

        The nearest mean is that of the split of seed 0.
        """
        if parameters.net == NEAREST_MEAN:
            return asked(parameters) | {"split": 0}
        found = origin.published()
        own = (found.sha256, found.record, found.seed) if found else (NONE, NONE, 0)
        return asked(parameters) | dict(zip(("weights", "record", "split"), own, strict=True))

    def data_identity(self, settings: Mapping[str, Any], stand_in: bool) -> dict[str, Any]:
        """That of data set I with its split; the seed of the split is one of the settings."""
        return identity(DATA_SET, stand_in=stand_in)

    def cost(self, settings: Mapping[str, Any], seeds: int) -> float:
        """Seconds of one core: the start, the pictures one by one, and the lines."""
        return seeds * (25.0 + 0.45 * settings["lines"])

    def batches(self, tasks: Sequence[Task]) -> list[list[Task]]:
        """Each run by itself."""
        return [[task] for task in tasks]

    def measure(
        self, tasks: Sequence[Task], progress: Callable[[int, int], None], unfinished: Unfinished
    ) -> Iterator[tuple[Task, Measurement]]:
        """Write and read one line after the other; a run takes minutes, and is not kept where it is stopped."""
        for number, task in enumerate(tasks):
            run, count = self._run(task), task.settings["lines"]
            for line in range(count):
                run.read(line)
                progress(number * count + line + 1, len(tasks) * count)
            yield task, run.measurement()

    def first_losses(self, task: Task) -> list[float]:
        """The shares of the symbols of the first lines that are read wrongly."""
        run = self._run(task)
        for line in range(min(FIRST, task.settings["lines"])):
            run.read(line)
        return run.losses[:FIRST]

    def _run(self, task: Task) -> Any:
        from claimbook.papers.math_symbols.runs.lines import LineRun

        return LineRun(task.settings, task.seed, task.data["stand_in"])
