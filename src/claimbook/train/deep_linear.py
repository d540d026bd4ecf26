"""Plain gradient descent on a linear network, the readable way: a Gluon block, autograd, W ← W − rate · gradient.

The batched path (`claimbook.train.lp_descent`) is tested against this one.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from claimbook.compat import mxnet
from claimbook.models.deep_linear import DeepLinear, LpLoss

mx = mxnet()


def train(
    x: np.ndarray,
    y: np.ndarray,
    start: Sequence[np.ndarray],
    p: int,
    rate: float,
    iterations: int,
    dtype: str = "float32",
) -> tuple[list[float], list[np.ndarray]]:
    """Full-batch gradient descent, as the slides' `train` (Experiment 2 code).

    Args:
        x: (n, d) features. y: (n,) targets.
        start: W_1 … W_N, each (out, in).
        p: 2 or 4, the loss Σ (prediction − y)^p / (p n).
        rate: learning rate. iterations: number of steps.

    Returns:
        The loss before each step (`iterations` numbers), and the final W_1 … W_N.
    """
    net = DeepLinear(len(start), x.shape[1], width=start[0].shape[0] if len(start) > 1 else 1)
    net.start_from(start, dtype)
    net.hybridize(static_alloc=True, static_shape=True)
    loss_of = LpLoss(p)
    features, target = mx.nd.array(x, dtype=dtype), mx.nd.array(y.reshape(-1, 1), dtype=dtype)
    losses = []
    for _ in range(iterations):
        with mx.autograd.record():
            loss = loss_of(net(features), target)
        loss.backward()
        losses.append(float(loss.asscalar()))
        for layer in net:  # not Trainer: its SGD rounds the rate to float32 also for float64 weights
            layer.weight.set_data(layer.weight.data() - rate * layer.weight.grad())
    return losses, [layer.weight.data().asnumpy() for layer in net]
