"""What is timed: a training step of a linear network, as the slides take it, and one of the MNIST tutorial's net."""

from __future__ import annotations

from typing import Any

import numpy as np

from claimbook.data.gas_sensor import load_gas_sensor
from claimbook.data.mnist import load_mnist
from claimbook.papers.overparameterization.ethanol import INPUTS
from claimbook.seeds import stream

RATE = 0.01  # small enough for every depth on min-max data
# Not the slides' 0.01, from which depth 3 does not move at first: its first losses would say nothing of its steps. How
# long a step takes does not depend on the values.
START_SD = 0.3
BATCH = 64  # tutorial: BATCH_SIZE
BATCHES = 10  # minibatches that take turns
MOMENTUM, IMAGE_RATE, DENSE_L2 = 0.9, 0.01, 5e-4  # tutorial


class LinearSteps:
    """Full-batch gradient descent on a linear network with the l2 loss, one step after the other (slides, `train`).

    As in the slides' loop the loss of every step is read, so no step begins before the last one has its loss.

    Args:
        depth, width: of the network. hybridized: run it as a cached graph. seed: of the start. stand_in: which data.

    Attributes:
        losses: before each step. facts: of the data. work: multiply-adds of a step.
    """

    def __init__(self, depth: int, width: int, hybridized: bool, seed: int, stand_in: bool):
        from claimbook.compat import mxnet
        from claimbook.models.deep_linear import DeepLinear, LpLoss
        from claimbook.models.multiply_adds import training_step

        self._mx = mxnet()
        data = load_gas_sensor(gas=1, scaling="min-max", stand_in=stand_in)
        self.facts = {"digest": data.digest, "rows": len(data.y), "rows_rounded": data.rows_rounded}
        self._x, self._y = self._mx.nd.array(data.x), self._mx.nd.array(data.y.reshape(-1, 1))
        self._net, self._loss_of = DeepLinear(depth, INPUTS, width), LpLoss(2)
        self._net.start_from(linear_start(seed, depth, width))
        self.work = training_step(self._net, (INPUTS,), len(data.y))
        if hybridized:
            self._net.hybridize(static_alloc=True, static_shape=True)
            self._loss_of.hybridize(static_alloc=True, static_shape=True)
        self.losses: list[float] = []

    def run(self, steps: int) -> None:
        """Take so many steps, and wait for the last update."""
        for _ in range(steps):
            with self._mx.autograd.record():
                loss = self._loss_of(self._net(self._x), self._y)
            loss.backward()
            self.losses.append(float(loss.asscalar()))
            for layer in self._net:
                layer.weight.set_data(layer.weight.data() - RATE * layer.weight.grad())
        self._mx.nd.waitall()


class ImageSteps:
    """Training steps of the MNIST tutorial's net, plain or with each dense matrix as a product of two.

    Data and dropout masks lie on the device before the first step: only the net's own work is timed.

    Args:
        factored: which net. seed: of the start and of the masks. stand_in: which data.

    Attributes: as `LinearSteps`.
    """

    def __init__(self, factored: bool, seed: int, stand_in: bool):
        from claimbook.compat import mxnet
        from claimbook.models.mnist_tutorial import CrossEntropy, MnistTutorial, start
        from claimbook.models.multiply_adds import training_step
        from claimbook.train.momentum import Momentum

        self._mx = mxnet()
        net = MnistTutorial(factored=factored)
        first = start(net, seed)
        net.start_from(first)
        self.work = training_step(net, (1, 28, 28), BATCH)
        self._batches, self.facts = self._load(seed, stand_in, first["dense2"].shape[1])
        self._objective = CrossEntropy(net)
        self._objective.hybridize(static_alloc=True, static_shape=True)
        l2 = {name: DENSE_L2 for name in first if name.startswith("dense")}
        self._descent = Momentum(net.weights(), lambda step: IMAGE_RATE, MOMENTUM, l2)
        self.losses: list[float] = []
        self._at = 0

    def run(self, steps: int) -> None:
        """Take so many steps, and wait for the last update; their losses are read after that."""
        from claimbook.train.loop import Training, train

        seen: list[Any] = []
        training = Training(self._at + steps, epoch_steps=BATCHES, step=self._at)
        train(self._objective, self._descent, self._batch, training, [lambda now: seen.append(now.loss)])
        self._mx.nd.waitall()
        self._at = training.step
        self.losses += [float(loss.asscalar()) for loss in seen]

    def _batch(self, step: int) -> tuple[Any, Any, Any]:
        return self._batches[step % BATCHES]

    def _load(self, seed: int, stand_in: bool, hidden: int) -> tuple[list[tuple[Any, Any, Any]], dict[str, Any]]:
        from claimbook.train.minibatch import dropout_mask

        data, array = load_mnist(stand_in=stand_in), self._mx.nd.array
        batches = []
        for number in range(BATCHES):
            own = slice(number * BATCH, (number + 1) * BATCH)
            mask = array(dropout_mask(seed, number, (BATCH, hidden)))
            batches.append((array(data.train_x[own][:, None], dtype="uint8"), array(data.train_y[own]), mask))
        return batches, data.facts()


def linear_start(seed: int, depth: int, width: int) -> list[np.ndarray]:
    """W_1 … W_N, each (out, in), entries N(0, 0.3²); those of one seed and width share their first matrices."""
    sizes = [INPUTS] + [width] * (depth - 1) + [1]
    shapes = list(zip(sizes[1:], sizes[:-1], strict=True))
    drawn = [stream(seed, f"start/W{j}") for j in range(1, depth + 1)]
    return [START_SD * own.standard_normal(shape) for own, shape in zip(drawn, shapes, strict=True)]
