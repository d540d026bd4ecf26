"""Claimbook in fp32: `VGG` under `train`, the loop, the optimizer and the batches of `CifarRun`."""

from __future__ import annotations

from protocol import main
from workload import Workload

from claimbook.compat import mxnet
from claimbook.data.batches import Batches
from claimbook.models.losses import CrossEntropy
from claimbook.train.loop import Training, train
from claimbook.train.losses import Losses
from claimbook.train.optimizers import Optimizer
from claimbook.train.precision import prepare
from claimbook.train.weights import set_values, weights_of


class Ours:
    """The net in training, in a precision that the process serves from here on."""

    def __init__(self, workload: Workload, precision: str = "fp32"):
        prepare(precision)
        from claimbook.models.vgg import VGG  # a net must come after the precision

        data = (workload.images, workload.labels, workload.rows, workload.seed)
        self.batches = Batches(*data, classes=100, every_class=False, name="CIFAR-100")
        net = VGG(workload.blocks, workload.norm)
        net.initialize(mxnet().init.Zero())
        weights = weights_of(net)
        set_values(weights, workload.weights)
        self.objective = CrossEntropy(net)
        self.objective.hybridize(static_alloc=True, static_shape=True)
        self.optimizer = Optimizer(weights, "adam", workload.rate)
        self.training, self.seen = Training(0, self.batches.steps_per_epoch), Losses()

    def step(self, steps: int) -> None:
        """Take the steps; their losses are read, and the device has done them."""
        self.training.steps += steps
        train(self.objective, self.optimizer, self.batches.batch_of, self.training, [self.seen])
        self.seen.read()
        mxnet().nd.waitall()  # a loss is there before the backward pass of its step

    def losses(self) -> list[float]:
        """The loss of every step so far."""
        return self.seen.values


if __name__ == "__main__":
    main(Workload, Ours)
