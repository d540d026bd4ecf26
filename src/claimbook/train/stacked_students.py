"""Minibatch SGD of many stacked students y(x) = Σ_i [σ(V_N … σ(V_1 x))]_i, each with its own teacher, by hand.

A student is its layers' matrices V_k = W_k + I; the gradient by W_k is that by V_k. A linear student has the last σ
only. One step, with the batch's mean of (y − y*)² as loss, z_k = V_k h_{k−1}, h_k = σ(z_k) and h_0 = x:
V_k ← V_k − rate · 2 mean[(y − y*) p_k h_{k−1}ᵀ], where p_N = σ'(z_N) and p_{k−1} = σ'(z_{k−1}) ∘ V_kᵀ p_k, in a linear
student without the σ'. Source: identity-mapping report, equation (8), and (9) done right.

Lessons, order of the examples, blocks of a fixed height and the long graph are those of `train.teacher_student`; with
one layer the steps are the same bit for bit (tested), and a student never depends on its neighbours.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from claimbook.compat import mxnet
from claimbook.train.teacher_student import BULK, HEIGHT, UNROLL, Lesson, Students

mx = mxnet()


class StackedStudents(Students):
    """Stacked students of one shape, one a lesson, who all take the same number of steps, in float64.

    Args:
        lessons, batch: as for `Students`. layers: N ≥ 1. slope: of PReLU's negative side, the derivative at 0 is 1.
        linear: whether only the last layer has its σ.

    `advance` takes and gives the layers' matrices, (students, N, d, d).
    """

    def __init__(self, lessons: Sequence[Lesson], batch: int, layers: int, slope: float, linear: bool):
        super().__init__(lessons, batch, "prelu", slope, "float64")
        self.layers = layers
        self._graphs = {steps: _Steps(steps, layers, slope, linear) for steps in (1, UNROLL)}
        for graph in self._graphs.values():
            graph.hybridize(static_alloc=True, static_shape=True, forward_bulk_size=BULK)

    def _block(self, layers: np.ndarray, at: int, steps: int, who: Sequence[int]) -> np.ndarray:
        whole = np.zeros((self.layers, HEIGHT, self.inputs, self.inputs))
        whole[:, : len(who)] = np.swapaxes(layers, 0, 1)
        rates = np.zeros((HEIGHT, 1, 1))  # the 2 of the square and the 1/batch of the mean stand in it
        rates[: len(who), 0, 0] = [2 * self.lessons[i].rate / self.batch for i in who]
        moved, rates = [mx.nd.array(one, dtype=self.dtype) for one in whole], mx.nd.array(rates, dtype=self.dtype)
        end = at + steps
        while at < end:
            now = UNROLL if end - at >= UNROLL else 1
            picked = self._picked(at, now, who)
            moved = self._graphs[now](rates, self._examples, self._targets, self._ones, *picked, *moved)
            moved = moved if isinstance(moved, (list, tuple)) else [moved]
            at += now
        return np.stack([one.asnumpy()[: len(who)] for one in moved], axis=1)


class _Steps(mx.gluon.HybridBlock):
    """`steps` steps of a block of stacked students.

    Inputs: rates (B, 1, 1); examples (…, d); targets (…, 1); ones (1, d); the places of examples and of targets,
    (steps, B, batch) each; V_1 … V_N, (B, d, d) each. Output: V_1 … V_N after the steps.
    """

    def __init__(self, steps: int, layers: int, slope: float, linear: bool):
        super().__init__(prefix="")
        self._steps, self._slope = steps, slope
        self._bent = [not linear or number == layers - 1 for number in range(layers)]

    def hybrid_forward(self, F, rates, examples, targets, ones, places, target_places, *layers):
        """The layers after the steps."""
        for step in range(self._steps):
            x, y = F.take(examples, _at(F, places, step)), F.take(targets, _at(F, target_places, step))
            hidden, slopes = self._forward(F, x, layers)
            # A product with ones is many times as fast as F.sum.
            output = F.FullyConnected(hidden[-1], ones, no_bias=True, num_hidden=1, flatten=False)
            gaps = F.broadcast_mul(output - y, rates)
            layers = self._backward(F, gaps, hidden, slopes, layers)
        return list(layers) if len(layers) > 1 else layers[0]

    def _forward(self, F, x, layers):
        """h_0 … h_N, and σ'(z_1) … σ'(z_N), None where there is no σ."""
        hidden, slopes = [x], []
        for layer, bent in zip(layers, self._bent, strict=True):
            z = F.batch_dot(hidden[-1], layer, transpose_b=True)
            slopes.append(self._derivative(F, z) if bent else None)
            hidden.append(z * slopes[-1] if bent else z)
        return hidden, slopes

    def _backward(self, F, gaps, hidden, slopes, layers):
        """The layers one step on."""
        moved = list(layers)
        pull = F.broadcast_mul(slopes[-1], gaps)
        for number in reversed(range(len(layers))):
            moved[number] = F.linalg.gemm(pull, hidden[number], layers[number], transpose_a=True, alpha=-1.0)
            if number:
                pull = F.batch_dot(pull, layers[number])
                pull = pull if slopes[number - 1] is None else pull * slopes[number - 1]
        return moved

    def _derivative(self, F, z):
        """σ'(z)."""
        derivative = z >= 0
        return F.maximum(derivative, self._slope) if self._slope else derivative


def _at(F, places, step: int):
    """The places of one step, (B, batch)."""
    return F.reshape(F.slice_axis(places, axis=0, begin=step, end=step + 1), (-3, -2))
