"""A small net twice, in one graph: the sum f(θ) + f(η) that the homotopy's quadratic terms are added to."""

from __future__ import annotations

import math

import numpy as np

from claimbook import seeds
from claimbook.compat import mxnet
from claimbook.errors import unknown
from claimbook.models.arguments import whole_number
from claimbook.models.losses import CrossEntropy

mx = mxnet()
nn = mx.gluon.nn

NETS = {"convex": None, "net": "sigmoid", "relu": "relu"}
"""Kind → activation of the one hidden layer; None where there is no such layer: multinomial logistic regression."""


class TwoCopies(mx.gluon.HybridBlock):
    """f(θ) + f(η), f the mean cross-entropy of a minibatch; no weight is shared.

    Args:
        kind: one of `NETS`. inputs, hidden, classes: sizes; `hidden` of a kind that has such a layer.

    Shapes: x (batch, inputs), y (batch,) class numbers; out (1,).

    Raises:
        UsageError: an unknown kind, a size below 1.
    """

    def __init__(self, kind: str, inputs: int, hidden: int = 1, classes: int = 10, **kwargs):
        super().__init__(**kwargs)
        if kind not in NETS:
            raise unknown("kind of net", str(kind), NETS)
        for name, size in {"inputs": inputs, "hidden": hidden, "classes": classes}.items():
            whole_number(name, size)
        with self.name_scope():
            self.theta, self.eta = (CrossEntropy(_net(NETS[kind], inputs, hidden, classes)) for _ in range(2))

    def hybrid_forward(self, F, x, y):
        """The sum."""
        return self.theta(x, y) + self.eta(x, y)


def start(block: TwoCopies, seed: int) -> dict[str, np.ndarray]:
    """Where both copies start, each from its own draw: name → array, float64, uniform in ±1/√inputs of the layer."""
    found, inputs = {}, 1
    for name, parameter in sorted(block._collect_params_with_prefix().items(), reverse=True):  # weights before biases
        inputs = parameter.shape[1] if len(parameter.shape) == 2 else inputs
        limit = 1 / math.sqrt(inputs)
        found[name] = seeds.stream(seed, f"start/{name}").uniform(-limit, limit, parameter.shape)
    return dict(sorted(found.items()))


def _net(activation: str | None, inputs: int, hidden: int, classes: int) -> mx.gluon.HybridBlock:
    net = nn.HybridSequential()
    if activation is not None:
        net.add(nn.Dense(hidden, activation=activation, in_units=inputs))
    net.add(nn.Dense(classes, in_units=hidden if activation is not None else inputs))
    return net
