"""The errata of the slides that arithmetic can show; the others stand in `errata.yaml`."""

from __future__ import annotations

import math

import numpy as np

from claimbook.claims.arithmetic import Working
from claimbook.papers.overparameterization.quantities import ARITHMETIC, CLASSES, HIDDEN
from claimbook.papers.overparameterization.theory import eigenvalue_formula, preconditioner, quarter_ring, update_field
from claimbook.seeds import stream

NOMINAL_SD = 0.1
"""Of every dense matrix in the MNIST tutorial."""
EXPERIMENT_2_GRID = (1e-5, 5e-5, 1e-3, 5e-3, 1e-2, 5e-2, 1e-1, 5e-1)
EXPERIMENT_3_GRID = (1e-5, 5e-5, 1e-4, 5e-4, 1e-3, 5e-3, 1e-2, 5e-2, 1e-1, 5e-1)
ITERATIONS = {
    "experiment 1": 200_000,
    "experiment 2, search": 300_000,
    "experiment 2, final": 700_000,
    "experiment 3 part 1": 600_000,
    "experiment 3 part 2": 60_000,
}


@ARITHMETIC.erratum(
    "OP-ERR.1",
    where="Proposed Solution, eigenvalues of the preconditioner",
    says="eigenvalues sum_j sigma_r^(2(N-j)/N) sigma_r'^(2(j-2)/N)",
    correct="eigenvalues sum_j sigma_r^(2(N-j)/N) sigma_r'^(2(j-1)/N)",
    reason="The exponent must be that of the matrix above it, (j-1)/N: with j-2 the first term has a negative power "
    "and blows up as sigma goes to zero.",
)
def eigenvalue_exponent() -> Working:
    """Eigenvalues of the preconditioner of a random matrix against both formulas."""
    depth, singular = 3, np.array([1.7, 0.6, 0.2])
    generator = stream(0, "eigenvalue-exponent")
    left, right = (np.linalg.qr(generator.normal(size=(3, 3)))[0] for _ in range(2))
    matrix = left @ np.diag(singular) @ right.T
    found = np.linalg.eigvalsh(preconditioner(matrix, depth))
    gaps = {}
    for name, shift in (("printed, j - 2", 2), ("correct, j - 1", 1)):
        formula = np.sort(eigenvalue_formula(singular, singular, depth, shift).ravel())
        gaps[name] = float(np.abs(formula - found).max())
    lines = (
        f"a random 3 × 3 matrix with singular values {singular.tolist()}, N = {depth}",
        f"eigenvalues of its preconditioner: {', '.join(f'{x:.4f}' for x in found)}",
        *(f"{name}: largest gap to the formula {gap:.2e}" for name, gap in gaps.items()),
    )
    return Working(lines, holds=gaps["printed, j - 2"] < 1e-9)


@ARITHMETIC.erratum(
    "OP-ERR.3",
    where="Experiment 3 part 1, model_building",
    says="the models are 128*1; 128*1, 1*1; 128*1, 1*1, 1*1",
    correct="129, 131 and 133 parameters: Keras' Dense layers carry a bias unless told not to",
    reason="The nets of the derivation have no bias. It is harmless with a centred target, but it is another net.",
)
def bias_parameters() -> Working:
    """Parameters of Dense(1, 128) and one or two Dense(1, 1), with and without the default bias."""
    lines, same = [], True
    for depth in (1, 2, 3):
        weights = 128 + (depth - 1)
        with_bias = weights + depth
        same = same and weights == with_bias
        lines.append(f"N = {depth}: 128{' + 1' * (depth - 1)} = {weights} weights, + {depth} biases = {with_bias}")
    return Working(tuple(lines), holds=same)


@ARITHMETIC.erratum(
    "OP-ERR.4",
    where="Experiment 2 code and Experiment 3 part 1",
    says="the learning rates searched, once with 8 values and once with 10",
    correct="Experiment 2 lacks 0.0001 and 0.0005; its grid jumps from 0.00005 to 0.001",
    reason="A grid of steps 2 and 5 has a hole of a factor 20, where one of the rates chosen in Experiment 3 lies. The "
    "search is then overridden by rates written into the code.",
)
def grids() -> Working:
    """Both grids, their difference, and the largest ratio between neighbours."""
    missing = sorted(set(EXPERIMENT_3_GRID) - set(EXPERIMENT_2_GRID))
    lines = [f"in Experiment 3 only: {', '.join(f'{rate:g}' for rate in missing)}"]
    for name, grid in (("Experiment 2", EXPERIMENT_2_GRID), ("Experiment 3", EXPERIMENT_3_GRID)):
        jump = max(b / a for a, b in zip(grid, grid[1:], strict=False))
        lines.append(f"{name}: {len(grid)} values, largest step a factor {jump:.0f}")
    return Working(tuple(lines), holds=not missing)


@ARITHMETIC.erratum(
    "OP-ERR.6",
    where="Experiments 1 to 3, code and bullet points",
    says="200,000, 300,000, 700,000, 600,000 and 60,000 iterations or epochs",
    correct="no common budget: the parts cannot be compared with each other by their last loss",
    reason="Experiment 3 trains ten times longer in part 1 than in part 2, and Experiment 2 chooses its rates at less "
    "than half of the length that it then runs. Adam's rate 0.0005 for the paper's 0.001 is stated by the slides.",
)
def budgets() -> Working:
    """The iteration counts as printed and their ratios."""
    lines = [f"{name}: {count:,}" for name, count in ITERATIONS.items()]
    parts = ITERATIONS["experiment 3 part 1"] / ITERATIONS["experiment 3 part 2"]
    search = ITERATIONS["experiment 2, search"] / ITERATIONS["experiment 2, final"]
    lines += [f"part 1 / part 2 of Experiment 3 = {parts:g}", f"search / final of Experiment 2 = {search:.3f}"]
    return Working(tuple(lines), holds=len(set(ITERATIONS.values())) == 1)


@ARITHMETIC.erratum(
    "OP-ERR.7",
    where="Experiment 4, code and conclusion",
    says="replacing an internal weight matrix by a product of two accelerates optimization, with expressiveness "
    "unchanged",
    correct="the replacement also changes the scale at the start: the hidden layer's entries are 2.0 times as large, "
    "the output layer's 0.28 times",
    reason="All factors are truncated normals of nominal sd 0.1. Depth and initial scale change together, so the "
    "figure cannot tell which of them acts; it needs a control with the product rescaled.",
)
def initial_scale() -> Working:
    """The sd of a normal cut at two sd, and of the entries of the two products."""
    density, mass = math.exp(-2.0) / math.sqrt(2 * math.pi), math.erf(2 / math.sqrt(2))
    sd = NOMINAL_SD * math.sqrt(1 - 2 * 2 * density / mass)
    hidden, output = sd * sd * math.sqrt(HIDDEN), sd * sd * math.sqrt(CLASSES)
    lines = (
        f"variance of a normal cut at ±2 sd: 1 − 4 φ(2) / (2 Φ(2) − 1) = {1 - 4 * density / mass:.4f}, so sd {sd:.4f}",
        f"hidden product: {sd:.4f}² × √{HIDDEN} = {hidden:.4f}, {hidden / sd:.2f} times the plain layer",
        f"output product: {sd:.4f}² × √{CLASSES} = {output:.4f}, {output / sd:.2f} times the plain layer",
    )
    return Working(lines, holds=abs(hidden / sd - 1) < 0.05 and abs(output / sd - 1) < 0.05)


@ARITHMETIC.erratum(
    "OP-ERR.13",
    where="Overparameterization effect cannot be attained via regularization",
    says="F(W) is not the gradient field of any function",
    correct="so for N > 2 where dL/dW does not vanish at W = 0; for N = 2 it needs a condition on the loss",
    reason="The slides state it for every N and every loss. With N = 1, F is dL/dW itself; with N = 2 and a constant "
    "gradient g, F is the gradient of |W| <g, W>. From memory, not checked against its text: the paper's theorem asks "
    "for N > 2 and a gradient that is continuous near W = 0 and not zero there, and a footnote names this case.",
)
def without_condition() -> Working:
    """F against the gradient of a function, found by a complex step, at random points; then its line integrals."""
    generator = stream(0, "without-condition")
    g, points = generator.normal(size=5), generator.normal(size=(100, 5))
    field = update_field(points, lambda w: np.broadcast_to(g, w.shape), 2)
    step = 1e-20  # no difference is taken, so it may be as small as one likes
    shifted = points[:, None, :] + 1j * step * np.eye(5)
    slope = (np.sqrt((shifted**2).sum(-1)) * (shifted @ g)).imag / step
    gap = float(np.abs(slope - field).max() / np.abs(field).max())
    constant = np.array([1.0, 0.0])
    around = {depth: quarter_ring(lambda w: np.broadcast_to(constant, w.shape), depth) for depth in (1, 2, 3)}
    lines = (
        f"N = 2, constant gradient, 100 random points in 5 dimensions: F and the gradient of |W| <g, W> differ by "
        f"{gap:.1e} of the largest entry",
        *(
            f"N = {depth}, constant gradient: line integral around a quarter ring {value:.6f}, error below {error:.0e}"
            for depth, (value, error) in around.items()
        ),
    )
    return Working(lines, holds=gap > 1e-9 and all(abs(value) > error for value, error in around.values()))
