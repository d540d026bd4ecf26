"""A small convolutional net, trained in the precision that is asked for; what came of it as one line of JSON.

python -m train.rounded fp32|bf16
"""

from __future__ import annotations

import json
import sys

import numpy as np

from claimbook import seeds
from claimbook.compat import mxnet
from claimbook.train.device import context
from claimbook.train.loop import Training, train
from claimbook.train.losses import Losses
from claimbook.train.optimizers import Optimizer
from claimbook.train.precision import prepare, to_numpy
from claimbook.train.weights import weights_of

STEPS, BATCH, SIDE = 120, 32, 8


def examples(name: str) -> tuple[np.ndarray, np.ndarray]:
    """Noise with a bright square in one of four corners, (BATCH, 1, SIDE, SIDE), and which corner, (BATCH,)."""
    random = seeds.stream(0, name)
    x, corner = random.standard_normal((BATCH, 1, SIDE, SIDE)), random.integers(0, 4, BATCH)
    for image, at in zip(x[:, 0], corner, strict=True):
        image[4 * (at // 2) :, 4 * (at % 2) :][:4, :4] += 0.7
    return x.astype(np.float32), corner.astype(np.float32)


def objective(mx):
    """The net with its loss in the graph, hybridized, from a start that is the same in both precisions."""
    nn = mx.gluon.nn

    class Objective(mx.gluon.HybridBlock):
        def __init__(self):
            super().__init__()
            self.net = nn.HybridSequential()
            self.net.add(nn.Conv2D(8, 3, padding=1, in_channels=1), nn.Activation("relu"), nn.BatchNorm(in_channels=8))
            self.net.add(nn.Conv2D(8, 3, padding=1, in_channels=8), nn.Activation("relu"), nn.MaxPool2D())
            self.net.add(nn.Dense(32, activation="relu", in_units=128), nn.Dense(4, in_units=32))
            self.loss = mx.gluon.loss.SoftmaxCrossEntropyLoss()

        def hybrid_forward(self, F, x, y):
            return F.reshape(F.mean(self.loss(self.net(x), y)), (1,))

    block = Objective()
    block.initialize()
    for name, parameter in weights_of(block).items():
        if name.endswith("weight"):
            shape = parameter.shape
            start = seeds.stream(0, name).standard_normal(shape) * np.sqrt(2 / np.prod(shape[1:]))
            parameter.set_data(mx.nd.array(start))
    block.hybridize(static_alloc=True, static_shape=True)
    return block


def main(precision: str) -> None:
    """Train, and print the losses, the outputs' type, the casts in the graph and the largest weight's type."""
    prepare(precision)
    mx = mxnet()
    with context("cpu"):
        block = objective(mx)
        weights, losses = weights_of(block), Losses()
        batches = [[mx.nd.array(part) for part in examples(f"batch/{step}")] for step in range(STEPS)]
        optimizer = Optimizer(weights, "momentum", 0.02)
        train(block, optimizer, lambda step: batches[step], Training(STEPS, STEPS), [losses])
        losses.read()
        outputs = block.net(batches[0][0])
    operators = json.loads(block(mx.sym.var("x"), mx.sym.var("y")).tojson(remove_amp_cast=False))["nodes"]
    said = {
        "losses": losses.values,
        "outputs": to_numpy(outputs).tolist(),
        "rounded": np.dtype(outputs.dtype).names == ("bfloat16",),
        "casts": sum(node["op"] == "amp_cast" for node in operators),
        "weights": sorted({np.dtype(parameter.data().dtype).name for parameter in weights.values()}),
    }
    print(json.dumps(said))


if __name__ == "__main__":
    main(sys.argv[1])
