"""A small experiment with two precisions, whose result tells which one was computed in, and by which process."""

from __future__ import annotations

import dataclasses
import os

from engine.fakes import Walk

from claimbook.compat import mxnet
from claimbook.experiment.base import Arm, Measurement, Metric, Preset
from claimbook.experiment.parameters import parameter
from claimbook.train.precision import to_numpy

BARELY_MORE = 1 + 2**-10  # bfloat16 has 8 bits: it is 1 there


@dataclasses.dataclass(frozen=True)
class Parameters:
    """Parameters of a product."""

    factor: float = parameter(1.0, help="The other factor.", low=0.0, high=10.0)


class Product(Walk):
    """A product of two numbers, by MXNet."""

    name = "product"
    title = "Products"
    solver = "mxnet"
    arms = (
        Arm("rounded", "in bf16", {"precision": "bf16"}),
        Arm("exact", "in fp32", {"precision": "fp32"}),
    )
    metrics = (Metric("product", "the product"), Metric("process", "who computed it"))
    Parameters = Parameters
    presets = (Preset("smoke", 1, stand_in=True), Preset("paper", 2))

    def settings(self, parameters, arm):
        return {"factor": parameters.factor, "precision": arm.settings["precision"]}

    def precision_of(self, settings):
        return settings["precision"]

    def cost(self, settings, seeds):
        return 1.0 * seeds

    def batches(self, tasks):
        return [list(tasks)]

    def measure(self, tasks, progress, unfinished):
        for task in tasks:
            (product,) = self.first_losses(task)
            metrics = {"product": product, "process": os.getpid()}
            yield task, Measurement(metrics, {}, {}, [product], False, {"digest": "d" * 64})

    def first_losses(self, task):
        nd = mxnet().nd
        x, weight = nd.array([[BARELY_MORE]]), nd.array([[task.settings["factor"]]])
        return [float(to_numpy(nd.FullyConnected(x, weight, no_bias=True, num_hidden=1)).item())]


def tasks():
    """Two seeds of each arm."""
    product = Product()
    parameters = product.parameters("paper")
    return [product.task(parameters, arm.id, seed, False) for arm in product.arms for seed in (0, 1)]
