"""One look at nets before any training: the minibatch, the nets, and what of their layers goes into a record."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from claimbook import seeds
from claimbook.data.cifar import load_cifar
from claimbook.errors import UsageError
from claimbook.experiment.base import Measurement, Task

COLUMNS = {"explosion": "explosion", "signal_last": "signal-last", "logits_spread": "logits-spread"}
"""Of the curve `depth`: column → metric."""


def look(task: Task, blocks: int) -> tuple[float, list[Any]]:
    """The cross-entropy and the `train.signal.LayerSizes` of the net of these settings with `blocks` blocks a stage.

    Raises:
        UsageError: more images than there are. DataError: no data.
    """
    from claimbook.compat import mxnet
    from claimbook.models import vgg
    from claimbook.models.leaky import with_exact_activations
    from claimbook.train.signal import layer_sizes
    from claimbook.train.weights import set_values, weights_of

    mx, data, settings = mxnet(), _data(task), task.settings
    if settings["images"] > len(data.train_x):
        raise UsageError(
            f"images = {settings['images']:,}, and there are {len(data.train_x):,} training images.",
            "A minibatch takes at most all of them.",
            "Give fewer.",
        )
    rows = seeds.stream(task.seed, "order/0").permutation(len(data.train_x))[: settings["images"]]
    net = vgg.VGG(blocks, settings["batch_norm"], filters=settings["filters"], classes=len(data.classes))
    if settings["precision"] == "float64":
        with_exact_activations(net)
    net.initialize(mx.init.Zero())
    net.cast(settings["precision"])
    set_values(weights_of(net), vgg.start(net, task.seed, he=settings.get("start") == "he"))
    return layer_sizes(net, net.layers, mx.nd.array(data.train_x[rows], dtype="uint8"), mx.nd.array(data.train_y[rows]))


def measurement(task: Task, seen: Mapping[int, tuple[float, list[Any]]]) -> Measurement:
    """What a record keeps of the looks at all depths, blocks a stage → look."""
    from claimbook.models.vgg import SLOPE
    from claimbook.train.signal import shrinkage

    loss, layers = seen[task.settings["blocks"]]
    facts = _data(task).facts()
    numbers = [number for _, own in seen.values() for one in own for number in (one.signal, one.gradient)]
    if not all(map(math.isfinite, [loss, *numbers])):
        return Measurement(dict.fromkeys(["loss", *ends(layers)]), {}, {}, [], True, facts)
    larger = math.sqrt(6) if task.settings.get("start") == "he" else 1.0
    factor = None if task.settings["batch_norm"] else larger * shrinkage(SLOPE)
    curves = {"depth": _curve({blocks: ends(own) for blocks, (_, own) in seen.items()})}
    return Measurement({"loss": loss} | ends(layers), curves, {"layers": _rows(layers, factor)}, [loss], False, facts)


def ends(layers: Sequence[Any]) -> dict[str, float | None]:
    """The metrics of a net from its `train.signal.LayerSizes`, the last of which are the linear layer's."""
    *convs, linear = layers
    first, middle, last = convs[0], convs[len(convs) // 2], convs[-1]
    steps = len(convs) - 1
    return {
        "signal-first": first.signal,
        "signal-middle": middle.signal,
        "signal-last": last.signal,
        "signal-factor": (last.signal / first.signal) ** (1 / steps) if first.signal else None,
        "logits-spread": linear.signal,
        "gradient-first": first.gradient,
        "gradient-middle": middle.gradient,
        "gradient-last-conv": last.gradient,
        "gradient-linear": linear.gradient,
        "explosion": first.gradient / last.gradient if last.gradient else None,
    }


def _curve(depth: Mapping[int, Mapping[str, float | None]]) -> dict[str, list[float]]:
    """By the layers of the nets, where a ratio has a value in all of them: how it grows with depth."""
    columns: dict[str, list[Any]] = {"layers": [6 * blocks + 8 for blocks in depth]}
    columns |= {column: [found[name] for found in depth.values()] for column, name in COLUMNS.items()}
    return {column: values for column, values in columns.items() if None not in values}


def _rows(layers: Sequence[Any], factor: float | None) -> list[dict[str, Any]]:
    """A row a layer in the order in which an image meets them; `expected` is the theory's, of convolutions alone."""
    rows = []
    for number, one in enumerate(layers):
        row = {"layer": one.name, "number": number + 1, "signal": one.signal, "gradient": one.gradient}
        if factor is not None and one is not layers[-1]:
            row["expected"] = layers[0].signal * factor**number
        rows.append(row)
    return rows


def _data(task: Task) -> Any:
    return load_cifar("cifar-100", stand_in=task.data["stand_in"])
