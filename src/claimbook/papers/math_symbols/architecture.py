"""Table 1 of the paper, counted from the live net: for 16 classes, for 15, and for images of 25 pixels."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from claimbook.experiment.base import Arm, Experiment, Measurement, Metric, Preset, Task
from claimbook.record.unfinished import Unfinished


@dataclasses.dataclass(frozen=True)
class Parameters:
    """There is nothing to change: the arms are the nets that table 1 and section V.A speak of."""


def _arm(id: str, title: str, outputs: int = 16, side: int = 50) -> Arm:
    return Arm(id, title, {"outputs": outputs, "side": side, "filters": 64, "dropout": 0.5})


class Architecture(Experiment):
    """The layers of the paper's net with output shapes, parameters and multiply-adds; nothing is trained.

    The printed row "FC" of table 1 has the number of parameters that the same net has for images of 24 to 31 pixels,
    of which `side-25` is one; the printed total is that of the net for 50. Source: section V.A, table 1.
    """

    paper = "math-symbols"
    name = "architecture"
    title = "The net, layer by layer"
    question = "Has the paper's net the layers and the parameters of table 1, and their printed total?"
    solver = "mxnet"
    arms = (
        _arm("16-classes", "data sets I and II, 50 pixels"),
        _arm("15-classes", "data set III, 50 pixels", outputs=15),
        _arm("side-25", "16 classes, 25 pixels", side=25),
    )
    metrics = (
        Metric("parameters", "numbers that are trained"),
        Metric("dense-parameters", "those of the hidden dense layer, the row FC of table 1"),
        Metric("layers", "convolutions, poolings and dense layers"),
        Metric("convolutions", "how many of them are convolutions"),
        Metric("multiply-adds", "of one image's forward pass"),
    )
    Parameters = Parameters
    presets = (
        Preset("smoke", 1, stand_in=True, note="the same: nothing is trained"),
        Preset("quick", 1, note="the same"),
        Preset("paper", 1, note="the paper's net; it takes no time"),
    )
    varies = ("nothing: layers are counted",)
    data_sets = ()

    def settings(self, parameters: Parameters, arm: Arm) -> dict[str, Any]:
        """The arm's sizes."""
        return dict(arm.settings)

    def data_identity(self, settings: Mapping[str, Any], stand_in: bool) -> dict[str, Any]:
        """No images are needed: there is nothing to fetch."""
        return {"name": "none", "edition": "no images", "stand_in": stand_in}

    def cost(self, settings: Mapping[str, Any], seeds: int) -> float:
        """Seconds of one core."""
        return 0.1 * seeds

    def batches(self, tasks: Sequence[Task]) -> list[list[Task]]:
        """All at once."""
        return [list(tasks)] if tasks else []

    def measure(
        self, tasks: Sequence[Task], progress: Callable[[int, int], None], unfinished: Unfinished
    ) -> Iterator[tuple[Task, Measurement]]:
        """One net after the other."""
        from claimbook.papers.math_symbols.runs.architecture import layers

        for done, task in enumerate(tasks, start=1):
            rows = layers(task.settings)
            progress(done, len(tasks))
            yield task, Measurement(counted(rows), {}, {"layers": rows}, [], False, dict(task.data))

    def first_losses(self, task: Task) -> list[float]:
        """None: there are no steps."""
        return []


def counted(rows: Sequence[Mapping[str, Any]]) -> dict[str, float | None]:
    """The metrics of a table of layers."""
    dense = {row["layer"]: row["parameters"] for row in rows}["dense"]
    return {
        "parameters": float(sum(row["parameters"] for row in rows)),
        "dense-parameters": float(dense),
        "layers": float(len(rows)),
        "convolutions": float(sum(row["layer"].startswith("conv") for row in rows)),
        "multiply-adds": float(sum(row["multiply_adds"] for row in rows)),
    }
