"""The paper's net for handwritten math symbols: six convolutions, three times max pooling, two dense layers.

Source: Sultan, Hasan, Kasedullah, section V.A and table 1. Our reading of what they leave open: dropout follows each of
the three poolings ("identical setup") and nothing after the hidden dense layer; pooling rounds down, as from 25 to 12.
The row "FC" of table 1, 295,040 parameters, is that of a net for images of 24 to 31 pixels, or with a fourth pooling;
the total of section V.A is that of the net below.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from claimbook import seeds
from claimbook.compat import mxnet
from claimbook.errors import UsageError
from claimbook.models.arguments import dropped_share, whole_number
from claimbook.models.pixels import Pixels

mx = mxnet()
nn = mx.gluon.nn

SIDE, FILTERS, HIDDEN, DROPOUT = 50, (64, 128, 256), 128, 0.5
LEAST_SIDE = 8  # three poolings leave one pixel


class SymbolCNN(mx.gluon.HybridBlock):
    """Three groups of two convolutions 3 × 3 with ReLU, max pooling 2 × 2 and dropout; a dense layer with ReLU; logits.

    All layers have biases, and convolutions keep the size. With the paper's sizes it has 2,327,248 parameters for 16
    classes and 2,327,119 for 15. Its weights are named "conv1.weight" … "conv6.bias", "dense.weight", "output.bias", as
    `apps.network.Layout` has them.

    Args:
        classes: ≥ 1. side: of the images in pixels, at least 8. filters: of each group's convolutions. hidden: units.
        dropout: in [0, 1), the share that training drops; MXNet's generator draws it (`seeds.reseed`).
        channels: of the images. pixels: values go from 0 to 255 and are divided by 255; else, as of whitened images,
            they are taken as they come.

    Shapes: in (batch, channels, side, side) of any type; out (batch, classes), the logits.

    Raises:
        UsageError: a number out of range, or not three numbers of filters.
    """

    def __init__(
        self,
        classes: int = 16,
        side: int = SIDE,
        filters: Sequence[int] = FILTERS,
        hidden: int = HIDDEN,
        dropout: float = DROPOUT,
        channels: int = 3,
        pixels: bool = True,
        **kwargs,
    ):
        super().__init__(**kwargs)
        _check(classes, side, filters, hidden, dropout, channels)
        self.images = (channels, side, side)
        with self.name_scope():
            self.pixels = Pixels((0.0,) * channels, (1.0,) * channels) if pixels else nn.HybridLambda(_as_they_come)
            inputs = channels
            for group, own in enumerate(filters, 1):
                for number in (2 * group - 1, 2 * group):
                    setattr(self, f"conv{number}", nn.Conv2D(own, 3, padding=1, in_channels=inputs))
                    setattr(self, f"relu{number}", nn.Activation("relu"))
                    inputs = own
                setattr(self, f"pool{group}", nn.MaxPool2D(2, 2))
                setattr(self, f"dropout{group}", nn.Dropout(dropout))
            self.flatten = nn.Flatten()
            self.dense = nn.Dense(hidden, in_units=inputs * (side // 8) ** 2)
            self.relu7 = nn.Activation("relu")
            self.output = nn.Dense(classes, in_units=hidden)

    def hybrid_forward(self, F, x):
        """The logits: the blocks one after the other, in the order in which they were made."""
        for block in self._children.values():
            x = block(x)
        return x


def start(net: SymbolCNN, seed: int, sd: float | None = None) -> dict[str, np.ndarray]:
    """Where `net` starts from with this seed: name ("conv1.weight" …) → array, float64.

    Xavier's uniform start as Keras has it by default: weights in ±√(6 / (fan_in + fan_out)), for a convolution the
    numbers of its input and output channels times the 9 places of a kernel (X. Glorot and Y. Bengio, AISTATS 2010,
    equation 16). Biases are 0. Nets of one seed share what they have in common.

    Args:
        sd: the weights are normal with this standard deviation > 0 instead.

    Raises:
        UsageError: an sd that is not above 0.
    """
    if sd is not None and not 0 < sd < math.inf:
        raise UsageError(f"sd = {sd} makes no start.", "The weights would all be alike.", "Give a number above 0.")
    made = {}
    for name, parameter in sorted(net._collect_params_with_prefix().items()):
        shape, draw = parameter.shape, seeds.stream(seed, f"start/{name}")
        if name.endswith(".bias"):
            made[name] = np.zeros(shape)
        elif sd is None:
            limit = math.sqrt(6 / (math.prod(shape[2:]) * (shape[0] + shape[1])))
            made[name] = draw.uniform(-limit, limit, shape)
        else:
            made[name] = draw.normal(0, sd, shape)
    return made


class Layer(NamedTuple):
    """A row of the layer table.

    output: (rows, columns, channels), as the paper writes it, or (units,). multiply_adds: of one image's forward pass.
    """

    name: str
    output: tuple[int, ...]
    parameters: int
    multiply_adds: int


def layer_table(net: SymbolCNN) -> list[Layer]:
    """The layers that the paper's table 1 has: convolutions, poolings and dense layers, in the order of an image.

    Counted from the live block: an image of zeros goes through it. Biases, ReLU and pooling multiply nothing.

    Args:
        net: initialised.
    """
    found, x = [], mx.nd.zeros((1, *net.images))
    for name, block in net._children.items():
        x = block(x)
        if name.startswith(("conv", "pool", "dense", "output")):
            rows = x.shape[2:]
            shapes = [parameter.shape for parameter in block.params.values()]
            products = math.prod(rows) * math.prod(block.weight.shape) if shapes else 0
            found.append(Layer(name, (*rows, x.shape[1]), sum(map(math.prod, shapes)), products))
    return found


def _as_they_come(F, x):
    return F.cast(x, "float32")


def _check(classes, side, filters, hidden, dropout, channels):
    whole_number("classes", classes)
    whole_number("side", side, least=LEAST_SIDE)
    if not isinstance(filters, (tuple, list)) or len(filters) != 3:
        raise UsageError(f"filters = {filters!r} makes no net.", do="Give three whole numbers, one for each group.")
    for number in filters:
        whole_number("filters", number)
    whole_number("hidden", hidden)
    whole_number("channels", channels)
    dropped_share(dropout)
