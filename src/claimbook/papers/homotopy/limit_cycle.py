"""Where the released code's coupling ends up: a cycle of four steps, which it never leaves at a constant rate."""

from __future__ import annotations

RATE, MOMENTUM = 0.05, 0.9
"""Of the code's SGD, until its rate is first halved."""


def cycle(level: float) -> float:
    """‖d‖ / L of one tensor whose copies differ by d, averaged over the steps, where SGD with momentum goes round.

    The gradient of ‖d‖ / L has the length 1 / L, however small d is. SGD with rate η and momentum m then does not
    settle: it jumps over d = 0, in a cycle of four steps with the signs + + − −. Its velocities v, in units of 1 / L,
    satisfy v₁ = 1 − m v₂ and v₂ = 1 + m v₁, so v₂ = (1 + m) / (1 + m²). Both copies move, so each step moves d by
    2 η v, and the mean of |d| over the cycle is η v₂ / L.
    """
    return RATE * second_velocity() / level**2


def second_velocity() -> float:
    """v₂ of the cycle."""
    return (1 + MOMENTUM) / (1 + MOMENTUM**2)
