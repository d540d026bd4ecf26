"""The stacked identity net of equation (8) of the identity-mapping report, and its linear reduction, as Gluon blocks.

y(x) = Σ_i [σ((W_N + I) … σ((W_2 + I) σ((W_1 + I) x)))]_i, with the plain sum of equation (4). The linear one keeps only
the last σ: y(x) = Σ_i [σ((W_N + I) … (W_1 + I) x)]_i. Equation (9) prints W_N … W_1 + I in its place, which is another
net. Where the slope changes, at 0, the derivative is that of the positive side, 1, as in equation (5).
"""

from __future__ import annotations

import numpy as np

from claimbook.compat import mxnet
from claimbook.errors import UsageError

mx = mxnet()


class IdentityDense(mx.gluon.HybridBlock):
    """(W + I) h. Shapes: in and out (batch, d). The parameter `weight` is (d, d), W."""

    def __init__(self, d: int, **kwargs):
        super().__init__(**kwargs)
        self._d = d
        with self.name_scope():
            self.weight = self.params.get("weight", shape=(d, d))

    def hybrid_forward(self, F, h, weight):
        """The layer's output."""
        return F.FullyConnected(h, weight, no_bias=True, num_hidden=self._d) + h


class FixedPReLU(mx.gluon.HybridBlock):
    """z where z ≥ 0, slope · z elsewhere, of any shape. The slope is not trained."""

    def __init__(self, slope: float, **kwargs):
        super().__init__(**kwargs)
        self._slope = slope

    def hybrid_forward(self, F, z):
        """The activation of `z`."""
        return z + (1 - self._slope) * F.relu(-z)  # in this form the derivative at 0 is 1


class PlainSum(mx.gluon.HybridBlock):
    """The sum over the units: (batch, d) to (batch,)."""

    def hybrid_forward(self, F, h):
        """The sums."""
        return F.sum(h, axis=1)


class StackedNet(mx.gluon.nn.HybridSequential):
    """One student or teacher of `layers` hidden layers.

    Args:
        d: size of the input and of each layer. layers: N. linear: whether only the last layer has its σ.
        slope: of PReLU's negative side.

    Shapes: in (batch, d), out (batch,). `weights` are the parameters W_1 … W_N, each (d, d).

    Raises:
        UsageError: d or layers is no whole number of at least 1, or the slope is not finite.
    """

    def __init__(self, d: int, layers: int, linear: bool = False, slope: float = 0.25, **kwargs):
        super().__init__(**kwargs)
        for name, value in (("d", d), ("layers", layers)):
            if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < 1:
                raise UsageError(
                    f"{name} = {value!r} is no size of a net.", "A net has layers and units.", "Give 1, 2, 3 …"
                )
        if not np.isfinite(slope):
            raise UsageError(f"slope = {slope!r} is no slope.", "Outputs must be numbers.", "Give a finite number.")
        with self.name_scope():
            for layer in range(layers):
                self.add(IdentityDense(d))
                if not linear or layer == layers - 1:
                    self.add(FixedPReLU(slope))
            self.add(PlainSum())

    @property
    def weights(self) -> list[mx.gluon.Parameter]:
        """The parameters W_1 … W_N, in the order in which they act on x."""
        return [block.weight for block in self if isinstance(block, IdentityDense)]
