"""Claimbook: its nets under `train`, the loop, with the optimizer and the batches of its experiments."""

from __future__ import annotations

import importlib
from typing import Any

from protocol import main
from workload import Workload

from claimbook.compat import mxnet
from claimbook.data.batches import Batches
from claimbook.train.loop import Training, train
from claimbook.train.losses import Losses
from claimbook.train.optimizers import Optimizer
from claimbook.train.precision import prepare
from claimbook.train.weights import set_values, weights_of

MODULES = {"IdentityNet": "identity_net", "VGG": "vgg", "CifarVGG": "cifar_vgg", "SymbolCNN": "symbol_cnn"}


class Ours:
    """The net in training.

    bf16: MXNet's automatic mixed precision, which the process serves from here on. apart: two copies, each from a start
    of its own. coupled: two, and after each of the optimizer's steps the implicit one of the homotopy paper's equation
    (3), halves of the outputs pinned at 0: the parts of `homotopy/vgg`'s arm "paper".
    """

    def __init__(self, workload: Workload, bf16: bool = False, apart: bool = False, coupled: bool = False):
        prepare("bf16" if bf16 else "fp32")  # a net must come after it
        self.batches = Batches(
            workload.images, workload.labels, workload.rows, workload.seed, every_class=False, **workload.batches
        )
        if apart or coupled:
            self._two(workload, coupled)
        else:
            self._one(workload)
        self.training, self.seen = Training(0, self.batches.steps_per_epoch), Losses()

    def _one(self, workload: Workload) -> None:
        from claimbook.models.losses import CrossEntropy

        net = _net(workload, 0)
        self.objective = CrossEntropy(net)
        self.objective.hybridize(static_alloc=True, static_shape=True)
        self.optimizer: Any = Optimizer(weights_of(net), workload.method, workload.rate, **workload.options)

    def _two(self, workload: Workload, coupled: bool) -> None:
        from claimbook.papers.homotopy.runs.nets_copies import Copies, Objective
        from claimbook.papers.homotopy.runs.nets_terms import Homotopic, Quadratic

        nets = [_net(workload, copy) for copy in (0, 1)]
        theta, eta = map(weights_of, nets)
        weights = {
            f"{copy}.{name}": each for copy, own in (("theta", theta), ("eta", eta)) for name, each in own.items()
        }
        copies = Copies(*nets, weights, {name: (theta[name], eta[name]) for name in theta})
        self.objective, self.optimizer = (
            Objective(copies),
            Optimizer(weights, workload.method, workload.rate, **workload.options),
        )
        if coupled:
            terms = Quadratic(copies, "output-halves", "zero", workload.seed, momentum=0.0)
            self.optimizer = Homotopic(self.optimizer, terms, lambda step: workload.level)

    def step(self, steps: int) -> None:
        """Take the steps; their losses are read, and the device has done them."""
        self.training.steps += steps
        train(self.objective, self.optimizer, self.batches.batch_of, self.training, [self.seen])
        self.seen.read()
        mxnet().nd.waitall()  # a loss is there before the backward pass of its step

    def losses(self) -> list[float]:
        """The loss of every step so far."""
        return self.seen.values


def _net(workload: Workload, copy: int) -> Any:
    module = importlib.import_module(f"claimbook.models.{MODULES[workload.net]}")
    net = getattr(module, workload.net)(**workload.arguments)
    net.initialize(mxnet().init.Zero())
    set_values(weights_of(net), workload.start(copy))
    return net


if __name__ == "__main__":
    main(Workload, Ours)
