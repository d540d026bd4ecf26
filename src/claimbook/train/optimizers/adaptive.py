"""Every coordinate with a rate of its own, from its squared gradients: AdaGrad, AdaDelta, RMSProp."""

from __future__ import annotations

import dataclasses
from typing import ClassVar

from claimbook.compat import mxnet
from claimbook.train.optimizers.base import Method, option, penalised


@dataclasses.dataclass(frozen=True, kw_only=True)
class AdaGrad(Method):
    """The sum of all squared gradients under the rate (Duchi, Hazan and Singer 2011), as torch.optim.Adagrad.

    g ← g + λ w;  s ← s + g²;  w ← w − η g / (√s + ε).

    Keras 2.2 has the same with ε = 1e-7; TensorFlow 2 starts s at 0.1. MXNet's class divides by √(s + ε), adds λ w
    behind the division, and takes no float64.

    epsilon = ε > 0. l2 = λ ≥ 0.
    """

    slots: ClassVar = ("squares",)

    epsilon: float = option(1e-10, above=0)

    def step(self, weight, gradient, slots, decay, now):
        """As above."""
        nd, squares = mxnet().nd, slots[0]
        gradient = penalised(gradient, weight, decay)
        squares += nd.square(gradient)
        weight -= now.rate * gradient / (nd.sqrt(squares) + self.epsilon)


@dataclasses.dataclass(frozen=True, kw_only=True)
class RMSProp(Method):
    """A moving mean of the squared gradients under the rate (Tieleman and Hinton 2012), as torch.optim.RMSprop.

    g ← g + λ w;  s ← ρ s + (1 − ρ) g²;  w ← w − η g / (√s + ε).

    `AdaGrad` never forgets; this forgets with ρ. `Adam` adds a mean of g and corrects both for their start at 0.
    Keras 2.2 is this with ρ = 0.9, ε = 1e-7; tf.train.RMSPropOptimizer and MXNet's `rmsprop_update` divide by
    √(s + ε), another number wherever g is not large against √ε.

    rho = ρ in [0, 1), PyTorch's alpha. epsilon = ε > 0. l2 = λ ≥ 0.
    """

    slots: ClassVar = ("squares",)

    rho: float = option(0.99, low=0, below=1)
    epsilon: float = option(1e-8, above=0)

    def step(self, weight, gradient, slots, decay, now):
        """As above."""
        nd, squares = mxnet().nd, slots[0]
        gradient = penalised(gradient, weight, decay)
        average(squares, nd.square(gradient), self.rho)
        weight -= now.rate * gradient / (nd.sqrt(squares) + self.epsilon)


@dataclasses.dataclass(frozen=True, kw_only=True)
class AdaDelta(Method):
    """`RMSProp` whose rate is the root mean square of its own steps (Zeiler 2012), as torch.optim.Adadelta.

    g ← g + λ w;  s ← ρ s + (1 − ρ) g²;  u = g √(d + ε) / √(s + ε);  d ← ρ d + (1 − ρ) u²;  w ← w − η u.

    Zeiler has no rate: η = 1. Keras 2.2 is this with ρ = 0.95, ε = 1e-7. MXNet's class ignores η, and λ w goes around
    the method.

    rho = ρ in [0, 1). epsilon = ε > 0. l2 = λ ≥ 0.
    """

    slots: ClassVar = ("squares", "steps")

    rho: float = option(0.9, low=0, below=1)
    epsilon: float = option(1e-6, above=0)

    def step(self, weight, gradient, slots, decay, now):
        """As above."""
        nd, (squares, steps) = mxnet().nd, slots
        gradient = penalised(gradient, weight, decay)
        average(squares, nd.square(gradient), self.rho)
        move = gradient * nd.sqrt((steps + self.epsilon) / (squares + self.epsilon))
        average(steps, nd.square(move), self.rho)
        weight -= now.rate * move


def average(mean, value, rho: float) -> None:
    """mean ← ρ mean + (1 − ρ) value, in place."""
    mean *= rho
    mean += (1 - rho) * value
