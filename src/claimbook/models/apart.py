"""The coupling of the homotopy paper's released code: norms, not squared, of the differences of pairs of tensors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from claimbook.compat import mxnet

mx = mxnet()


class Apart(mx.gluon.HybridBlock):
    """Σ ‖θ − η‖ / L over pairs of tensors; the gradient of a norm at 0 is 0, as PyTorch has it.

    Args:
        shapes: name → shape of both copies, which are the parameters first_NAME and second_NAME.
        rows: into how many tensors each of them falls apart, row by row: their norms are taken separately.

    Shapes: in L, (1,); out the sum (1,), the norms (rows · names,), and of each tensor the first entry of θ − η.
    """

    def __init__(self, shapes: Mapping[str, Sequence[int]], rows: int = 1, **kwargs):
        super().__init__(**kwargs)
        self._names, self._rows = list(shapes), rows
        with self.name_scope():
            for name, shape in shapes.items():
                for side in ("first", "second"):
                    setattr(self, f"{side}_{name}", self.params.get(f"{side}_{name}", shape=tuple(shape)))

    def hybrid_forward(self, F, level, **tensors):
        """The sum, the norms, the first entries."""
        norms, entries = [], []
        for name in self._names:
            apart = F.reshape(tensors[f"first_{name}"] - tensors[f"second_{name}"], (self._rows, 1, -1))
            square = F.linalg.gemm2(apart, apart, transpose_b=True)  # the sum of squares; many times as fast as F.sum
            some = square > 0
            norms.append(F.reshape(some * F.sqrt(F.where(some, square, F.ones_like(square))), (-1,)))
            entries.append(F.reshape(F.slice_axis(apart, axis=2, begin=0, end=1), (-1,)))
        norms, entries = F.concat(*norms, dim=0), F.concat(*entries, dim=0)
        return F.broadcast_div(F.sum(norms, keepdims=True), level), norms, entries


class Objective:
    """What `train.loop.train` minimises of an `Apart`.

    Attributes:
        seen: the norms and the first entries of the last step, before it, on the device.
    """

    def __init__(self, pairs: Apart):
        self._pairs = pairs
        self._pairs.hybridize(static_alloc=True, static_shape=True)
        self.seen: tuple[Any, Any] = ()

    def __call__(self, level: Any) -> Any:
        """The sum over L, (1,)."""
        loss, *seen = self._pairs(level)
        self.seen = tuple(seen)
        return loss
