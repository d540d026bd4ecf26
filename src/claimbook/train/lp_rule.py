"""The end-to-end rule in its single-output form, batched: one row a vector w (slides, Experiment 1, `emulate`)."""

from __future__ import annotations

import numpy as np

from claimbook.train.lp_blocks import TINY, LpBlocks

HEIGHT = {"gram": 16, "residual": 8}


class LpRule(LpBlocks):
    """Rows w (d,) that move as the product of a balanced network of depth N would, in the limit of small steps.

    w ← w − rate · ‖w‖^(2−2/N) (g + (N − 1) Proj_w g), g = dL/dw at w, Proj_w g = ⟨g, w/‖w‖⟩ w/‖w‖; weight decay 0.
    Same interface as `lp_nets.LpNets`; a row's state is the one array w. Source: slides, "Single-output Case".

    Args:
        x: (n, d) features. y: (n,) targets.
        depth: N ≥ 1. p: even. dtype: "float32" or "float64", in which MXNet computes.
    """

    def __init__(self, x: np.ndarray, y: np.ndarray, depth: int, p: int, dtype: str = "float32"):
        super().__init__(x, y, p, dtype, HEIGHT["gram" if p == 2 else "residual"])
        self.depth = depth

    def step(self, F, state, rates, gradient):
        """One step of the rule, written with s = ‖w‖²: s^(1−1/N) g + (N − 1) ⟨g, w⟩ s^(−1/N) w."""
        (w,) = state
        g = gradient(w)
        square = F.sum(F.square(w), axis=1, keepdims=True)
        size = square ** (1 - 1 / self.depth)
        along = (self.depth - 1) * size / F.broadcast_maximum(square, F.ones_like(square) * TINY)
        along = along * F.sum(g * w, axis=1, keepdims=True)
        return [w - F.broadcast_mul(rates * size, g) - F.broadcast_mul(rates * along, w)]

    def end_to_end(self, state: tuple[np.ndarray, ...]) -> np.ndarray:
        """w itself, (rows, d) float64."""
        return state[0].astype(np.float64)
