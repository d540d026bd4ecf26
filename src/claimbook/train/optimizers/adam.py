"""Adam and its kin: AdamW, which decays apart from the gradient, and AMSGrad, whose rates never grow again."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from claimbook.compat import mxnet
from claimbook.train.optimizers.base import Method, option

FORMS = ("pytorch", "keras")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Adam(Method):
    """Moving means of the gradient and of its square, corrected for their start at 0 (Kingma and Ba 2015).

    g ← g + λ w;  m ← β₁ m + (1 − β₁) g;  v ← β₂ v + (1 − β₂) g²;
    w ← w − η (m / c₁) / (√(v / c₂) + ε),  c₁ = 1 − β₁ᵗ,  c₂ = 1 − β₂ᵗ,  t = 1, 2, …

    That is algorithm 1 and torch.optim.Adam (`form="pytorch"`). Keras, TensorFlow and MXNet's class take the end of
    section 2, w ← w − η (√c₂ / c₁) m / (√v + ε) (`form="keras"`; Keras' own ε is 1e-7): ε is up to 1 / √(1 − β₂)
    times larger at the start. MXNet's `adam_update` computes the latter without the corrections, and the former too
    when ε is multiplied by √c₂. It holds β₁ and β₂ in float32, so the corrections are those of the rounded ones.

    beta1, beta2 = β₁, β₂ in [0, 1). epsilon = ε > 0. l2 = λ ≥ 0, coupled: it goes through m and v; see `AdamW`.
    """

    slots: ClassVar = ("mean", "squares")

    beta1: float = option(0.9, low=0, below=1)
    beta2: float = option(0.999, low=0, below=1)
    epsilon: float = option(1e-8, above=0)
    form: str = option("pytorch", choices=FORMS)

    def step(self, weight, gradient, slots, decay, now):
        """As above, in one pass over the weights."""
        self._update(weight, gradient, slots, decay, now, out=weight)

    def _update(self, weight, gradient, slots, l2, now, out=None):
        rate, epsilon = self._corrected(now)
        betas = {"beta1": self.beta1, "beta2": self.beta2}
        mxnet().nd.adam_update(weight, gradient, *slots, out=out, lr=rate, epsilon=epsilon, wd=l2, **betas)

    def _corrected(self, now):
        """η √c₂ / c₁, and ε as it stands beside √v."""
        first, second = (1 - float(np.float32(beta)) ** now.count for beta in (self.beta1, self.beta2))
        root = math.sqrt(second)
        return now.rate * root / first, self.epsilon * (root if self.form == "pytorch" else 1.0)


@dataclasses.dataclass(frozen=True, kw_only=True)
class AdamW(Adam):
    """`Adam` whose decay does not go through the means (Loshchilov and Hutter 2019), as torch.optim.AdamW.

    w ← w − η λ w; then as `Adam` with λ = 0.

    The decay follows the schedule of η, and is as strong where gradients are large; in `Adam` with l2 it is divided by
    √v there. MXNet's `contrib.adamw_update` does the same in one pass given η λ as its wd and η √c₂ / c₁ as its rate;
    but it wants its gradient scale as an array on the device.

    decay = λ ≥ 0, one number or weight's name → number; there is no l2. The others as in `Adam`.
    """

    decay_option: ClassVar = "decay"

    l2: float = option(0.0, init=False)
    decay: float | Mapping[str, float] = option(0.01, low=0, by_name=True)

    def step(self, weight, gradient, slots, decay, now):
        """As above."""
        if decay:
            weight *= 1 - now.rate * decay
        self._update(weight, gradient, slots, 0.0, now, out=weight)


@dataclasses.dataclass(frozen=True, kw_only=True)
class AMSGrad(Adam):
    """`Adam` that divides by the largest v so far (Reddi, Kale and Kumar 2018), as torch.optim.Adam(amsgrad=True).

    m, v as in `Adam`;  a ← max(a, v);  w ← w − η (m / c₁) / (√(a / c₂) + ε).

    The paper itself has no corrections c₁, c₂; PyTorch and Keras have them. MXNet has no AMSGrad.
    Ranges as in `Adam`.
    """

    slots: ClassVar = ("mean", "squares", "most")

    def step(self, weight, gradient, slots, decay, now):
        """As above; `adam_update` brings m and v on, and its weights go nowhere."""
        nd, (mean, squares, most) = mxnet().nd, slots
        self._update(weight, gradient, (mean, squares), decay, now)
        nd.broadcast_maximum(most, squares, out=most)
        rate, epsilon = self._corrected(now)
        weight -= rate * mean / (nd.sqrt(most) + epsilon)
