"""Claimbook in fp32: `IdentityNet` under `train`, the loop, the optimizer and the batches of `MnistRun`."""

from __future__ import annotations

from protocol import main
from workload import Workload

from claimbook.compat import mxnet
from claimbook.data.batches import Batches
from claimbook.models.identity_net import IdentityNet
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
        self.batches = Batches(
            workload.images, workload.labels, workload.rows, workload.seed, classes=10, last="drop", name="MNIST"
        )
        net = IdentityNet(activation=workload.activation, identity=workload.identity)
        net.initialize(mxnet().init.Zero())
        weights = weights_of(net)
        set_values(weights, workload.weights)
        self.objective = CrossEntropy(net)
        self.objective.hybridize(static_alloc=True, static_shape=True)
        self.optimizer = Optimizer(weights, "sgd", workload.rate)
        self.training, self.seen = Training(0, self.batches.steps_per_epoch), Losses()

    def step(self, steps: int) -> None:
        """Take the steps; their losses are read, so the device has done them."""
        self.training.steps += steps
        train(self.objective, self.optimizer, self.batches.batch_of, self.training, [self.seen])
        self.seen.read()

    def losses(self) -> list[float]:
        """The loss of every step so far."""
        return self.seen.values


if __name__ == "__main__":
    main(Workload, Ours)
