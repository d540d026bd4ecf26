"""The plain VGG nets of the VGG-depth report, with batch normalisation before or after the activation, or without.

Every convolution is 3×3 with stride 1 and padding 1, of as many filters everywhere; the activation is a leaky ReLU with
slope 0.01 (the report says ReLU), and pooling takes means. They are the nets of the hand-out that the report used
(VICO-UoE/mlpractical, commit 0d01be8, `model_architectures.py`); where normalisation stands, and dropout, is our
reading of the report, sections 4 and 5.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence

import numpy as np

from claimbook import seeds
from claimbook.compat import mxnet
from claimbook.errors import unknown
from claimbook.models.arguments import channel_figures, dropped_share, whole_number
from claimbook.models.pixels import CIFAR_MEAN, CIFAR_SD, Pixels

mx = mxnet()
nn = mx.gluon.nn

PLACES = ("before", "after")
MASK = {"units": (), "maps": (2, 3)}  # the axes along which a mask is the same
STAGES = 3
SLOPE = 0.01


class VGG(mx.gluon.HybridBlock):
    """An entry layer, three stages, the mean over what is left of the image, and a linear layer.

    * Entry: convolution without bias, batch normalisation, leaky ReLU. It stays so whatever `batch_norm` is.
    * Stage: `blocks_per_stage` blocks of two layers, whose convolutions have no bias, and a reduction block: a layer
      whose convolution has a bias, mean pooling 2×2, another such layer.
    * Layer: convolution, leaky ReLU; with `batch_norm="before"` normalisation stands between the two, with "after"
      behind the activation. Dropout is last; it commutes with a leaky ReLU, so it too is right behind the
      normalisation.

    With 32 filters and 100 classes: VGG(0), the report's VGG_08, has 59,716 parameters, VGG(5), its VGG_38, 336,196,
    and with normalisation 338,500. The names count the convolutions, 6 · blocks_per_stage + 7, and the linear layer.
    Running variances are means of what MXNet takes, a batch's Σ(x − mean)² / n; PyTorch's have n − 1, n being at least
    batch × 16 here.

    Args:
        blocks_per_stage: n ≥ 0. batch_norm: None, "before" or "after". dropout: in [0, 1), the share of each layer's
            outputs that training drops; MXNet's generator draws it (`seeds.reseed`). filters, classes: ≥ 1.
        dropout_over: "units", each by itself, or whole "maps" of an image. entry_dropout: whether the entry has it too.
        mean, sd: of each channel, for pixels from 0 to 1; see `Pixels`.

    Shapes: in (batch, 3, side, side), pixels 0 … 255 of any type, side at least 8; out (batch, classes), the logits.

    Raises:
        UsageError: an unknown place, a number out of range, no mean and sd for each of three channels.
    """

    def __init__(
        self,
        blocks_per_stage: int,
        batch_norm: str | None = None,
        dropout: float = 0.0,
        filters: int = 32,
        classes: int = 100,
        dropout_over: str = "units",
        entry_dropout: bool = False,
        mean: Sequence[float] = CIFAR_MEAN,
        sd: Sequence[float] = CIFAR_SD,
        **kwargs,
    ):
        super().__init__(**kwargs)
        if batch_norm is not None and batch_norm not in PLACES:
            raise unknown("place of batch normalisation", str(batch_norm), PLACES)
        if dropout_over not in MASK:
            raise unknown("thing that dropout drops", str(dropout_over), tuple(MASK))
        whole_number("blocks_per_stage", blocks_per_stage, least=0)
        whole_number("filters", filters)
        whole_number("classes", classes)
        dropped_share(dropout)
        channel_figures(mean)
        layer = {"filters": filters, "batch_norm": batch_norm, "dropout": dropout, "over": dropout_over}
        entry = {"dropout": dropout, "over": dropout_over} if entry_dropout else {}
        with self.name_scope():
            self.pixels = Pixels(mean, sd)
            self.entry = _layer(filters, inputs=3, batch_norm="before", **entry)
            for stage in range(STAGES):
                setattr(self, f"stage{stage}", _stage(blocks_per_stage, **layer))
            self.pool = nn.GlobalAvgPool2D()
            self.linear = nn.Dense(classes, in_units=filters)

    def hybrid_forward(self, F, x):
        """The logits."""
        x = self.entry(self.pixels(x))
        for stage in range(STAGES):
            x = getattr(self, f"stage{stage}")(x)
        return self.linear(self.pool(x))

    @property
    def layers(self) -> dict[str, mx.gluon.HybridBlock]:
        """The layers that have weights, in the order in which an image meets them: a weight's name → its layer.

        A convolution's layer is all of it, with activation and normalisation ("stage0.block1.first.conv.weight" →
        `stage0.block1.first`), so that a forward hook on it sees what the next layer gets.
        """
        names = [name for name in self._collect_params_with_prefix() if name.endswith(".weight")]
        return {name: self._block(name.removesuffix(".weight").removesuffix(".conv")) for name in names}

    def _block(self, path: str) -> mx.gluon.HybridBlock:
        return functools.reduce(lambda block, part: block._children[part], path.split("."), self)


def start(net: VGG, seed: int, he: bool = False) -> dict[str, np.ndarray]:
    """Where `net` starts from with this seed: name ("stage0.block1.first.conv.weight" …) → array, float64.

    PyTorch's start of convolutions and linear layers, which the hand-out leaves as it is: weights and biases uniform in
    ±1/√fan_in, where fan_in is the number of inputs of one unit of the layer. γ = 1, β = 0, running means 0 and
    variances 1. Nets of one seed and of one width share what they have in common.

    Args:
        he: the weights of the convolutions are √6 times as large, of variance 2 / fan_in in place of 1 / (3 fan_in):
            K. He, X. Zhang, S. Ren and J. Sun, Delving deep into rectifiers, ICCV 2015, equation 10.
    """
    parameters, made = net._collect_params_with_prefix(), {}
    for name, parameter in parameters.items():
        layer, _, kind = name.rpartition(".")
        if kind in ("weight", "bias"):
            limit = 1 / math.sqrt(math.prod(parameters[f"{layer}.weight"].shape[1:]))
            made[name] = seeds.stream(seed, f"start/{name}").uniform(-limit, limit, parameter.shape)
            if he and parameter.shape[2:]:
                made[name] *= math.sqrt(6)
        else:
            made[name] = np.full(parameter.shape, 1.0 if kind in ("gamma", "running_var") else 0.0)
    return dict(sorted(made.items()))


def _stage(blocks: int, **layer) -> nn.HybridSequential:
    """`blocks` blocks of two layers, and the reduction block."""
    plain = {f"block{i}": _named(first=_layer(**layer), second=_layer(**layer)) for i in range(blocks)}
    pool = nn.AvgPool2D(2, 2)
    return _named(
        **plain, reduction=_named(first=_layer(**layer, bias=True), pool=pool, second=_layer(**layer, bias=True))
    )


def _layer(
    filters: int,
    batch_norm: str | None,
    inputs: int | None = None,
    bias: bool = False,
    dropout: float = 0.0,
    over: str = "units",
) -> nn.HybridSequential:
    """A convolution with what follows it; `inputs` channels, or as many as filters."""
    parts = {"conv": nn.Conv2D(filters, 3, padding=1, in_channels=inputs or filters, use_bias=bias)}
    activation, norm = {"activation": nn.LeakyReLU(SLOPE)}, {}  # oneDNN's, as fast as ReLU in fp32 and in bf16
    if batch_norm is not None:
        norm = {"norm": nn.BatchNorm(momentum=0.9, epsilon=1e-5, in_channels=filters)}
    parts |= activation | norm if batch_norm == "after" else norm | activation
    return _named(**parts, **({"dropout": nn.Dropout(dropout, axes=MASK[over])} if dropout else {}))


def _named(**blocks) -> nn.HybridSequential:
    """Blocks one after the other, by name in place of a number."""
    chain = nn.HybridSequential()
    for name, block in blocks.items():
        chain.register_child(block, name)
    return chain
