"""Table 1 of the paper, counted from the live net: for 16 classes, for 15, and for images of 25 pixels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from claimbook.experiment.arithmetic import Arithmetic
from claimbook.experiment.base import Arm, Metric


def _arm(id: str, title: str, outputs: int = 16, side: int = 50) -> Arm:
    return Arm(id, title, {"outputs": outputs, "side": side, "filters": 64, "dropout": 0.5})


class Architecture(Arithmetic):
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

    def settings(self, parameters: Any, arm: Arm) -> dict[str, Any]:
        """The arm's sizes."""
        return dict(arm.settings)

    def data_identity(self, settings: Mapping[str, Any], stand_in: bool) -> dict[str, Any]:
        """No images are needed: there is nothing to fetch."""
        return {"name": "none", "edition": "no images", "stand_in": stand_in}

    def worked_out(self, settings: Mapping[str, Any]) -> tuple[dict[str, float], dict[str, Any]]:
        """The counts, and the layers as a table."""
        from claimbook.papers.math_symbols.runs.architecture import layers

        rows = layers(settings)
        return counted(rows), {"layers": rows}


def counted(rows: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """The metrics of a table of layers."""
    dense = {row["layer"]: row["parameters"] for row in rows}["dense"]
    return {
        "parameters": float(sum(row["parameters"] for row in rows)),
        "dense-parameters": float(dense),
        "layers": float(len(rows)),
        "convolutions": float(sum(row["layer"].startswith("conv") for row in rows)),
        "multiply-adds": float(sum(row["multiply_adds"] for row in rows)),
    }
