"""Minibatch SGD of many students of y(x) = Σ_i σ(⟨v_i, x⟩), each with its own teacher: 25 steps in one cached graph.

A student is the matrix of its neurons' vectors, V = W + I with identity mapping and V = W without, so that the identity
is an affair of the start alone: the gradient by W is that by V. One step, with the batch's mean of (y − y*)² as loss:
v_j ← v_j − rate · 2 mean[(y − y*) σ'(⟨v_j, x⟩) x]. Source: identity-mapping report, equations (4) to (6).

Students stand in blocks of a fixed height, which is part of the solver and never adapts to their number. Those of
MXNet's batch_dot and linalg.gemm depend neither on their place in such a block nor on their neighbours, NaN included
(tested bit for bit), so a record never depends on what it was batched with.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Sequence

import numpy as np

from claimbook import seeds
from claimbook.compat import mxnet

mx = mxnet()

UNROLL = 25  # steps in the long graph; single steps do the rest
HEIGHT = 8  # students of a block
BULK = 10_000  # operators that the engine runs as one: handing them over one by one costs as much as a small student


@dataclasses.dataclass(frozen=True)
class Lesson:
    """What one student is taught.

    examples: (n, d); students who share the array share it on the device too. targets: (n,), the teacher's outputs.
    seed: decides the order of the examples, see `order`. rate: the learning rate.
    """

    examples: np.ndarray
    targets: np.ndarray
    seed: int
    rate: float


@functools.lru_cache(maxsize=2 * HEIGHT)
def order(seed: int, examples: int, epoch: int) -> np.ndarray:
    """In which order a seed's examples come in an epoch, (examples,). All students of a seed have the same."""
    shuffled = seeds.stream(seed, f"teacher-student/order/{epoch}").permutation(examples)
    shuffled.flags.writeable = False
    return shuffled


class Students:
    """Students of one shape, one a lesson, who all take the same number of steps.

    Args:
        lessons: with examples of one shape (n, d). batch: examples of a step. An epoch has n // batch whole batches;
            what is left over is left out, other examples in each epoch.
        activation: "tanh", "softplus", or "prelu", which has `slope` on its negative side and the derivative 1 at 0
            (equation (5)); slope 0 is ReLU.
        dtype: "float32" or "float64", in which MXNet computes.
    """

    def __init__(self, lessons: Sequence[Lesson], batch: int, activation: str, slope: float, dtype: str):
        self.lessons, self.batch, self.dtype = list(lessons), batch, dtype
        self.count, self.inputs = lessons[0].examples.shape
        distinct = {id(lesson.examples): lesson.examples for lesson in lessons}
        slots = {key: number for number, key in enumerate(distinct)}
        self._slots = np.array([slots[id(lesson.examples)] for lesson in lessons])
        self._examples = mx.nd.array(np.concatenate(list(distinct.values())), dtype=dtype)
        self._targets = mx.nd.array(np.concatenate([lesson.targets for lesson in lessons])[:, None], dtype=dtype)
        self._ones = mx.nd.ones((1, self.inputs), dtype=dtype)
        self._graphs = {steps: _Steps(steps, activation, slope) for steps in (1, UNROLL)}
        for graph in self._graphs.values():
            graph.hybridize(static_alloc=True, static_shape=True, forward_bulk_size=BULK)

    @property
    def epoch_steps(self) -> int:
        """Steps of an epoch."""
        return self.count // self.batch

    def advance(self, neurons: np.ndarray, at: int, steps: int, who: Sequence[int] | None = None) -> np.ndarray:
        """Take `steps` steps with students who all stand at step `at`.

        Args:
            neurons: (students, d, d), each row v_i. who: the numbers of their lessons; all of them where None.

        Returns:
            The neurons after the steps, (students, d, d) in `dtype`; not finite where a student blew up.
        """
        who = range(len(self.lessons)) if who is None else who
        blocks = [slice(i, i + HEIGHT) for i in range(0, len(who), HEIGHT)]
        return np.concatenate([self._block(neurons[block], at, steps, who[block]) for block in blocks])

    def _block(self, neurons: np.ndarray, at: int, steps: int, who: Sequence[int]) -> np.ndarray:
        whole = np.zeros((HEIGHT, self.inputs, self.inputs), self.dtype)
        whole[: len(who)] = neurons
        rates = np.zeros((HEIGHT, 1, 1), self.dtype)  # the 2 of the square and the 1/batch of the mean stand in it
        rates[: len(who), 0, 0] = [2 * self.lessons[i].rate / self.batch for i in who]
        moved, rates = mx.nd.array(whole, dtype=self.dtype), mx.nd.array(rates, dtype=self.dtype)
        end = at + steps
        while at < end:
            now = UNROLL if end - at >= UNROLL else 1
            picked = self._picked(at, now, who)
            moved = self._graphs[now](rates, self._examples, self._targets, self._ones, *picked, moved)
            at += now
        return moved.asnumpy()[: len(who)]

    def _picked(self, at: int, steps: int, who: Sequence[int]) -> list:
        """Which examples and which targets the next steps take: two arrays (steps, HEIGHT, batch) of int32."""
        places = np.zeros((2, steps, HEIGHT, self.batch), np.int32)
        done = 0
        while done < steps:
            epoch, within = divmod(at + done, self.epoch_steps)
            now = min(steps - done, self.epoch_steps - within)
            for row, student in enumerate(who):
                shuffled = order(self.lessons[student].seed, self.count, epoch)
                own = shuffled[within * self.batch : (within + now) * self.batch].reshape(now, self.batch)
                places[0, done : done + now, row] = own + self._slots[student] * self.count
                places[1, done : done + now, row] = own + student * self.count
            done += now
        return [mx.nd.array(one, dtype="int32") for one in places]


class _Steps(mx.gluon.HybridBlock):
    """`steps` steps of a block of students.

    Inputs: rates (B, 1, 1); examples (…, d); targets (…, 1); ones (1, d); the places of examples and of targets,
    (steps, B, batch) each; neurons (B, d, d). Output: the neurons after the steps.
    """

    def __init__(self, steps: int, activation: str, slope: float):
        super().__init__(prefix="")
        self._steps, self._activation, self._slope = steps, activation, slope

    def hybrid_forward(self, F, rates, examples, targets, ones, places, target_places, neurons):
        """The neurons after the steps."""
        for step in range(self._steps):
            x = F.take(examples, _at(F, places, step))
            y = F.take(targets, _at(F, target_places, step))
            value, derivative = self._activated(F, F.batch_dot(x, neurons, transpose_b=True))
            # A product with ones is many times as fast as F.sum.
            output = F.FullyConnected(value, ones, no_bias=True, num_hidden=1, flatten=False)
            pull = F.broadcast_mul(derivative, F.broadcast_mul(output - y, rates))
            neurons = F.linalg.gemm(pull, x, neurons, transpose_a=True, alpha=-1.0)
        return neurons

    def _activated(self, F, z):
        """σ(z) and σ'(z)."""
        if self._activation == "tanh":
            value = F.tanh(z)
            return value, 1 - F.square(value)
        if self._activation == "softplus":
            return F.maximum(z, F.zeros_like(z)) + F.log1p(F.exp(-F.abs(z))), F.sigmoid(z)
        derivative = z >= 0
        if self._slope:
            derivative = F.maximum(derivative, self._slope)
        return z * derivative, derivative


def _at(F, places, step: int):
    """The places of one step, (B, batch)."""
    return F.reshape(F.slice_axis(places, axis=0, begin=step, end=step + 1), (-3, -2))
