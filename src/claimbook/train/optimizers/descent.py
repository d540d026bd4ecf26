"""Gradient descent: plain, with momentum, with Nesterov's momentum."""

from __future__ import annotations

import dataclasses
import functools
from typing import Any, ClassVar

from claimbook.compat import mxnet
from claimbook.train.optimizers.base import Method, option, penalised

LARGE = 50_000  # entries from which on `gemm`, which uses the processor's vectors, is worth two views: 3 times as fast


@dataclasses.dataclass(frozen=True, kw_only=True)
class Sgd(Method):
    """Stochastic gradient descent (Robbins and Monro 1951).

    g ← g + λ w;  w ← w − η g.

    MXNet's `sgd_update`; for large weights the same sum as a product of matrices. l2 = λ ≥ 0.
    """

    def step(self, weight, gradient, slots, decay, now):
        """As above."""
        if weight.size < LARGE:
            mxnet().nd.sgd_update(weight, gradient, out=weight, lr=now.rate, wd=decay)
            return
        row, one = weight.reshape((1, -1)), _one(weight.context, weight.dtype)
        scales = {"alpha": -now.rate, "beta": 1 - now.rate * decay}
        mxnet().nd.linalg.gemm(one, gradient.reshape((1, -1)), row, out=row, **scales)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Momentum(Method):
    """Gradient descent with momentum (Polyak 1964), as torch.optim.SGD and TensorFlow's MomentumOptimizer have it.

    g ← g + λ w;  v ← μ v + g;  w ← w − η v.

    Keras and MXNet keep u = −η v, u ← μ u − η g, w ← w + u: the same while the rate stands still, but after a change
    the old rate lives on in u. MXNet's `sgd_mom_update` serves, since u is rescaled at each change of the rate; at
    rate 0, where nothing could be rescaled, u keeps its unit and only the weights stand still.

    momentum = μ in [0, 1). l2 = λ ≥ 0.
    """

    slots: ClassVar = ("moved",)

    momentum: float = option(0.9, low=0, below=1)

    def step(self, weight, gradient, slots, decay, now):
        """As above, in one pass over the weights."""
        self._move(mxnet().nd.sgd_mom_update, weight, gradient, slots[0], now, wd=decay)

    def _move(self, update, weight, gradient, moved, now, **options):
        if now.rate == 0:  # the update's weights go nowhere
            update(weight, gradient, moved, lr=now.before, momentum=self.momentum, **options)
            return
        if now.rate != now.before:
            moved *= now.rate / now.before
        update(weight, gradient, moved, out=weight, lr=now.rate, momentum=self.momentum, **options)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Nesterov(Momentum):
    """Nesterov's momentum (1983) at the point looked ahead to, as torch.optim.SGD(nesterov=True) (Sutskever 2013).

    g ← g + λ w;  v ← μ v + g;  w ← w − η (g + μ v).

    `Momentum` moves by v, this by the v that would come next for the same g. Keras' form keeps the rate in v. MXNet's
    `nag_mom_update`, rescaled as in `Momentum`. Its own decay is wrong in place, as `NAG` calls it: it reads the
    weights twice, and the second time, for v, they have changed already. So λ w is added before.

    momentum = μ in [0, 1). l2 = λ ≥ 0.
    """

    def step(self, weight, gradient, slots, decay, now):
        """As above."""
        self._move(mxnet().nd.nag_mom_update, weight, penalised(gradient, weight, decay), slots[0], now)


@functools.cache
def _one(context: Any, dtype: Any) -> Any:
    return mxnet().nd.ones((1, 1), ctx=context, dtype=dtype)
