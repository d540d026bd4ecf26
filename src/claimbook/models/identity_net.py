"""The MNIST net of stages 1 to 3 of the identity-mapping report: one hidden layer as wide as the image, with a skip.

h = σ(W₁x + b₁ [+ x]), logits = W₂h + b₂ (Jiang, Wang, Xiao, sections 3.1 and 5.1 to 5.3). The report gives no width:
x can be added to W₁x without a projection only where the hidden layer has the size of the input, 784.
"""

from __future__ import annotations

import math

import numpy as np

from claimbook import seeds
from claimbook.compat import mxnet
from claimbook.errors import UsageError, unknown
from claimbook.models.prelu import PReLU

mx = mxnet()
nn = mx.gluon.nn

ACTIVATIONS = ("prelu", "relu")
STARTS = ("xavier", "zero")
SLOPES = ("layer", "unit")


class IdentityNet(mx.gluon.HybridBlock):
    """784-784-10: 623,290 parameters, and with PReLU one slope more, or 784.

    Args:
        activation: of the hidden layer, "prelu" or "relu". identity: whether x is added to what the layer gives.
        inputs: pixels of an image. width: hidden units. classes: outputs.
        slopes: of PReLU, one for the "layer" or one for each "unit".

    Shapes: in (batch, …) of `inputs` pixels each, values 0 … 255 of any type; out (batch, classes), the logits.

    Raises:
        UsageError: an unknown activation or kind of slopes, a size below 1, a width that x cannot be added to.
    """

    def __init__(
        self,
        activation: str = "prelu",
        identity: bool = True,
        inputs: int = 784,
        width: int = 784,
        classes: int = 10,
        slopes: str = "layer",
        **kwargs,
    ):
        super().__init__(**kwargs)
        _check(activation, identity, slopes, {"inputs": inputs, "width": width, "classes": classes})
        self._identity, self._dtype = identity, "float32"
        with self.name_scope():
            self.dense1 = nn.Dense(width, in_units=inputs)
            self.activation = (
                PReLU(width if slopes == "unit" else None) if activation == "prelu" else nn.Activation("relu")
            )
            self.dense2 = nn.Dense(classes, in_units=width)

    def cast(self, dtype: str) -> None:
        """Compute in another precision; pixels are cast to it too."""
        self._dtype = dtype
        super().cast(dtype)

    def hybrid_forward(self, F, x):
        """The logits."""
        x = F.flatten(F.cast(x, dtype=self._dtype)) / 255
        z = self.dense1(x)
        return self.dense2(self.activation(z + x if self._identity else z))


def start(net: IdentityNet, seed: int, kind: str = "xavier") -> dict[str, np.ndarray]:
    """Where `net` starts from with this seed: name ("dense1.weight" …) → array, float64.

    Nets of one seed share what they have in common, so that arms are paired. Biases start at 0 and slopes at 0.25.

    Args:
        kind: "xavier": entries of both matrices uniform in ±√(6 / (inputs + outputs)) of the layer; "zero": all 0.

    Raises:
        UsageError: an unknown kind.
    """
    if kind not in STARTS:
        raise unknown("start", str(kind), STARTS)
    made = {}
    for name, parameter in net._collect_params_with_prefix().items():
        if name.endswith(".slope"):
            made[name] = np.full(parameter.shape, net.activation.start)
        elif name.endswith(".bias") or kind == "zero":
            made[name] = np.zeros(parameter.shape)
        else:
            limit = math.sqrt(6 / sum(parameter.shape))
            made[name] = seeds.stream(seed, f"start/{name}").uniform(-limit, limit, parameter.shape)
    return dict(sorted(made.items()))


def _check(activation: str, identity: bool, slopes: str, sizes: dict[str, int]) -> None:
    if activation not in ACTIVATIONS:
        raise unknown("activation", str(activation), ACTIVATIONS)
    if slopes not in SLOPES:
        raise unknown("kind of slopes", str(slopes), SLOPES)
    for name, size in sizes.items():
        if isinstance(size, bool) or not isinstance(size, (int, np.integer)) or size < 1:
            raise UsageError(f"{name} = {size!r} is no size of a layer.", do="Give a whole number of at least 1.")
    if identity and sizes["width"] != sizes["inputs"]:
        raise UsageError(
            f"width = {sizes['width']} does not go with the identity: the input has {sizes['inputs']} numbers.",
            "The identity adds the input to the hidden layer, entry by entry.",
            f"Give width = {sizes['inputs']}, or leave the identity out.",
        )
