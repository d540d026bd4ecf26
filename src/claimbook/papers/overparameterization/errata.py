"""The arithmetic of the slides redone: quantities that claims read, and the errata that arithmetic can show.

"The slides": Liu, Jin, Zhang, Luo, reproduction of Arora, Cohen and Hazan, "On the Optimization of Deep Networks:
Implicit Acceleration by Overparameterization" (ICML 2018). Errata that are no arithmetic stand in `errata.yaml`.
"""

from __future__ import annotations

import math

import numpy as np

from claimbook.claims.arithmetic import Arithmetic, Quantity, Working
from claimbook.seeds import stream

ARITHMETIC = Arithmetic("overparameterization")

ETHANOL_ROWS_BY_BATCH = (90, 164, 365, 64, 28, 514, 649, 30, 61, 600)
"""Rows of gas 1 in the ten batch files of UCI 270, in order."""
SENSORS, FEATURES_PER_SENSOR = 16, 8

IMAGE_SIDE, POOLINGS, SECOND_MAPS, HIDDEN, CLASSES = 28, 2, 64, 512, 10
"""The MNIST tutorial's net: two 2×2 poolings of a 28×28 image, 64 maps, 512 hidden units, 10 classes."""
FIRST_MAPS, KERNEL = 32, 5
NOMINAL_SD = 0.1

EXPERIMENT_2_GRID = (1e-5, 5e-5, 1e-3, 5e-3, 1e-2, 5e-2, 1e-1, 5e-1)
EXPERIMENT_3_GRID = (1e-5, 5e-5, 1e-4, 5e-4, 1e-3, 5e-3, 1e-2, 5e-2, 1e-1, 5e-1)
ITERATIONS = {
    "experiment 1": 200_000,
    "experiment 2, search": 300_000,
    "experiment 2, final": 700_000,
    "experiment 3 part 1": 600_000,
    "experiment 3 part 2": 60_000,
}


@ARITHMETIC.quantity("ethanol-rows")
def ethanol_rows() -> Quantity:
    """Rows of ethanol (gas 1) in the ten batch files."""
    total = sum(ETHANOL_ROWS_BY_BATCH)
    return Quantity(total, (f"{' + '.join(map(str, ETHANOL_ROWS_BY_BATCH))} = {total:,} rows of gas 1",))


@ARITHMETIC.quantity("sensor-features")
def sensor_features() -> Quantity:
    """Features of a row: sensors times features of each."""
    total = SENSORS * FEATURES_PER_SENSOR
    return Quantity(total, (f"{SENSORS} sensors × {FEATURES_PER_SENSOR} features = {total}",))


@ARITHMETIC.quantity("flattened-units")
def flattened_units() -> Quantity:
    """Inputs of the tutorial's hidden layer, printed as 3136."""
    side = IMAGE_SIDE // 2**POOLINGS
    total = side * side * SECOND_MAPS
    return Quantity(total, (f"{IMAGE_SIDE} / 2^{POOLINGS} = {side}", f"{side} × {side} × {SECOND_MAPS} = {total:,}"))


@ARITHMETIC.quantity("hidden-product-columns")
def hidden_product_columns() -> Quantity:
    """Columns of (3136×512)(512×512): the layer keeps its 512 units."""
    return _product_columns((int(flattened_units().value), HIDDEN), (HIDDEN, HIDDEN))


@ARITHMETIC.quantity("output-product-columns")
def output_product_columns() -> Quantity:
    """Columns of (512×10)(10×10): the layer keeps its 10 classes."""
    return _product_columns((HIDDEN, CLASSES), (CLASSES, CLASSES))


@ARITHMETIC.quantity("plain-parameters")
def plain_parameters() -> Quantity:
    """Parameters of the tutorial's net."""
    layers = {
        "convolution 1": KERNEL * KERNEL * 1 * FIRST_MAPS + FIRST_MAPS,
        "convolution 2": KERNEL * KERNEL * FIRST_MAPS * SECOND_MAPS + SECOND_MAPS,
        "hidden layer": int(flattened_units().value) * HIDDEN + HIDDEN,
        "output layer": HIDDEN * CLASSES + CLASSES,
    }
    total = sum(layers.values())
    return Quantity(total, tuple(f"{name}: {count:,}" for name, count in layers.items()) + (f"sum: {total:,}",))


@ARITHMETIC.quantity("added-parameters")
def added_parameters() -> Quantity:
    """Parameters that the two extra factors add."""
    added = HIDDEN * HIDDEN + CLASSES * CLASSES
    return Quantity(added, (f"{HIDDEN} × {HIDDEN} + {CLASSES} × {CLASSES} = {added:,}",))


@ARITHMETIC.quantity("added-share")
def added_share() -> Quantity:
    """Parameters that the extra factors add, in percent of the plain net's."""
    plain, added = plain_parameters(), added_parameters()
    share = 100 * added.value / plain.value
    last = f"{added.value:,} / {plain.value:,} = {share:.2f} %; {plain.value + added.value:,} in total"
    return Quantity(share, (*plain.working, *added.working, last))


@ARITHMETIC.quantity("balance-drift")
def balance_drift() -> Quantity:
    """Largest relative d/dt of W_{j+1}ᵀW_{j+1} − W_jW_jᵀ under gradient flow, over random nets that need no balance.

    With G_j = ∂L/∂W_j the derivative is −(S + Sᵀ) with S = W_{j+1}ᵀG_{j+1} − G_jW_jᵀ: the claim is S = 0.
    """
    worst, lines = 0.0, []
    for depth in (2, 3, 4):
        generator = stream(depth, "balance-drift")
        sizes = [5, *[4] * (depth - 1), 3]
        weights = [generator.normal(size=(b, a)) for a, b in zip(sizes, sizes[1:], strict=False)]
        gradients = _layer_gradients(weights, generator.normal(size=(sizes[-1], sizes[0])))
        for j in range(depth - 1):
            left, right = weights[j + 1].T @ gradients[j + 1], gradients[j] @ weights[j].T
            worst = max(worst, float(np.abs(left - right).max() / np.abs(left).max()))
        lines.append(f"N = {depth}, sizes {sizes}: largest relative |W^T G − G W^T| so far {worst:.1e}")
    return Quantity(worst, tuple(lines))


@ARITHMETIC.quantity("circulation")
def circulation() -> Quantity:
    """1 where the line integral of F over a closed curve differs from zero far beyond its numerical error, else 0.

    Curve: the quarter ring between radius 1 and 2. N = 3 with a constant gradient, where the integral is
    (R^a − r^a)(N − 1)(N − 2)/(3N − 2), a = 3 − 2/N; and N = 2 with the gradient of an uneven quadratic loss, as the
    constant one gives zero there.
    """
    constant = np.array([1.0, 0.0])
    uneven = np.array([3.0, 1.0])
    three, error3 = _quarter_ring(lambda w: np.broadcast_to(constant, w.shape), 3)
    two, error2 = _quarter_ring(lambda w: w * uneven - np.array([1.0, 1.0]), 2)
    flat, _ = _quarter_ring(lambda w: np.broadcast_to(constant, w.shape), 2)
    power = 3 - 2 / 3
    exact = (2**power - 1) * 2 * 1 / 7
    lines = (
        f"N = 3, constant gradient: {three:.6f} (closed form {exact:.6f}), numerical error about {error3:.1e}",
        f"N = 2, gradient of an uneven quadratic: {two:.6f}, numerical error about {error2:.1e}",
        f"N = 2, constant gradient: {flat:.1e}: there F is the gradient of |W| <g, W>, so N = 2 needs curvature",
    )
    apart = abs(three) > 1e3 * error3 and abs(two) > 1e3 * error2
    return Quantity(float(apart), lines)


@ARITHMETIC.quantity("gain-along-2")
def gain_along_2() -> Quantity:
    """Step along W over step across W, per unit of gradient, of a balanced net of depth 2: the theory says 2."""
    return _gain(2)


@ARITHMETIC.quantity("gain-along-3")
def gain_along_3() -> Quantity:
    """The same at depth 3: the theory says 3."""
    return _gain(3)


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
    terms = [
        np.kron(_power(matrix.T @ matrix, (depth - j) / depth), _power(matrix @ matrix.T, (j - 1) / depth))
        for j in range(1, depth + 1)
    ]
    found = np.sort(np.linalg.eigvalsh(sum(terms)))
    gaps = {}
    for name, shift in (("printed, j - 2", 2), ("correct, j - 1", 1)):
        formula = np.sort(_eigenvalues(singular, depth, shift).ravel())
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


def _product_columns(first: tuple[int, int], second: tuple[int, int]) -> Quantity:
    product = np.empty(first, np.int8) @ np.empty(second, np.int8)
    line = f"({first[0]}×{first[1]})({second[0]}×{second[1]}) = {product.shape[0]}×{product.shape[1]}"
    return Quantity(product.shape[1], (line,))


def _layer_gradients(weights: list[np.ndarray], gradient: np.ndarray) -> list[np.ndarray]:
    """∂L/∂W_j = (W_N…W_{j+1})ᵀ (dL/dW_e) (W_{j−1}…W_1)ᵀ, for weights listed from W_1 to W_N."""
    found = []
    for j in range(len(weights)):
        above = np.eye(gradient.shape[0])
        for weight in reversed(weights[j + 1 :]):
            above = above @ weight
        below = np.eye(gradient.shape[1])
        for weight in weights[:j]:
            below = weight @ below
        found.append(above.T @ gradient @ below.T)
    return found


def _power(symmetric: np.ndarray, exponent: float) -> np.ndarray:
    values, vectors = np.linalg.eigh(symmetric)
    return (vectors * np.maximum(values, 0.0) ** exponent) @ vectors.T


def _eigenvalues(singular: np.ndarray, depth: int, shift: int) -> np.ndarray:
    """The printed sum over j (r, r'), with the second exponent 2(j − shift)/N."""
    r, s = singular[:, None], singular[None, :]
    return sum(r ** (2 * (depth - j) / depth) * s ** (2 * (j - shift) / depth) for j in range(1, depth + 1))


def _field(points: np.ndarray, gradient, depth: int) -> np.ndarray:
    """F(W) = |W|^(2−2/N) (g + (N − 1) Proj_W g) at points (n, 2)."""
    g = gradient(points)
    norm = np.linalg.norm(points, axis=1, keepdims=True)
    unit = points / norm
    return norm ** (2 - 2 / depth) * (g + (depth - 1) * (g * unit).sum(1, keepdims=True) * unit)


def _quarter_ring(gradient, depth: int) -> tuple[float, float]:
    """Line integral of F around the quarter ring 1 ≤ |W| ≤ 2, and its error from halving the step."""
    fine, coarse = (_around(gradient, depth, count) for count in (2000, 1000))
    return fine, abs(fine - coarse) + 1e-12


def _around(gradient, depth: int, count: int) -> float:
    middle = (np.arange(count) + 0.5) / count
    angle, radius = math.pi / 2 * middle, 1 + middle
    outer = np.stack([np.cos(angle), np.sin(angle)], 1)
    tangent = np.stack([-np.sin(angle), np.cos(angle)], 1)
    east, north = np.array([1.0, 0.0]), np.array([0.0, 1.0])
    integral = (_field(radius[:, None] * east, gradient, depth) @ east).mean()  # out along angle 0
    integral += math.pi * (_field(2 * outer, gradient, depth) * tangent).sum(1).mean()  # along the outer arc
    integral -= (_field(radius[:, None] * north, gradient, depth) @ north).mean()  # in along angle pi/2
    integral -= math.pi / 2 * (_field(outer, gradient, depth) * tangent).sum(1).mean()  # back along the inner arc
    return float(integral)


def _gain(depth: int) -> Quantity:
    """One small gradient step of a balanced net of width 4; its end-to-end move, split along and across W."""
    generator = stream(depth, "gain")
    across, along = np.linalg.qr(generator.normal(size=(6, 2)))[0].T
    inner = np.zeros(4)
    inner[0] = 1.0
    size = 0.5 ** (1 / depth)
    weights = [size * np.outer(inner, along), *[size * np.outer(inner, inner)] * (depth - 2), size * inner[None, :]]
    gradient, rate = (along + across)[None, :], 1e-7
    moved = [w - rate * g for w, g in zip(weights, _layer_gradients(weights, gradient), strict=True)]
    step = (_product(moved) - _product(weights))[0] / -rate
    ratio = float(step @ along / (step @ across))
    lines = (
        f"a balanced net of depth {depth} with |W| = 0.5, one step against a gradient of 1 along W and 1 across it",
        f"the product moves {step @ along:.6f} along W and {step @ across:.6f} across it: ratio {ratio:.6f}",
    )
    return Quantity(ratio, lines)


def _product(weights: list[np.ndarray]) -> np.ndarray:
    result = weights[0]
    for weight in weights[1:]:
        result = weight @ result
    return result
