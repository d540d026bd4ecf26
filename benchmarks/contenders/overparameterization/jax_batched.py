"""JAX: all rows at once, `jax.grad`, the iterations in one compiled loop, float32. At p = 2 on the Gram matrix."""

from __future__ import annotations

import math
import os

os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
os.environ["JAX_PLATFORMS"] = "cpu"

import jax
import jax.numpy as jnp
import numpy as np
from protocol import main
from workload import Workload

BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-7


class Jax:
    """All rows of a workload."""

    def __init__(self, workload: Workload):
        single = [jnp.asarray(a, jnp.float32) for a in (workload.rates[:, None], workload.w, workload.factors)]
        rates, parameters = single[0], tuple(single[1:])
        zeros = jax.tree.map(jnp.zeros_like, parameters)
        self.carry = (0, parameters, zeros, zeros)
        gradient = jax.grad(_objective(workload))
        move = _descend if workload.rule == "gradient-descent" else _adam

        def one(_, carry):
            return move(carry, gradient(carry[1]), rates)

        self.loop = jax.jit(lambda carry, iterations: jax.lax.fori_loop(0, iterations, one, carry))

    def step(self, iterations: int) -> None:
        """Take the iterations with all rows."""
        self.carry = jax.block_until_ready(self.loop(self.carry, iterations))

    def state(self) -> tuple[np.ndarray, np.ndarray]:
        """W_1 and the factors."""
        return tuple(np.asarray(array) for array in self.carry[1])


def _objective(workload: Workload):
    """The sum of all rows' losses (each row's gradient is its own); at p = 2 less a constant."""
    n = len(workload.y)

    def rows(parameters):
        w, factors = parameters
        return w * jnp.prod(factors, axis=1, keepdims=True)

    if workload.p == 2:
        gram = jnp.asarray(workload.x.T @ workload.x / n, jnp.float32)
        offset = jnp.asarray(workload.x.T @ workload.y / n, jnp.float32)
        return lambda parameters: jnp.sum(rows(parameters) * (rows(parameters) @ gram / 2 - offset))
    x, y = jnp.asarray(workload.x, jnp.float32), jnp.asarray(workload.y, jnp.float32)
    return lambda parameters: jnp.sum((rows(parameters) @ x.T - y) ** workload.p) / (workload.p * n)


def _descend(carry, gradient, rates):
    at, parameters, mean, squares = carry
    return at + 1, jax.tree.map(lambda a, g: a - rates * g, parameters, gradient), mean, squares


def _adam(carry, gradient, rates):
    at, parameters, mean, squares = carry
    at = at + 1
    mean = jax.tree.map(lambda m, g: BETA1 * m + (1 - BETA1) * g, mean, gradient)
    squares = jax.tree.map(lambda v, g: BETA2 * v + (1 - BETA2) * g * g, squares, gradient)
    size = rates * jnp.sqrt(_one_less_power(BETA2, at)) / _one_less_power(BETA1, at)
    moved = jax.tree.map(lambda a, m, v: a - size * m / (jnp.sqrt(v) + EPSILON), parameters, mean, squares)
    return at, moved, mean, squares


def _one_less_power(beta, at):
    """1 − betaᵗ, to all float32 digits also at t = 1."""
    return -jnp.expm1(at * math.log(beta))


if __name__ == "__main__":
    main(Workload, Jax)
