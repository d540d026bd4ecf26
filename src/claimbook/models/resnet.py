"""The residual net beside the report's VGG_38: gluoncv's CIFAR ResNet, as deep and as wide as it.

Source: K. He, X. Zhang, S. Ren, J. Sun, Deep Residual Learning for Image Recognition, CVPR 2016, sections 3 and 4.2.
The paper widens its nets from stage to stage, 16, 32, 64. Here every convolution has as many filters, as the VGG nets
of the report have: depth, width, sizes of the images and, but for some biases, the parameters are then those of VGG_38
with batch normalisation, and the shortcuts are what differs.
"""

from __future__ import annotations

from collections.abc import Sequence

from claimbook.compat import mxnet
from claimbook.models.arguments import channel_figures, whole_number
from claimbook.models.pixels import CIFAR_MEAN, CIFAR_SD, Pixels

mx = mxnet()
nn = mx.gluon.nn

from gluoncv.model_zoo.cifarresnet import CIFARBasicBlockV1, CIFARResNetV1  # noqa: E402  after mxnet(), which sets threads

STAGES = 3


class ResNet(CIFARResNetV1):
    """An entry convolution with batch normalisation, three stages of residual blocks, the mean over the image, and a
    linear layer.

    * Block: convolution 3×3, normalisation, ReLU, convolution 3×3, normalisation; then what came in is added, and ReLU
      follows. No convolution has a bias.
    * The first block of the second and of the third stage halves the image: its first convolution has stride 2, and its
      shortcut takes every other pixel. That is the paper's option A, which has no parameters; with one width nothing
      need be padded.
    * Behind the entry's normalisation gluoncv has no ReLU.

    It has 6 · blocks_per_stage + 2 layers: convolutions, and the linear layer. With 32 filters and 100 classes
    ResNet(6) has 38 layers and 338,308 parameters, VGG_38 with normalisation 338,500.

    Args:
        blocks_per_stage: n ≥ 1. filters, classes: ≥ 1. mean, sd: of each of three channels, for pixels from 0 to 1; see
            `Pixels`.

    Shapes: in (batch, 3, side, side), pixels 0 … 255 of any type, side at least 1; out (batch, classes), the logits.

    Raises:
        UsageError: a number out of range, no mean and sd for each of three channels.
    """

    def __init__(
        self,
        blocks_per_stage: int,
        filters: int = 32,
        classes: int = 100,
        mean: Sequence[float] = CIFAR_MEAN,
        sd: Sequence[float] = CIFAR_SD,
        **kwargs,
    ):
        for name, size in (("blocks_per_stage", blocks_per_stage), ("filters", filters), ("classes", classes)):
            whole_number(name, size)
        channel_figures(mean)
        widths = [filters] * (1 + STAGES)
        super().__init__(
            Block, [blocks_per_stage] * STAGES, widths, classes, norm_kwargs={"in_channels": filters}, **kwargs
        )
        self.features[0].weight.shape = (filters, 3, 3, 3)  # gluoncv leaves it to the first images
        for stage in (3, 4):  # of `features`; gluoncv halves the image there, and would add its shortcut only by luck
            self.features[stage][0].downsample = nn.AvgPool2D(1, 2)
        with self.name_scope():
            self.pixels = Pixels(mean, sd)

    def hybrid_forward(self, F, x):
        """The logits."""
        return super().hybrid_forward(F, self.pixels(x))

    @property
    def layers(self) -> list[str]:
        """The weights of the layers, in the order in which an image meets them: "features.0.weight", the entry's …"""
        return [name for name in self._collect_params_with_prefix() if name.endswith(".weight")]


class Block(CIFARBasicBlockV1):
    """gluoncv's block, its sum by an operator whose gradient is fast in bfloat16: a step takes a tenth less time."""

    def hybrid_forward(self, F, x):
        """What came in, added to what two convolutions make of it, and ReLU."""
        shortcut = self.downsample(x) if self.downsample else x
        return F.Activation(F.add_n(shortcut, self.body(x)), act_type="relu")
