"""What a net does to a minibatch, layer by layer: how large its signal is, and its gradients."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np

from claimbook.compat import mxnet
from claimbook.models.losses import CrossEntropy
from claimbook.train.gradient_size import gradient_sizes
from claimbook.train.weights import weights_of

mx = mxnet()


@dataclasses.dataclass(frozen=True)
class LayerSizes:
    """Of one layer: its weight's name, how much its output differs between examples, and how large its gradient is.

    signal: the standard deviation across the examples of the minibatch (its square is the mean square, as batch
        normalisation takes it) of each unit that the layer gives out, at each place of the image, averaged over units
        and places. The layer is all of it, with activation and normalisation; pooling comes after.
    gradient: the mean absolute value of the gradient of the minibatch's mean cross-entropy by the layer's weights.
    """

    name: str
    signal: float
    gradient: float


def layer_sizes(net: Any, layers: Mapping[str, Any], x: Any, y: Any) -> tuple[float, list[LayerSizes]]:
    """The cross-entropy of a minibatch and the sizes of the layers, forward and backward in training mode.

    Nothing is trained, but running statistics move as in a training step.

    Args:
        net: an initialised Gluon block that is not hybridized, on which gradients are taken; out (batch, classes).
        layers: a weight's name, as in `weights_of`, → the block whose output is the layer's, such as `VGG.layers`.
        x, y: at least two examples, and their class numbers (batch,).
    """
    signals: dict[str, float] = {}
    hooks = [
        layer.register_forward_hook(lambda _, __, output, name=name: signals.update({name: spread(output.asnumpy())}))
        for name, layer in layers.items()
    ]
    try:
        with mx.autograd.record():
            loss = CrossEntropy(net)(x, y)
        loss.backward()
    finally:
        for hook in hooks:
            hook.detach()
    gradients = gradient_sizes(weights_of(net), list(layers))
    return float(loss.asscalar()), [LayerSizes(name, signals[name], gradients[name]) for name in layers]


def spread(outputs: np.ndarray) -> float:
    """The standard deviation over the first axis, averaged over the others; in float64.

    The first example is taken from all before anything is summed: outputs that differ in their last bits alone would
    else drown in the rounding of their mean.
    """
    rows = outputs.reshape(len(outputs), -1)
    with np.errstate(invalid="ignore", over="ignore"):  # a net that overflows has no finite spread
        apart = np.subtract(rows, rows[0], dtype=np.float64)
        square = np.einsum("ij,ij->j", apart, apart) / len(rows) - apart.mean(axis=0) ** 2
    return float(np.sqrt(np.maximum(square, 0.0)).mean())


def shrinkage(slope: float) -> float:
    """By which a layer multiplies the size of its outputs at the start of PyTorch's defaults, √((1 + slope²) / 6).

    Weights uniform in ±1/√fan_in have the variance 1 / (3 fan_in), so a product with them keeps a third of the mean
    square; of that a leaky ReLU, which half of all units pass whole and half times its slope, keeps (1 + slope²) / 2.
    It is the most that is left of the differences between images: while these are not small beside what the images
    have in common, a layer makes images more alike as well (Cho and Saul 2009, the angle under the arc-cosine kernel),
    and borders of zeros and pooling take more. Source: the argument of He et al. (2015), section 2.2.
    """
    return float(np.sqrt((1 + slope**2) / 6))
