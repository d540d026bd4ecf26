"""Who takes the steps of plain gradient descent: MXNet, or for the l2 loss the exact path in the eigenbasis."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from typing import Any

import numpy as np

from claimbook.experiment.parameters import parameter

MXNET, EIGENBASIS = "mxnet", "eigenbasis"
HEIGHT = 32  # rows of a block of the eigenbasis (`lp_eigen`), for estimates of its cost


def solver_parameter(help: str):
    """The solver, as a parameter of an experiment; runs made before there was a choice had MXNet."""
    return parameter(MXNET, help=help, choices=(MXNET, EIGENBASIS), absent=MXNET)


def solver_setting(solver: str) -> dict[str, str]:
    """What of the solver goes into an arm's settings: nothing for MXNet, as before there was a choice."""
    return {} if solver == MXNET else {"solver": solver}


def descent_of(settings: Mapping[str, Any], x: np.ndarray, y: np.ndarray):
    """The descent of an arm: `settings` has depth, p, precision, and solver where it is the eigenbasis.

    x: (n, d) features, y: (n,) targets.
    """
    if settings.get("solver") == EIGENBASIS:
        from claimbook.train.lp_eigen import LpEigen

        return LpEigen(x, y, settings["depth"])
    from claimbook.train.lp_descent import LpDescent

    return LpDescent(x, y, settings["depth"], settings["p"], settings["precision"])


def eigenbasis_cost(rows: int, iterations: int) -> float:
    """Seconds of one core for `iterations` of `rows` rows, from measured times with and without numba."""
    blocks = -(-rows // HEIGHT) * iterations
    compiled = importlib.util.find_spec("numba") is not None
    return (min(2.0, 40e-6 * blocks) + 2e-6 * blocks) if compiled else 40e-6 * blocks
