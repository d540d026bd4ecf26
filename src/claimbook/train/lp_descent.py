"""Gradient descent on many small linear networks at once: one row a configuration, fifty steps in one cached graph.

A tiny network trained alone spends its time on the overhead of single operators. Here the rows of a block are
configurations (learning rates, seeds) of one network shape. The rows of MXNet's FullyConnected depend neither on their
place in a block of fixed height nor on their neighbours, NaN included (tested bit for bit), so a record never depends
on what it was batched with. The height of a block is part of the solver and never adapts to the number of rows.

For p = 2 the gradient needs the data only through the Gram matrix XᵀX/n and Xᵀy/n.
"""

from __future__ import annotations

import numpy as np

from claimbook.compat import mxnet
from claimbook.models.deep_linear import check_shape

mx = mxnet()

UNROLL = 50  # steps in the long graph; single steps lead to iterations that are no multiple of it
HEIGHT = {"gram": 40, "residual": 8}  # rows of a block; measured: hides the operators' overhead and pads little


class _Steps(mx.gluon.HybridBlock):
    """`steps` updates of all rows of a block.

    Inputs: w (B, d); rates (B, 1); the problem's constants; the scalar factors W_2 … W_N, (B, 1) each.
    """

    def __init__(self, steps: int, p: int, n: int, d: int):
        super().__init__(prefix="")
        self.steps, self.p, self.n, self.d = steps, p, n, d

    def hybrid_forward(self, F, w, rates, *rest):
        """w and the factors after `steps` updates."""
        constants, factors = (rest[:2], rest[2:]) if self.p == 2 else (rest[:3], rest[3:])
        for _ in range(self.steps):
            w, factors = self._step(F, w, rates, constants, factors)
        return [w, *factors]

    def _step(self, F, w, rates, constants, factors):
        scale = _product(factors)
        if scale is None:
            return w - F.broadcast_mul(rates, self._gradient(F, w, *constants)), []
        gradient = self._gradient(F, F.broadcast_mul(w, scale), *constants)
        along = rates * F.sum(gradient * w, axis=1, keepdims=True)  # rate · <gradient, W_1>
        moved = []
        for j, factor in enumerate(factors):
            others = _product(factors[:j] + factors[j + 1 :])
            moved.append(factor - (along if others is None else along * others))
        return w - F.broadcast_mul(rates * scale, gradient), moved

    def _gradient(self, F, w, matrix, offset, transposed=None):
        """The gradient at the end-to-end rows w: w·G − b for p = 2, else residual^(p−1) · X / n."""
        if transposed is None:
            return F.FullyConnected(w, matrix, offset, num_hidden=self.d)
        residual = F.FullyConnected(w, matrix, offset, num_hidden=self.n)
        power = residual
        for _ in range(self.p // 2 - 1):
            power = F.square(residual) * power
        return F.FullyConnected(power, transposed, no_bias=True, num_hidden=self.d)


def _product(factors):
    product = None
    for factor in factors:
        product = factor if product is None else product * factor
    return product


class LpDescent:
    """Rows of linear networks d → 1 → … → 1 under plain full-batch gradient descent on Σ (prediction − y)^p / (p n).

    A row's state is W_1 as (d,) and the scalar matrices W_2 … W_N as (N − 1,); its prediction is x · W_1 ΠW_j.

    Args:
        x: (n, d) features. y: (n,) targets.
        depth: N ≥ 1. p: even. dtype: "float32" or "float64", in which MXNet computes.

    Raises:
        UsageError: depth below 1, or p not a positive even number.
    """

    def __init__(self, x: np.ndarray, y: np.ndarray, depth: int, p: int, dtype: str = "float32"):
        check_shape(depth, p=p)
        self.x, self.y = np.asarray(x, np.float64), np.asarray(y, np.float64)
        self.depth, self.p, self.dtype = depth, p, dtype
        n, d = self.x.shape
        self.height = HEIGHT["gram" if p == 2 else "residual"]
        if p == 2:
            constants = (self.x.T @ self.x / n, -(self.x.T @ self.y) / n)
        else:
            constants = (self.x, -self.y, self.x.T / n)
        self._constants = [mx.nd.array(constant, dtype=dtype) for constant in constants]
        self._graphs = {steps: _Steps(steps, p, n, d) for steps in (1, UNROLL)}
        for graph in self._graphs.values():
            graph.hybridize(static_alloc=True, static_shape=True)

    def advance(
        self, state: tuple[np.ndarray, np.ndarray], rates: np.ndarray, at: int, iterations: int
    ) -> tuple[np.ndarray, np.ndarray]:
        """Take `iterations` steps with every row.

        Args:
            state: W_1 (rows, d) and the factors (rows, N − 1). rates: (rows,) learning rates. Any number of rows.
            at: the iteration that the rows stand at; plain descent does not depend on it.

        Returns:
            W_1 and the factors after the steps, in `dtype`; rows that blew up hold NaN or infinity.
        """
        w, factors = state
        blocks = [slice(i, i + self.height) for i in range(0, len(w), self.height)]
        moved = [self._advance_block(w[block], factors[block], rates[block], iterations) for block in blocks]
        return np.concatenate([part[0] for part in moved]), np.concatenate([part[1] for part in moved])

    def _advance_block(self, w, factors, rates, iterations):
        rows = len(w)
        state = [self._padded(w), *(self._padded(factors[:, j : j + 1]) for j in range(self.depth - 1))]
        rates = self._padded(np.asarray(rates).reshape(-1, 1))
        for steps, times in ((UNROLL, iterations // UNROLL), (1, iterations % UNROLL)):
            for _ in range(times):
                state = self._graphs[steps](state[0], rates, *self._constants, *state[1:])
        state = [array.asnumpy()[:rows] for array in state]
        return state[0], np.concatenate(state[1:], axis=1) if self.depth > 1 else np.zeros((rows, 0), self.dtype)

    def _padded(self, rows: np.ndarray):
        whole = np.zeros((self.height, rows.shape[1]), self.dtype)
        whole[: len(rows)] = rows
        return mx.nd.array(whole, dtype=self.dtype)

    def loss(self, state: tuple[np.ndarray, ...]) -> np.ndarray:
        """The loss of every row, (rows,), computed in float64 from the residuals whatever the rows' dtype.

        Row by row: a matrix product of all rows would sum in an order that depends on how many there are.
        """
        w, factors = state[:2]
        with np.errstate(all="ignore"):  # a row that blew up has no finite loss
            whole = w.astype(np.float64) * np.prod(factors.astype(np.float64), axis=1, keepdims=True)
            return np.array([np.mean((self.x @ row - self.y) ** self.p) / self.p for row in whole])
