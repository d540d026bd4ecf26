"""Linear networks of depth N without bias, x ↦ W_N … W_1 x (overparameterization slides, "Proposed Solution")."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

from claimbook.compat import mxnet
from claimbook.errors import UsageError

mx = mxnet()


def check_shape(depth: int = 1, width: int = 1, p: int = 2) -> None:
    """Raises UsageError where there is no such network or loss: depth or width below 1, or p not positive and even.

    With an odd p the "loss" is negative where predictions are low, so it has no least value.
    """
    for name, value in (("depth", depth), ("width", width)):
        if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < 1:
            raise UsageError(
                f"{name} = {value!r} is no {name} of a network.", do=f"Give a whole number of at least 1 as {name}."
            )
    if isinstance(p, bool) or not isinstance(p, (int, np.integer)) or p < 2 or p % 2:
        raise UsageError(
            f"p = {p!r} gives no loss that could be made small.",
            "An odd power of a residual may be as negative as one likes.",
            "Give a positive even number as p: 2, 4, 6 …",
        )


class DeepLinear(mx.gluon.nn.HybridSequential):
    """`depth` dense layers without activation: `inputs` → `width` → … → `width` → 1.

    With width 1, the slides' Experiment 2: 128 → 1, 128 → 1 → 1, 128 → 1 → 1 → 1, which is 128, 129, 130 parameters.

    Args:
        depth: N ≥ 1, the number of matrices.
        inputs: features d.
        width: k, units of each hidden layer.
        biases: whether the layers have one each; the derivation has none, Keras' `Dense` has unless told not to.

    Shapes: in (batch, d), out (batch, 1). Layer j's weight is (out, in), the slides' W_j.

    Raises:
        UsageError: depth or width is no whole number of at least 1.
    """

    def __init__(self, depth: int, inputs: int, width: int = 1, biases: bool = False, **kwargs):
        check_shape(depth, width)
        super().__init__(**kwargs)
        sizes = [inputs] + [width] * (depth - 1) + [1]
        with self.name_scope():
            for fan_in, fan_out in itertools.pairwise(sizes):
                self.add(mx.gluon.nn.Dense(fan_out, in_units=fan_in, use_bias=biases, flatten=False))

    def start_from(self, matrices: Sequence[np.ndarray], dtype: str = "float32") -> None:
        """Set W_1 … W_N, arrays of shape (out, in). Raises ValueError where the shapes do not fit."""
        if len(matrices) != len(self):
            raise ValueError(f"{len(matrices)} matrices for a network of depth {len(self)}")
        self.initialize(mx.init.Zero(), force_reinit=True)
        self.cast(dtype)
        for layer, matrix in zip(self, matrices, strict=True):
            layer.weight.set_data(mx.nd.array(matrix, dtype=dtype))


class LpLoss(mx.gluon.HybridBlock):
    """Σ_i (prediction_i − y_i)^p / (p n), the slides' training loss (Experiment 1 and 2 code).

    Shapes: prediction (n, 1), y (n, 1); out (1,). Raises UsageError where p is not a positive even number.
    """

    def __init__(self, p: int, **kwargs):
        check_shape(p=p)
        super().__init__(**kwargs)
        self.p = p

    def hybrid_forward(self, F, prediction, y):
        """The mean of the p-th power of the residuals, divided by p."""
        return F.mean((prediction - y) ** self.p) / self.p
