"""The arithmetic of the report: the one number that can be worked out, and the errata that arithmetic can show.

"The report": Jiang, Wang, Xiao, CS260 project report, UCLA. The other errata stand in `errata.yaml`.
"""

from __future__ import annotations

import numpy as np

from claimbook.claims.arithmetic import Arithmetic, Quantity, Working
from claimbook.claims.planning import power
from claimbook.seeds import stream

ARITHMETIC = Arithmetic("identity-mapping")

TEST_IMAGES = 10_000
ONES_AMONG_TRAIN, ONES_AMONG_TEST = 6_742, 1_135
"""MNIST: "1" is the most frequent label of the 60,000 training images."""
SLOPE = 0.25
RUNS = 5
"""Of each setting (section 5.1)."""
ERRORS = {"ReLU": 0.01768, "PReLU": 0.01742, "PReLU with identity": 0.01646}
"""Printed test errors from random starts (sections 5.1 and 5.2)."""
ERROR_FROM_ZERO = 0.0165
"""Printed in section 5.3, with one digit less."""


@ARITHMETIC.quantity("majority-error")
def majority_error() -> Quantity:
    """The test error of a net that answers with the most frequent training class."""
    error = 1 - ONES_AMONG_TEST / TEST_IMAGES
    lines = (
        f"the most frequent training label is 1, {ONES_AMONG_TRAIN:,} of 60,000",
        f"{ONES_AMONG_TEST:,} of the {TEST_IMAGES:,} test images show a 1: 1 − 0.{ONES_AMONG_TEST} = {error:.4f}",
    )
    return Quantity(error, lines)


@ARITHMETIC.erratum(
    "SI-ERR.1",
    where="Section 3.1, equation (1)",
    says="y = ||σ(Wx + x)||_1, the L1 norm, which is the sum of all elements",
    correct="y = Σ_i σ(<e_i + w_i, x>), the plain sum, as in equation (4)",
    reason="The L1 norm is the sum of absolute values. For ReLU, in the work that the report follows, the two agree; "
    "PReLU's outputs can be negative, so there they differ. We take the plain sum.",
)
def norm_or_sum() -> Working:
    """Both for W = 0 and x = (1, −1), with ReLU and with PReLU."""
    lines, same = [], True
    for name, slope in (("ReLU", 0.0), ("PReLU", SLOPE)):
        entries = np.where(np.array([1.0, -1.0]) > 0, [1.0, -1.0], [slope, -slope])
        plain, norm = float(entries.sum()), float(np.abs(entries).sum())
        same = same and plain == norm
        lines.append(f"{name}, W = 0, x = (1, −1): plain sum {plain:g}, L1 norm {norm:g}")
    return Working(tuple(lines), holds=same)


@ARITHMETIC.erratum(
    "SI-ERR.2",
    where="Section 3.2, definition 2",
    says="f_A = Σ_i (||e_i + w*_i|| − ||e_i − w_i||), and likewise f_A(i)",
    correct="f_A = Σ_i (||e_i + w*_i|| − ||e_i + w_i||)",
    reason="With the minus sign f_A is not 0 where W = W*, so a student that has learned everything would not have "
    "reached phase 2. In f_A(i) the starred and the plain vector must be kept apart in the same way.",
)
def sign_in_the_potential() -> Working:
    """Both formulas where the student is the teacher: one neuron by hand, and ten with spectral norm 0.5."""
    random = stream(0, "sign-in-the-potential").normal(size=(10, 10))
    lines, largest = [], 0.0
    for name, w in (("d = 1, w = w* = 0.5", np.array([[0.5]])), ("d = 10", 0.5 * random / np.linalg.norm(random, 2))):
        unit = np.eye(len(w))
        teacher, minus = (float(np.linalg.norm(unit + sign * w, axis=1).sum()) for sign in (1, -1))
        largest = max(largest, abs(teacher - minus))
        lines.append(f"{name}, W = W*: printed {teacher:.4f} − {minus:.4f} = {teacher - minus:.4f}, correct 0")
    return Working(tuple(lines), holds=largest < 1e-9)


@ARITHMETIC.erratum(
    "SI-ERR.8",
    where="Section 5.3",
    says="0.0165 from zero, almost the same performance as random initialization (0.01646 in section 5.2)",
    correct="with the same rounding the two are the same number",
    reason="One is printed with three digits and the other with four, so how near they are cannot be read off.",
)
def one_digit_less() -> Working:
    """0.01646 rounded as the other one is printed, and the range that 0.0165 stands for."""
    random = ERRORS["PReLU with identity"]
    lines = (
        f"{random} to four decimals is {round(random, 4)}, the number of section 5.3",
        f"{ERROR_FROM_ZERO} stands for 0.01645 … 0.01655: a difference between −0.1 and +0.9 of {TEST_IMAGES:,} images",
    )
    return Working(lines, holds=round(random, 4) != ERROR_FROM_ZERO)


@ARITHMETIC.erratum(
    "SI-ERR.9",
    where="Sections 5.1 and 5.2",
    says="0.01742 instead of 0.01768 indicates PReLU's advancement successfully; 0.01646 instead of 0.01742 indicates "
    "identity mapping's advancement successfully",
    correct="differences of 2.6 and of 9.6 test images, without any spread to hold them against",
    reason="No spread over the five runs is given. The binomial error of one run does not apply to the difference, "
    "since both nets are tested on the same images: it is to be held against the spread over seeds.",
)
def images_apart() -> Working:
    """The two differences in test images, and what five runs could show."""
    relu, prelu, identity = ERRORS.values()
    first, second = TEST_IMAGES * (relu - prelu), TEST_IMAGES * (prelu - identity)
    seen = next(effect for effect in np.arange(0, 5, 0.01) if power(effect, RUNS, 0.025) >= 0.8)
    lines = (
        f"{relu} − {prelu} = {relu - prelu:.5f} = {first:.1f} images of {TEST_IMAGES:,}",
        f"{prelu} − {identity} = {prelu - identity:.5f} = {second:.1f} images",
        f"with {RUNS} pairs of runs a difference is seen 80 % of the time from {seen:.2f} sd of the paired differences "
        f"on: for these two that sd would have to be below {first / seen:.1f} and {second / seen:.1f} images",
    )
    return Working(lines, holds=False)


@ARITHMETIC.erratum(
    "SI-ERR.15",
    where="Section 6.1, equation (9)",
    says="y = ||σ((W_N … W_2 W_1 + I) x)||_1",
    correct="y = Σ σ((W_N + I) … (W_2 + I)(W_1 + I) x)",
    reason="Leaving out the activations between the layers of equation (8) gives the product of the factors W_j + I, "
    "not the product of the W_j, plus I: the terms of single matrices are lost.",
)
def product_plus_identity() -> Working:
    """Both for two matrices of spectral norm 0.5, and with numbers in the place of matrices."""
    random = stream(0, "product-plus-identity").normal(size=(2, 10, 10))
    one, two = random / (2 * np.linalg.norm(random, 2, axis=(1, 2), keepdims=True))
    unit = np.eye(10)
    correct, printed = (two + unit) @ (one + unit), two @ one + unit
    gap, sums = np.linalg.norm(correct - printed, 2), np.linalg.norm(one + two, 2)
    lines = (
        "W_1 = W_2 = 0.5 as numbers: (0.5 + 1)(0.5 + 1) = 2.25, and 0.5 · 0.5 + 1 = 1.25",
        f"two 10 × 10 matrices of spectral norm 0.5: the two differ by {gap:.3f} in spectral norm, which is that of "
        f"W_1 + W_2, {sums:.3f}",
    )
    return Working(lines, holds=bool(gap < 1e-9))
