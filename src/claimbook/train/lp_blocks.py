"""Many row vectors w on the loss Σ (x·w − y)^p / (p n), whatever moves them: fifty steps in one cached graph.

A subclass says what a row's arrays are and how one step moves them. Rows stand in blocks of a fixed height, which is
part of the solver and never adapts to the number of rows: those of MXNet's FullyConnected depend neither on their place
in such a block nor on their neighbours, NaN included (tested bit for bit; in float64 that holds for heights that are
multiples of 8), so a record never depends on what it was batched with.
"""

from __future__ import annotations

import abc

import numpy as np

from claimbook.compat import mxnet

mx = mxnet()

UNROLL = 50  # steps in the long graph; single steps lead to iterations that are no multiple of it
TINY = 1e-30  # keeps 0 / 0 out of the direction of w = 0; far below any squared norm that float32 rows come to have


class LpBlocks(abc.ABC):
    """Rows that full-batch steps move on one problem.

    Args:
        x: (n, d) features. y: (n,) targets.
        p: even. dtype: "float32" or "float64", in which MXNet computes.
        height: rows of a block.
    """

    def __init__(self, x: np.ndarray, y: np.ndarray, p: int, dtype: str, height: int):
        self.x, self.y = np.asarray(x, np.float64), np.asarray(y, np.float64)
        self.p, self.dtype, self.height = p, dtype, height
        n = len(self.y)
        if p == 2:
            constants = (self.x.T @ self.x / n, -(self.x.T @ self.y) / n)
        else:
            constants = (self.x, -self.y, self.x.T / n)
        self._constants = [mx.nd.array(constant, dtype=dtype) for constant in constants]
        self._graphs = {steps: _Steps(steps, self) for steps in (1, UNROLL)}
        for graph in self._graphs.values():
            graph.hybridize(static_alloc=True, static_shape=True)

    @abc.abstractmethod
    def step(self, F, state, rates, gradient):
        """One step of all rows of a block: a list of arrays to a list of arrays (B, …).

        rates: (B, 1). gradient: from end-to-end rows (B, d) to dL/dw there, (B, d).
        """

    @abc.abstractmethod
    def end_to_end(self, state: tuple[np.ndarray, ...]) -> np.ndarray:
        """The row vectors w that the rows come to, (rows, d) float64; each from its own row alone."""

    def gradient(self, F, w, matrix, offset, transposed=None):
        """dL/dw of rows w (B, d): w·(XᵀX/n) − Xᵀy/n for p = 2, else residual^(p−1) · X / n."""
        n, d = self.x.shape
        if transposed is None:
            return F.FullyConnected(w, matrix, offset, num_hidden=d)
        residual = F.FullyConnected(w, matrix, offset, num_hidden=n)
        power = residual
        for _ in range(self.p // 2 - 1):
            power = F.square(residual) * power
        return F.FullyConnected(power, transposed, no_bias=True, num_hidden=d)

    def advance(
        self, state: tuple[np.ndarray, ...], rates: np.ndarray, at: int, iterations: int
    ) -> tuple[np.ndarray, ...]:
        """Take `iterations` steps with every row.

        Args:
            state: arrays (rows, …), any number of rows. rates: (rows,) learning rates.
            at: the iteration that the rows stand at; a step does not depend on it.

        Returns:
            The arrays after the steps, in `dtype`; rows that blew up hold NaN or infinity.
        """
        blocks = [slice(i, i + self.height) for i in range(0, len(rates), self.height)]
        moved = [self._advance_block([a[block] for a in state], rates[block], iterations) for block in blocks]
        return tuple(np.concatenate(parts) for parts in zip(*moved, strict=True))

    def loss(self, state: tuple[np.ndarray, ...]) -> np.ndarray:
        """The loss of every row, (rows,), in float64 from the residuals whatever the rows' dtype, row by row."""
        with np.errstate(all="ignore"):  # a row that blew up has no finite loss
            return np.array([np.mean((self.x @ w - self.y) ** self.p) / self.p for w in self.end_to_end(state)])

    def _advance_block(self, state, rates, iterations):
        rows = len(rates)
        moved = [self._padded(array) for array in state]
        rates = self._padded(np.asarray(rates).reshape(-1, 1))
        for steps, times in ((UNROLL, iterations // UNROLL), (1, iterations % UNROLL)):
            for _ in range(times):
                moved = self._graphs[steps](rates, *self._constants, *moved)
                moved = moved if isinstance(moved, list) else [moved]
        return [array.asnumpy()[:rows] for array in moved]

    def _padded(self, rows: np.ndarray):
        whole = np.zeros((self.height, *rows.shape[1:]), self.dtype)
        whole[: len(rows)] = rows
        return mx.nd.array(whole, dtype=self.dtype)


class _Steps(mx.gluon.HybridBlock):
    """`steps` steps of all rows of a block. Inputs: rates (B, 1); the problem's constants; the rows' arrays."""

    def __init__(self, steps: int, rows: LpBlocks):
        super().__init__(prefix="")
        self.steps, self.rows = steps, rows

    def hybrid_forward(self, F, rates, *rest):
        """The arrays after the steps."""
        count = 2 if self.rows.p == 2 else 3
        constants, state = rest[:count], list(rest[count:])
        for _ in range(self.steps):
            state = self.rows.step(F, state, rates, lambda w: self.rows.gradient(F, w, *constants))
        return state
