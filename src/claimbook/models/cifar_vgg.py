"""The VGG nets for images of 32×32 that the homotopy paper trains: a trunk of convolutions and a head of three layers.

Source: chengyangfu/pytorch-vgg-cifar10, which the paper's code builds on; after K. Simonyan and A. Zisserman, Very Deep
Convolutional Networks for Large-Scale Image Recognition, ICLR 2015, with the head made small.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from claimbook import seeds
from claimbook.compat import mxnet
from claimbook.errors import UsageError
from claimbook.models.arguments import channel_figures, dropped_share, whole_number
from claimbook.models.pixels import Pixels

mx = mxnet()
nn = mx.gluon.nn

IMAGENET_MEAN, IMAGENET_SD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
CONVOLUTIONS = {11: (1, 1, 2, 2, 2), 13: (2, 2, 2, 2, 2), 16: (2, 2, 3, 3, 3), 19: (2, 2, 4, 4, 4)}
"""Of each of the five groups; max pooling 2×2 ends a group."""


class CifarVGG(mx.gluon.HybridBlock):
    """Five groups of convolutions 3×3 with bias and ReLU, each ended by max pooling, and three linear layers.

    The groups have 1, 2, 4, 8 and 8 times `width` filters, the head's two hidden layers `units` units, with dropout
    before each. With width 64, 512 units and 10 classes depth 11 has 9,750,922 parameters, 13 has 9,935,434, 16 has
    15,245,130 and 19 has 20,554,826; with normalisation 9,756,426, 9,941,322, 15,253,578 and 20,565,834.

    Args:
        depth: 11, 13, 16 or 19, the convolutions and linear layers. batch_norm: behind each convolution. width: ≥ 1.
        units: of the head's hidden layers, ≥ 1; None for 8 · width, as the paper's nets have it.
        dropout: in [0, 1); MXNet's generator draws it (`seeds.reseed`). classes: ≥ 1. mean, sd: of each channel, for
            pixels from 0 to 1; see `Pixels`.
        trunk: the `trunk` of another net, to be shared: its weights are then those of both.
        running: the momentum of the running statistics of a trunk of its own, in [0, 1).

    Attributes:
        trunk: pixels and convolutions; (batch, 3, 32, 32) → (batch, 8 · width, 1, 1). head: the linear layers.

    Shapes: in (batch, 3, 32, 32), pixels 0 … 255 of any type; out (batch, classes), the logits.

    Raises:
        UsageError: another depth, a number out of range, no mean and sd for each of three channels.
    """

    def __init__(
        self,
        depth: int,
        batch_norm: bool = False,
        width: int = 64,
        units: int | None = None,
        dropout: float = 0.5,
        classes: int = 10,
        mean: Sequence[float] = IMAGENET_MEAN,
        sd: Sequence[float] = IMAGENET_SD,
        trunk: Any = None,
        running: float = 0.9,
        **kwargs,
    ):
        super().__init__(**kwargs)
        if depth not in CONVOLUTIONS:
            known = ", ".join(map(str, CONVOLUTIONS))
            raise UsageError(f"There is no VGG of depth {depth!r}.", do=f"Give one of {known}.")
        whole_number("width", width)
        units = 8 * width if units is None else units
        whole_number("units", units)
        whole_number("classes", classes)
        dropped_share(dropout)
        channel_figures(mean)
        with self.name_scope():
            self.trunk = (
                _trunk(CONVOLUTIONS[depth], width, batch_norm, Pixels(mean, sd), running) if trunk is None else trunk
            )
            self.head = _head(8 * width, units, dropout, classes)

    def hybrid_forward(self, F, x):
        """The logits."""
        return self.head(self.trunk(x))


def start(net: CifarVGG, seed: int, copy: str = "") -> dict[str, np.ndarray]:
    """Where `net` starts from with this seed: name ("trunk.group0.conv0.weight" …) → array, float64.

    Convolutions are normal with standard deviation √(2 / (9 · outputs)), their biases 0; linear layers, PyTorch's way,
    uniform in ±1/√inputs, weights and biases. γ = 1, β = 0, running means 0 and variances 1.

    Args:
        copy: another name draws other numbers: for a second copy of the weights that is not to start at the first.
    """
    parameters, made = net._collect_params_with_prefix(), {}
    for name, parameter in parameters.items():
        kind, shape = name.rpartition(".")[2], parameter.shape
        draw = seeds.stream(seed, f"start{copy}/{name}")
        if name.startswith("trunk.") and kind == "weight":
            made[name] = draw.normal(0, math.sqrt(2 / (9 * shape[0])), shape)
        elif name.startswith("head.") and kind in ("weight", "bias"):
            limit = 1 / math.sqrt(parameters[name.replace("bias", "weight")].shape[1])
            made[name] = draw.uniform(-limit, limit, shape)
        else:
            made[name] = np.full(shape, 1.0 if kind in ("gamma", "running_var") else 0.0)
    return dict(sorted(made.items()))


def _trunk(convolutions: Sequence[int], width: int, batch_norm: bool, pixels: Any, running: float) -> Any:
    trunk, inputs = nn.HybridSequential(), 3
    trunk.register_child(pixels, "pixels")
    for number, (count, times) in enumerate(zip(convolutions, (1, 2, 4, 8, 8), strict=True)):
        group, filters = nn.HybridSequential(), times * width
        for layer in range(count):
            group.register_child(nn.Conv2D(filters, 3, padding=1, in_channels=inputs), f"conv{layer}")
            if batch_norm:
                norm = nn.BatchNorm(momentum=running, epsilon=1e-5, in_channels=filters)
                group.register_child(norm, f"norm{layer}")
            group.register_child(nn.Activation("relu"), f"relu{layer}")
            inputs = filters
        group.register_child(nn.MaxPool2D(2, 2), "pool")
        trunk.register_child(group, f"group{number}")
    return trunk


def _head(inputs: int, units: int, dropout: float, classes: int) -> Any:
    head = nn.HybridSequential()
    for number, outputs in enumerate((units, units, classes), 1):
        if number < 3 and dropout:
            head.register_child(nn.Dropout(dropout), f"dropout{number}")
        head.register_child(nn.Dense(outputs, in_units=inputs), f"linear{number}")
        if number < 3:
            head.register_child(nn.Activation("relu"), f"relu{number}")
        inputs = units
    return head
