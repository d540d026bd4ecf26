"""Densely connected nets for images of 32×32: a layer sees what all layers before it in its block gave.

Source: G. Huang, Z. Liu, L. van der Maaten, K. Weinberger, Densely Connected Convolutional Networks, CVPR 2017,
sections 3 and 4.2. Two things are as in the paper's own code and not in its text: a transition has a ReLU behind its
normalisation, and normalisation and ReLU stand before the last pooling.
"""

from __future__ import annotations

from collections.abc import Sequence

from claimbook.compat import mxnet
from claimbook.errors import UsageError
from claimbook.models.arguments import channel_figures, dropped_share, kept_share, whole_number
from claimbook.models.pixels import CIFAR_MEAN, CIFAR_SD, Pixels

mx = mxnet()
nn = mx.gluon.nn

BLOCKS = 3
BOTTLENECK = 4  # it has as many maps as this many layers add
GROUP = 16  # maps that oneDNN keeps together, at most
PLAIN_ENTRY, WIDE_ENTRY = 16, 2  # maps without bottlenecks; with them, as many as this many layers add


class DenseNet(mx.gluon.HybridBlock):
    """An entry convolution, three dense blocks with a transition between two, the mean over the image, a linear layer.

    * Unit: batch normalisation, ReLU, a convolution without bias, dropout.
    * Layer: a unit of 3×3 that gives `growth` maps. With `bottleneck` a unit of 1×1 that gives 4 · growth maps stands
      before it (the paper's "B"). It gets the maps that came into the block, and those of all layers before it.
    * Transition: a unit of 1×1 that gives a share `compression` of the maps that come in, rounded down (the paper's "C"
      where it is below 1), and mean pooling 2×2.
    * Entry: a convolution of 3×3 without bias, to 2 · growth maps with `bottleneck`, to 16 without.

    It has 6 · layers + 4 layers with `bottleneck`, 3 · layers + 4 without: convolutions, and the linear layer. With 100
    classes DenseNet(16, 6) has 40 and 325,892 parameters, 4 % fewer than the report's VGG_38 with normalisation, which
    has 38 layers; and its channels are multiples of 16, with which processors are quick.

    Args:
        growth: maps that a layer adds, ≥ 1. layers: in each block, ≥ 1. compression: above 0 and at most 1.
        dropout: in [0, 1), the share of each unit's outputs that training drops; MXNet's generator draws it
            (`seeds.reseed`). classes: ≥ 1. mean, sd: of each of three channels, for pixels from 0 to 1; see `Pixels`.

    Shapes: in (batch, 3, side, side), pixels 0 … 255 of any type, side at least 4; out (batch, classes), the logits.

    Raises:
        UsageError: a number out of range, a transition that would keep no map, no mean and sd for each of three
            channels.
    """

    def __init__(
        self,
        growth: int,
        layers: int,
        bottleneck: bool = True,
        compression: float = 0.5,
        dropout: float = 0.0,
        classes: int = 100,
        mean: Sequence[float] = CIFAR_MEAN,
        sd: Sequence[float] = CIFAR_SD,
        **kwargs,
    ):
        super().__init__(**kwargs)
        _check(growth, layers, compression, dropout, classes)
        channel_figures(mean)
        maps = WIDE_ENTRY * growth if bottleneck else PLAIN_ENTRY
        with self.name_scope():
            self.pixels = Pixels(mean, sd)
            self.entry = nn.Conv2D(maps, 3, padding=1, in_channels=3, use_bias=False)
            for block in range(BLOCKS):
                if block:
                    inputs, maps = maps, _kept(maps, compression)
                    setattr(self, f"transition{block - 1}", _transition(inputs, maps, dropout))
                setattr(self, f"block{block}", DenseBlock(maps, growth, layers, bottleneck, dropout))
                maps += layers * growth
            self.norm = _norm(maps)
            self.pool = nn.GlobalAvgPool2D()
            self.linear = nn.Dense(classes, in_units=maps)

    def hybrid_forward(self, F, x):
        """The logits."""
        x = self.block0(self.entry(self.pixels(x)))
        x = self.block1(self.transition0(x))
        x = self.block2(self.transition1(x))
        return self.linear(self.pool(F.Activation(self.norm(x), act_type="relu")))

    @property
    def layers(self) -> list[str]:
        """The weights of the layers, in the order in which an image meets them: "entry.weight" …"""
        return [name for name in self._collect_params_with_prefix() if name.endswith(".weight")]


class DenseBlock(mx.gluon.HybridBlock):
    """Layers of which each gets all maps that came in and that were added before it.

    The maps are put together anew for each layer, out of their single pieces: so the gradient of a piece is one sum,
    where a chain of concatenations would sum it up again and again.

    oneDNN keeps maps in groups of up to 16, and MXNet's gradient of a concatenation raises "could not construct a
    sub-memory" where a piece ends within a group. Sizes that are no multiples of 16 go a slower way.

    Shapes: in (batch, maps, height, width); out (batch, maps + layers · growth, height, width), the newest maps last.
    """

    def __init__(self, maps: int, growth: int, layers: int, bottleneck: bool, dropout: float, **kwargs):
        super().__init__(**kwargs)
        with self.name_scope():
            for layer in range(layers):
                setattr(self, f"layer{layer}", _layer(maps + layer * growth, growth, bottleneck, dropout))
        self._even = maps % GROUP == growth % GROUP == 0

    def hybrid_forward(self, F, x):
        """All maps."""
        pieces, maps = [x], x
        for layer in self._children.values():
            pieces.append(layer(maps))
            maps = F.concat(*pieces, dim=1)
            if not self._even:  # the gradient of a slice, if only of all maps, is laid out plainly; it needs float32
                maps = F.slice_axis(F.identity(maps), axis=1, begin=0, end=None)
        return maps


class Unit(mx.gluon.HybridBlock):
    """Batch normalisation, ReLU, a convolution with stride 1 and without bias, dropout.

    Shapes: in (batch, inputs, height, width); out (batch, outputs, height, width).
    """

    def __init__(self, inputs: int, outputs: int, kernel: int, dropout: float, **kwargs):
        super().__init__(**kwargs)
        with self.name_scope():
            self.norm = _norm(inputs)
            self.conv = nn.Conv2D(outputs, kernel, padding=kernel // 2, in_channels=inputs, use_bias=False)
            self.dropout = nn.Dropout(dropout) if dropout else None

    def hybrid_forward(self, F, x):
        """The unit's maps."""
        x = self.conv(F.Activation(self.norm(x), act_type="relu"))
        return self.dropout(x) if self.dropout else x


def _layer(inputs: int, growth: int, bottleneck: bool, dropout: float) -> nn.HybridSequential:
    """One unit of 3×3, or a bottleneck and the unit."""
    narrow = BOTTLENECK * growth
    if not bottleneck:
        return _chain(grow=Unit(inputs, growth, 3, dropout))
    return _chain(narrow=Unit(inputs, narrow, 1, dropout), grow=Unit(narrow, growth, 3, dropout))


def _transition(inputs: int, outputs: int, dropout: float) -> nn.HybridSequential:
    return _chain(unit=Unit(inputs, outputs, 1, dropout), pool=nn.AvgPool2D(2, 2))


def _chain(**blocks) -> nn.HybridSequential:
    chain = nn.HybridSequential()
    for name, block in blocks.items():
        chain.register_child(block, name)
    return chain


def _norm(maps: int) -> nn.BatchNorm:
    return nn.BatchNorm(momentum=0.9, epsilon=1e-5, in_channels=maps)


def _kept(maps: int, compression: float) -> int:
    kept = int(compression * maps)
    if not kept:
        raise UsageError(
            f"compression = {compression!r} keeps none of the {maps} maps that come into a transition.",
            "What it keeps is rounded down.",
            "Give a larger compression, or a larger growth.",
        )
    return kept


def _check(growth: int, layers: int, compression: float, dropout: float, classes: int) -> None:
    for name, size in (("growth", growth), ("layers", layers), ("classes", classes)):
        whole_number(name, size)
    kept_share(compression)
    dropped_share(dropout)
