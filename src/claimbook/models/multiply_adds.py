"""How many multiply-adds a training step of a network takes, counted from the live block."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

from claimbook.compat import mxnet

mx = mxnet()


@dataclasses.dataclass(frozen=True)
class Work:
    """Multiply-adds of one training step over a whole batch, and the parameters that it changes."""

    multiply_adds: int
    parameters: int


def training_step(block: Any, input_shape: tuple[int, ...], batch: int) -> Work:
    """Count the products of dense and convolutional layers, and one multiply-add a parameter for the update.

    Every layer multiplies its input by its weight, its output's gradient by its input, and, save the first one, its
    output's gradient by its weight: three products of one size. Biases, activations, pooling and the loss multiply
    no matrices and are left out.

    Args:
        block: an initialised Gluon block that is not hybridized. input_shape: of one example. batch: examples a step.

    Raises:
        TypeError: a layer with a weight that is neither dense nor a convolution.
    """
    products: list[int] = []
    hooks = []

    def leaf(layer):
        if not layer._children and layer.params.values():
            hooks.append(layer.register_forward_hook(lambda own, _, output: products.append(_forward(own, output))))

    block.apply(leaf)
    try:
        block(mx.nd.zeros((1, *input_shape))).wait_to_read()
    finally:
        for hook in hooks:
            hook.detach()
    parameters = sum(math.prod(parameter.shape) for parameter in block.collect_params().values())
    return Work(batch * (3 * sum(products) - products[0]) + parameters, parameters)


def _forward(layer: Any, output: Any) -> int:
    """Multiply-adds of one example's forward pass: the weight once for every place where it is applied."""
    if not isinstance(layer, (mx.gluon.nn.Dense, mx.gluon.nn.Conv2D)):
        raise TypeError(f"the products of a {type(layer).__name__} are not known")
    places = math.prod(output.shape[2:]) if isinstance(layer, mx.gluon.nn.Conv2D) else 1
    return places * math.prod(layer.weight.shape)
