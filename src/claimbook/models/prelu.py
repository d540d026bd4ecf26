"""PReLU (He et al. 2015): z where z is positive, slope · z elsewhere; the slope starts at 0.25, learned or fixed.

A block of our own, because the slope's gradient of `gluon.nn.PReLU` is wrong once the net is hybridized: it comes
multiplied by the slope, so that a slope of 0.25 learns four times too slowly. `library_fault` shows it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np

from claimbook.compat import mxnet
from claimbook.errors import UsageError
from claimbook.seeds import stream

mx = mxnet()

START = 0.25
"""Where a slope starts: He et al. 2015, section 2.2; the default of MXNet and of PyTorch too."""


class PReLU(mx.gluon.HybridBlock):
    """relu(z) + slope · (z − relu(z)), which is relu(z) − slope · relu(−z).

    Written in the first way the derivative at z = 0 is the slope, as in MXNet and PyTorch; in the second it would be 0.
    It matters from a zero start, where a black pixel gives exactly 0.

    Args:
        units: None for one slope for the layer, or the number of units for one slope each.
        start: where the slopes start. learned: whether they are parameters; else `start` is a constant of the graph.

    Shapes: in and out (batch, …), for a slope for each unit (batch, units). The parameter `slope` is (1,) or (units,).
    """

    def __init__(self, units: int | None = None, start: float = START, learned: bool = True, **kwargs):
        super().__init__(**kwargs)
        if units is not None and (isinstance(units, bool) or not isinstance(units, int) or units < 1):
            raise UsageError(f"units = {units!r} is no number of units.", do="Give a whole number of at least 1.")
        if not np.isfinite(start):
            raise UsageError(f"start = {start!r} is no slope.", do="Give a finite number; 0.25 is usual.")
        self._each, self.start = units is not None, float(start)
        if learned:
            with self.name_scope():
                self.slope = self.params.get("slope", shape=(units or 1,), init=mx.init.Constant(self.start))

    def hybrid_forward(self, F, z, slope=None):
        """The activation of `z`."""
        z = F.identity(
            z
        )  # in bf16 a cast to float32 (see `train.precision`), in which the rest is faster; else nothing
        above = F.Activation(z, act_type="relu")
        below = z - above
        if slope is None:
            return above + self.start * below
        # Products of matrices in place of broadcasts: the sum in the backward pass of a broadcast is slow in MXNet.
        if self._each:
            ones = F.slice_axis(F.ones_like(z), axis=1, begin=0, end=1)
            return above + F.dot(ones, F.expand_dims(slope, 0)) * below
        row = F.dot(F.reshape(slope, (1, 1)), F.reshape(below, (1, -1)))
        return above + F.reshape_like(row, below)


@dataclasses.dataclass(frozen=True)
class SlopeGradients:
    """The derivative of one loss by one slope, found in three ways; the first is the truth."""

    finite_differences: float
    imperative: float
    hybridized: float


def library_fault() -> SlopeGradients:
    """The three for `gluon.nn.PReLU`, a known fault of MXNet 1.9.1: the last is the slope times the others."""
    return slope_gradients(mx.gluon.nn.PReLU)


def slope_gradients(activation: Callable[[], Any]) -> SlopeGradients:
    """The derivative by the slope of an activation between two dense layers, in double precision.

    Args:
        activation: makes the block, which has one parameter of one entry: the slope.
    """
    found = []
    for hybridized in (False, True):
        net, slope = _between_two_layers(activation())
        if hybridized:
            net.hybridize(static_alloc=True, static_shape=True)
        x = mx.nd.array(stream(0, "slope-gradients/x").normal(size=(8, 5)), dtype="float64")
        with mx.autograd.record():
            loss = (net(x) ** 2).sum()
        loss.backward()
        found.append(float(slope.grad().asscalar()))
    # The loss is quadratic in the slope, so central differences are exact for any step. A large one, because the
    # library rounds to single precision on the way, whatever it is given.
    at, step, ends = slope.data().copy(), 0.125, []
    for moved in (at + step, at - step):
        slope.set_data(moved)
        ends.append(float((net(x) ** 2).sum().asscalar()))
    return SlopeGradients((ends[0] - ends[1]) / (2 * step), *found)


def _between_two_layers(block: Any) -> tuple[Any, Any]:
    """A net 5 → 6 → block → 3 with weights that are always the same, and the block's parameter."""
    net = mx.gluon.nn.HybridSequential()
    net.add(mx.gluon.nn.Dense(6, in_units=5), block, mx.gluon.nn.Dense(3, in_units=6))
    net.initialize()
    net.cast("float64")
    for layer in (net[0], net[2]):
        weight = stream(0, f"slope-gradients/{layer.weight.shape}").normal(size=layer.weight.shape)
        layer.weight.set_data(mx.nd.array(weight, dtype="float64"))
    (slope,) = block.collect_params().values()
    return net, slope
