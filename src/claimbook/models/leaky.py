"""A leaky ReLU that keeps the number format of its input."""

from __future__ import annotations

from claimbook.compat import mxnet

mx = mxnet()


class ExactLeakyReLU(mx.gluon.HybridBlock):
    """max(x, slope · x). `LeakyReLU` of MXNet 1.9 rounds the negative side to float32, whatever format x has.

    Where a constant of size 1e-2 hides differences of 1e-15, that rounding is what comes out. It is slower, though, so
    nets that are trained, in float32 and below, have no use for it.

    Args:
        slope: 0 … 1.
    """

    def __init__(self, slope: float, **kwargs):
        super().__init__(**kwargs)
        self._slope = slope

    def hybrid_forward(self, F, x):
        """Of the shape of x."""
        return F.maximum(x, self._slope * x)


def with_exact_activations(net: mx.gluon.Block) -> mx.gluon.Block:
    """The net itself, each `LeakyReLU` among its children replaced."""
    for name, child in net._children.items():
        if isinstance(child, mx.gluon.nn.LeakyReLU):
            net.register_child(ExactLeakyReLU(child._alpha), name)
        else:
            with_exact_activations(child)
    return net
