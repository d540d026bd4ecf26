"""The numbers that the slides' claims rest on, worked out: counts, shapes, and the theory checked on examples.

"The slides": Liu, Jin, Zhang, Luo, reproduction of Arora, Cohen and Hazan, "On the Optimization of Deep Networks:
Implicit Acceleration by Overparameterization" (ICML 2018).
"""

from __future__ import annotations

import numpy as np

from claimbook.claims.arithmetic import Arithmetic, Quantity
from claimbook.papers.overparameterization.theory import layer_gradients, one_step, quarter_ring
from claimbook.seeds import stream

ARITHMETIC = Arithmetic("overparameterization")

ETHANOL_ROWS_BY_BATCH = (90, 164, 365, 64, 28, 514, 649, 30, 61, 600)
"""Rows of gas 1 in the ten batch files of UCI 270, in order."""
SENSORS, FEATURES_PER_SENSOR = 16, 8

IMAGE_SIDE, POOLINGS, SECOND_MAPS, HIDDEN, CLASSES = 28, 2, 64, 512, 10
"""The MNIST tutorial's net: two 2×2 poolings of a 28×28 image, 64 maps, 512 hidden units, 10 classes."""
FIRST_MAPS, KERNEL = 32, 5


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
        gradients = layer_gradients(weights, generator.normal(size=(sizes[-1], sizes[0])))
        for j in range(depth - 1):
            left, right = weights[j + 1].T @ gradients[j + 1], gradients[j] @ weights[j].T
            worst = max(worst, float(np.abs(left - right).max() / np.abs(left).max()))
        lines.append(f"N = {depth}, sizes {sizes}: largest relative |W^T G − G W^T| so far {worst:.1e}")
    return Quantity(round(worst, 12), tuple(lines))  # the rest is float64's rounding, another on each processor


@ARITHMETIC.quantity("circulation")
def circulation() -> Quantity:
    """1 where the line integral of F over a closed curve differs from zero far beyond its numerical error, else 0.

    Curve: the quarter ring between radius 1 and 2. N = 3 with a constant gradient, where the integral is
    (R^a − r^a)(N − 1)(N − 2)/(3N − 2), a = 3 − 2/N; and N = 2 with the gradient of an uneven quadratic loss, as the
    constant one gives zero there.
    """
    constant = np.array([1.0, 0.0])
    uneven = np.array([3.0, 1.0])
    three, error3 = quarter_ring(lambda w: np.broadcast_to(constant, w.shape), 3)
    two, error2 = quarter_ring(lambda w: w * uneven - np.array([1.0, 1.0]), 2)
    flat, _ = quarter_ring(lambda w: np.broadcast_to(constant, w.shape), 2)
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


def _product_columns(first: tuple[int, int], second: tuple[int, int]) -> Quantity:
    product = np.zeros(first, np.float32) @ np.zeros(second, np.float32)
    line = f"({first[0]}×{first[1]})({second[0]}×{second[1]}) = {product.shape[0]}×{product.shape[1]}"
    return Quantity(product.shape[1], (line,))


def _gain(depth: int) -> Quantity:
    along, across = one_step(depth)
    lines = (
        f"a balanced net of depth {depth} with |W| = 0.5, one step against a gradient of 1 along W and 1 across it",
        f"the product moves {along:.6f} along W and {across:.6f} across it: ratio {along / across:.6f}",
    )
    return Quantity(along / across, lines)
