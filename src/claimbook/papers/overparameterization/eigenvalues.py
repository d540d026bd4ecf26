"""The eigenvalues of the preconditioner of a random matrix, found numerically, against the slides' formula."""

from __future__ import annotations

import dataclasses

import numpy as np

from claimbook.papers.overparameterization.theory import eigenvalue_formula, preconditioner
from claimbook.seeds import stream

CORRECT, PRINTED = 1, 2
"""The shift in the second exponent, 2(j − shift)/N."""
SHAPES = ((3, 3, 3), (5, 2, 2), (2, 5, 2), (4, 6, 2), (1, 8, 1))
"""k, d and rank of the matrices (k, d) that are tried: square, tall, wide, of lower rank, and with a single output."""


@dataclasses.dataclass(frozen=True)
class Gaps:
    """How far the formula is from the eigenvalues of one preconditioner, relative to the largest of them.

    correct, printed: the largest gap between the sorted eigenvalues and the sorted formula with that exponent; printed
    is None where the formula is not finite for some pair. not_finite: how many of the kd pairs that are.
    vectors: the largest |P v − λ v| over the eigenvectors v = vec(u_r v_r'ᵀ) of the slides, λ by the correct formula.
    """

    correct: float
    printed: float | None
    not_finite: int
    vectors: float


def random_matrix(seed: int, outputs: int, inputs: int, rank: int) -> np.ndarray:
    """A matrix (outputs, inputs) of that rank, from standard normal numbers."""
    generator = stream(seed, f"matrix/{outputs}x{inputs}-{rank}")
    if rank == min(outputs, inputs):
        return generator.standard_normal((outputs, inputs))
    return generator.standard_normal((outputs, rank)) @ generator.standard_normal((rank, inputs))


def gaps(matrix: np.ndarray, rank: int, depth: int) -> Gaps:
    """Compare the spectrum of P_W, by `eigvalsh` on the whole (kd, kd) matrix, with both formulas.

    Args:
        matrix: (k, d). rank: its rank; singular values beyond it count as 0. depth: N ≥ 1.
    """
    outputs, inputs = matrix.shape
    whole = preconditioner(matrix, depth)
    found = np.linalg.eigvalsh(whole)
    left, singular, right = np.linalg.svd(matrix)
    sigma = [np.concatenate([singular[:rank], np.zeros(count - rank)]) for count in (outputs, inputs)]
    correct, printed = (eigenvalue_formula(*sigma, depth, shift) for shift in (CORRECT, PRINTED))
    not_finite = int((~np.isfinite(printed)).sum())
    vectors = np.einsum("ar,sb->rsba", left, right).reshape(outputs * inputs, -1)  # vec, column first
    off = vectors @ whole - correct.ravel()[:, None] * vectors
    return Gaps(
        correct=_largest(found, correct),
        printed=None if not_finite else _largest(found, printed),
        not_finite=not_finite,
        vectors=float(np.linalg.norm(off, axis=1).max() / found[-1]),
    )


def _largest(found: np.ndarray, formula: np.ndarray) -> float:
    return float(np.abs(np.sort(formula.ravel()) - found).max() / found[-1])
