"""The inner loop of `lp_eigen` compiled by numba, the optional extra `fast`: the same operations in the same order.

Without `fastmath` a sum is never reordered and a product never fused with a sum, so the bits are NumPy's. The rows of a
block lie side by side, and the loop over them becomes vector instructions all the same.
"""

from __future__ import annotations

import numba
import numpy as np

from claimbook.train.lp_eigen import HEIGHT


@numba.njit(error_model="numpy")
def steps(u, factors, rates, values, offset, iterations):
    """`iterations` updates of one block of exactly HEIGHT rows, in place, as `lp_eigen.steps`."""
    scale, along, rate = np.empty(HEIGHT), np.empty(HEIGHT), np.empty(HEIGHT)
    before = np.empty_like(factors)
    for _ in range(iterations):
        before[:] = factors
        scale[:] = 1.0
        along[:] = 0.0
        for factor in before:
            for r in range(HEIGHT):
                scale[r] = scale[r] * factor[r]
        for r in range(HEIGHT):
            rate[r] = rates[r] * scale[r]
        for i in range(len(u)):
            value, shift = values[i], offset[i]
            for r in range(HEIGHT):
                gradient = u[i, r] * scale[r] * value - shift
                along[r] += gradient * u[i, r]
                u[i, r] -= gradient * rate[r]
        _move_factors(factors, before, rates * along)


@numba.njit(error_model="numpy")
def _move_factors(factors, before, along):
    for j in range(len(factors)):
        others = along.copy()
        for k in range(len(before)):
            if k != j:
                others *= before[k]
        factors[j] = before[j] - others
