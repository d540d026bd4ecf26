"""Update rules with the constants of Keras 2.2, as the slides call them: what a gradient does to a parameter.

Each rule is a class with `slots`, how many arrays it carries beside the parameters (all start at 0), and `move`, which
works on MXNet symbols and arrays alike. Rates have shape (B, 1), parameters, gradients and slots (B, D): every row has
its own rate. MXNet's own optimizers take one rate for all rows, and its AdaDelta and AdaGrad have other constants.

Source of the formulas and constants: keras/optimizers.py, version 2.2 (SGD, Adagrad, Adadelta, Adam); they are the
arguments that the slides leave at their defaults (Experiment 3, model_building).
"""

from __future__ import annotations

import numpy as np

from claimbook.errors import unknown

EPSILON = 1e-7  # keras.backend.epsilon()


class GradientDescent:
    """θ ← θ − η g."""

    slots = 0
    corrected = False

    def move(self, F, theta, gradient, slots, rates, correction):
        """θ and the slots after one step. `correction`: (1, 1), of this step, where the rule is `corrected`."""
        return theta - F.broadcast_mul(rates, gradient), slots


class Momentum:
    """v ← 0.9 v − η g; θ ← θ + v (Polyak 1964; Keras' SGD with momentum)."""

    slots = 1
    corrected = False
    momentum = 0.9

    def move(self, F, theta, gradient, slots, rates, correction):
        """θ and [v] after one step."""
        velocity = self.momentum * slots[0] - F.broadcast_mul(rates, gradient)
        return theta + velocity, [velocity]


class Nesterov(Momentum):
    """v ← 0.9 v − η g; θ ← θ + 0.9 v − η g (Nesterov 1983 in the form of Keras' SGD, θ being the look-ahead point)."""

    def move(self, F, theta, gradient, slots, rates, correction):
        """θ and [v] after one step."""
        push = F.broadcast_mul(rates, gradient)
        velocity = self.momentum * slots[0] - push
        return theta + (self.momentum * velocity - push), [velocity]


class AdaGrad:
    """a ← a + g²; θ ← θ − η g / (√a + ε) (Duchi, Hazan and Singer 2011)."""

    slots = 1
    corrected = False

    def move(self, F, theta, gradient, slots, rates, correction):
        """θ and [a] after one step."""
        squares = slots[0] + F.square(gradient)
        return theta - F.broadcast_mul(rates, gradient / (F.sqrt(squares) + EPSILON)), [squares]


class AdaDelta:
    """a ← ρ a + (1 − ρ) g²; u = g √(d + ε) / √(a + ε); θ ← θ − η u; d ← ρ d + (1 − ρ) u², ρ = 0.95 (Zeiler 2012).

    The rate η is Keras' addition; Zeiler has none, which is η = 1.
    """

    slots = 2
    corrected = False
    decay = 0.95

    def move(self, F, theta, gradient, slots, rates, correction):
        """θ and [a, d] after one step."""
        squares = self.decay * slots[0] + (1 - self.decay) * F.square(gradient)
        step = gradient * F.sqrt((slots[1] + EPSILON) / (squares + EPSILON))
        steps = self.decay * slots[1] + (1 - self.decay) * F.square(step)
        return theta - F.broadcast_mul(rates, step), [squares, steps]


class Adam:
    """m ← β₁ m + (1 − β₁) g; v ← β₂ v + (1 − β₂) g²; θ ← θ − η c_t m / (√v + ε) (Kingma and Ba 2014, section 2).

    β₁ = 0.9, β₂ = 0.999, c_t = √(1 − β₂ᵗ) / (1 − β₁ᵗ) at step t = 1, 2, …
    """

    slots = 2
    corrected = True
    beta1, beta2 = 0.9, 0.999

    def move(self, F, theta, gradient, slots, rates, correction):
        """θ and [m, v] after one step."""
        mean = self.beta1 * slots[0] + (1 - self.beta1) * gradient
        squares = self.beta2 * slots[1] + (1 - self.beta2) * F.square(gradient)
        size = F.broadcast_mul(rates, correction)
        return theta - F.broadcast_mul(size, mean / (F.sqrt(squares) + EPSILON)), [mean, squares]

    def corrections(self, at: int, steps: int) -> np.ndarray:
        """c_t of the `steps` steps after iteration `at`, (steps,) float64."""
        t = at + 1.0 + np.arange(steps)
        return np.sqrt(1 - self.beta2**t) / (1 - self.beta1**t)


RULES = {
    "gradient-descent": GradientDescent,
    "momentum": Momentum,
    "nesterov": Nesterov,
    "adagrad": AdaGrad,
    "adadelta": AdaDelta,
    "adam": Adam,
}


def rule_named(name: str):
    """A fresh rule by its name. Raises UsageError for an unknown one."""
    if name not in RULES:
        raise unknown("update rule", name, RULES)
    return RULES[name]()
