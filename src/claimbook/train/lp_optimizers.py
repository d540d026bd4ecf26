"""Any update rule on many small linear networks at once: one row a configuration, fifty steps in one cached graph.

The idea and its limits are those of `claimbook.train.lp_blocks`. Here all parameters of a row are one vector θ, so a
rule is applied once a step, and the layers may have biases, which Keras' `Dense` has unless told not to.
"""

from __future__ import annotations

import numpy as np

from claimbook.compat import mxnet
from claimbook.models.deep_linear import check_shape
from claimbook.train.rules import rule_named

mx = mxnet()

UNROLL = 50  # steps in the long graph; single steps lead to iterations that are no multiple of it
HEIGHT = {"gram": 40, "residual": 8}  # rows of a block, as in lp_descent


class _Steps(mx.gluon.HybridBlock):
    """`steps` updates of all rows of a block.

    Inputs: θ (B, D); the rule's slots, (B, D) each; rates (B, 1); the problem's constants; for a rule that has them,
    its corrections (steps, 1).
    """

    def __init__(self, steps: int, problem: LpOptimizer):
        super().__init__(prefix="")
        self.steps, self.problem = steps, problem

    def hybrid_forward(self, F, theta, *rest):
        """θ and the slots after `steps` updates."""
        count = self.problem.rule.slots
        slots, rates, constants = list(rest[:count]), rest[count], rest[count + 1 :]
        correction = None
        for step in range(self.steps):
            if self.problem.rule.corrected:
                correction = F.slice_axis(constants[-1], axis=0, begin=step, end=step + 1)
            gradient = self.problem.gradient(F, theta, constants)
            theta, slots = self.problem.rule.move(F, theta, gradient, slots, rates, correction)
        return [theta, *slots]


class LpOptimizer:
    """Rows of linear networks d → 1 → … → 1 under one update rule, full batch, on Σ (prediction − y)^p / (p n).

    A row's state is θ (D,) and the rule's slots (D,) each. θ holds W_1 (d), then W_2 … W_N (N − 1), then with biases
    b_1 … b_N (N). The prediction is (…((x · W_1 + b_1) W_2 + b_2) …) W_N + b_N.

    Args:
        x: (n, d) features. y: (n,) targets.
        depth: N ≥ 1. p: even. rule: one of `rules.RULES`. biases: whether the layers have them.
        dtype: "float32" or "float64", in which MXNet computes.

    Raises:
        UsageError: depth below 1, p not a positive even number, or an unknown rule.
    """

    def __init__(
        self,
        x: np.ndarray,
        y: np.ndarray,
        depth: int,
        p: int,
        rule: str,
        biases: bool = False,
        dtype: str = "float32",
    ):
        check_shape(depth, p=p)
        self.x, self.y = np.asarray(x, np.float64), np.asarray(y, np.float64)
        self.depth, self.p, self.biases, self.dtype = depth, p, biases, dtype
        self.rule = rule_named(rule)
        self.n, self.d = self.x.shape
        self.size = self.d + depth - 1 + (depth if biases else 0)
        self.height = HEIGHT["gram" if p == 2 else "residual"]
        wide = np.hstack([self.x, np.ones((self.n, 1))]) if biases else self.x  # the offset is one more feature's row
        if p == 2:
            constants = (wide.T @ wide / self.n, -(wide.T @ self.y) / self.n)
        else:
            constants = (wide, -self.y, wide.T / self.n)
        self._constants = [mx.nd.array(constant, dtype=dtype) for constant in constants]
        self._graphs = {steps: _Steps(steps, self) for steps in (1, UNROLL)}
        for graph in self._graphs.values():
            graph.hybridize(static_alloc=True, static_shape=True)

    def start(self, w: np.ndarray, factors: np.ndarray) -> tuple[np.ndarray, ...]:
        """The state of one row at iteration 0: W_1 (d,), [W_2 … W_N] (N − 1,), biases and slots at 0, as in Keras."""
        theta = np.concatenate([w, factors, np.zeros(self.size - len(w) - len(factors))])
        return (theta, *(np.zeros(self.size) for _ in range(self.rule.slots)))

    def advance(
        self, state: tuple[np.ndarray, ...], rates: np.ndarray, at: int, iterations: int
    ) -> tuple[np.ndarray, ...]:
        """Take `iterations` steps with every row.

        Args:
            state: θ and the slots, (rows, D) each. rates: (rows,). Any number of rows, all at iteration `at`.

        Returns:
            The state after the steps, in `dtype`; rows that blew up hold NaN or infinity.
        """
        blocks = [slice(i, i + self.height) for i in range(0, len(rates), self.height)]
        moved = [self._advance_block([a[block] for a in state], rates[block], at, iterations) for block in blocks]
        return tuple(np.concatenate(parts) for parts in zip(*moved, strict=True))

    def loss(self, state: tuple[np.ndarray, ...]) -> np.ndarray:
        """The loss of every row, (rows,), computed row by row in float64 from the residuals whatever the dtype."""
        with np.errstate(all="ignore"):  # a row that blew up has no finite loss
            return np.array([self._loss(theta.astype(np.float64)) for theta in state[0]])

    @property
    def loss_of_zero(self) -> float:
        """The loss of predicting 0 for every row: where networks of any depth stand when their product is near 0."""
        return np.mean(self.y**self.p) / self.p

    def _loss(self, theta):
        w, factors, biases = np.split(theta, [self.d, self.d + self.depth - 1])
        prediction = self.x @ (w * np.prod(factors))
        offset = 0.0
        for j, bias in enumerate(biases):
            offset = bias if j == 0 else offset * factors[j - 1] + bias
        return np.mean((prediction + offset - self.y) ** self.p) / self.p

    def _advance_block(self, arrays, rates, at, iterations):
        rows = len(rates)
        state, rates = [self._padded(array) for array in arrays], self._padded(np.asarray(rates).reshape(-1, 1))
        for steps, times in ((UNROLL, iterations // UNROLL), (1, iterations % UNROLL)):
            for _ in range(times):
                state = self._graphs[steps](*state, rates, *self._constants, *self._corrections(at, steps))
                at += steps
        return [array.asnumpy()[:rows] for array in state]

    def _corrections(self, at, steps):
        if not self.rule.corrected:
            return []
        return [mx.nd.array(self.rule.corrections(at, steps).reshape(-1, 1), dtype=self.dtype)]

    def _padded(self, rows: np.ndarray):
        whole = np.zeros((self.height, rows.shape[1]), self.dtype)
        whole[: len(rows)] = rows
        return mx.nd.array(whole, dtype=self.dtype)

    # ---- inside the graph ----------------------------------------------------------------------------------------

    def gradient(self, F, theta, constants):
        """dL/dθ (B, D), by the chain rule from the gradient at the end-to-end row and its offset."""
        columns = [self._columns(F, theta, self.d + j, 1) for j in range(self.size - self.d)]
        w, factors, biases = self._columns(F, theta, 0, self.d), columns[: self.depth - 1], columns[self.depth - 1 :]
        below = [None]  # below[j]: W_2 … W_{j+1}, the product of the first j factors; None is 1
        for factor in factors:
            below.append(_times(below[-1], factor))
        above = [None]  # above[-1 - j]: W_{j+2} … W_N, the product of those from factor j on
        for factor in reversed(factors):
            above.append(_times(above[-1], factor))
        above.reverse()
        offsets = self._offsets(factors, biases)
        whole = w if below[-1] is None else F.broadcast_mul(w, below[-1])
        at_row = self._end_to_end(F, F.concat(whole, offsets[-1], dim=1) if biases else whole, constants)
        at_w = self._columns(F, at_row, 0, self.d) if biases else at_row
        parts = [at_w if above[0] is None else F.broadcast_mul(at_w, above[0])]
        if factors:
            along = F.sum(at_w * w, axis=1, keepdims=True)
            at_offset = self._columns(F, at_row, self.d, 1) if biases else None
            for j in range(len(factors)):
                inner = _times(below[j], along)
                if biases:
                    inner = inner + at_offset * offsets[j]
                parts.append(_times(above[j + 1], inner))
        if biases:
            at_offset = self._columns(F, at_row, self.d, 1)
            parts += [_times(above[j], at_offset) for j in range(self.depth)]
        return F.concat(*parts, dim=1) if len(parts) > 1 else parts[0]

    def _offsets(self, factors, biases):
        """offsets[j]: what the network gives at layer j + 1 for x · W_1 = 0, (B, 1) each."""
        offsets = list(biases[:1])
        for factor, bias in zip(factors, biases[1:], strict=False):
            offsets.append(offsets[-1] * factor + bias)
        return offsets

    def _end_to_end(self, F, rows, constants):
        """The gradient at the end-to-end rows: rows · G − b for p = 2, else residual^(p−1) · X / n."""
        length = self.d + bool(self.biases)
        if self.p == 2:
            return F.FullyConnected(rows, *constants[:2], num_hidden=length)
        matrix, offset, transposed = constants[:3]
        residual = F.FullyConnected(rows, matrix, offset, num_hidden=self.n)
        power = residual
        for _ in range(self.p // 2 - 1):
            power = F.square(residual) * power
        return F.FullyConnected(power, transposed, no_bias=True, num_hidden=length)

    @staticmethod
    def _columns(F, rows, begin, count):
        return F.slice_axis(rows, axis=1, begin=begin, end=begin + count)


def _times(product, factor):
    """`product` · `factor`, where no product yet (None) is 1."""
    return factor if product is None else product * factor
