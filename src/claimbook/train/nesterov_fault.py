"""A fault of MXNet 1.9.1: Nesterov's momentum takes a wrong weight decay where the weights are changed in place.

`nag_mom_update` reads the weights twice, for themselves and for the momentum. In place, as `mx.optimizer.NAG` calls it,
they have changed already the second time. `train.optimizers` adds the decay to the gradient before.
"""

from __future__ import annotations

from collections.abc import Callable

from claimbook.compat import mxnet

RATE, MOMENTUM, DECAY = 0.1, 0.9, 0.5


def by_the_formula(steps: int) -> list[float]:
    """A weight that starts at 1 and has only its decay for a gradient, before and after each step, by the formula.

    g = λ w;  v ← μ v + g;  w ← w − η (g + μ v).
    """
    weight, velocity, path = 1.0, 0.0, [1.0]
    for _ in range(steps):
        pull = DECAY * weight
        velocity = MOMENTUM * velocity + pull
        weight -= RATE * (pull + MOMENTUM * velocity)
        path.append(weight)
    return path


def of_the_library(steps: int) -> list[float]:
    """The same weight with `mx.optimizer.NAG`."""
    mx = mxnet()
    optimizer = mx.optimizer.NAG(learning_rate=RATE, momentum=MOMENTUM, wd=DECAY)
    weight, gradient = mx.nd.ones(1), mx.nd.zeros(1)
    state = optimizer.create_state(0, weight)
    return _path(weight, steps, lambda at: optimizer.update(0, weight, gradient, state))


def of_ours(steps: int) -> list[float]:
    """The same weight with `train.optimizers`."""
    from claimbook.train.optimizers import Optimizer

    mx = mxnet()
    parameter = mx.gluon.Parameter("weight", shape=(1,), init=mx.init.One())
    parameter.initialize()
    optimizer = Optimizer({"weight": parameter}, "nesterov", RATE, momentum=MOMENTUM, l2=DECAY)
    parameter.grad()[:] = 0
    return _path(parameter.data(), steps, optimizer.update)


def _path(weight, steps: int, step: Callable[[int], None]) -> list[float]:
    path = [float(weight.asscalar())]
    for at in range(steps):
        step(at)
        path.append(float(weight.asscalar()))
    return path
