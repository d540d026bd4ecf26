"""Counts that claims and errata read: layers, parameters, sizes of splits, right answers behind a printed percentage.

All by formula, without building a net and without opening the data.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Sequence

from claimbook.claims.arithmetic import Arithmetic, Quantity
from claimbook.data.catalogue import data_set
from claimbook.papers.math_symbols.printed import ACCURACY, CLASSES, F1, SIDE

ARITHMETIC = Arithmetic("math-symbols")

FILTERS, HIDDEN, KERNEL, COLOURS = (64, 128, 256), 128, 3, 3
TEST_SHARE_II = 8
"""Percent of the training images of data set II that become test images; section IV.B."""

Row = tuple[str, tuple[int, ...], int]


def layers(side: int = SIDE, classes: int = CLASSES) -> list[Row]:
    """(name, output shape, number of parameters) of the net's layers, in the order of table 1 (section V.A)."""
    rows, inputs = [], COLOURS
    for group, own in enumerate(FILTERS, 1):
        for number in (2 * group - 1, 2 * group):
            rows.append((f"conv{number}", (side, side, own), (inputs * KERNEL**2 + 1) * own))
            inputs = own
        side //= 2
        rows.append((f"pool{group}", (side, side, own), 0))
    rows.append(("dense", (HIDDEN,), dense(side)))
    return [*rows, ("output", (classes,), (HIDDEN + 1) * classes)]


def dense(side: int) -> int:
    """Parameters of the fully connected layer behind feature maps of side × side."""
    return (side**2 * FILTERS[-1] + 1) * HIDDEN


def parameters(side: int = SIDE, classes: int = CLASSES) -> int:
    """Those of the whole net."""
    return sum(count for _, _, count in layers(side, classes))


def by_class(name: str = "math-symbols-1") -> list[int]:
    """Images of each of the paper's classes in a data set whose files are counted in the catalogue."""
    return list(data_set(name).check.counts.values())


def split(counts: Sequence[int]) -> tuple[int, int, int]:
    """Images for training, validation and test at 80, 15 and 5 %, of each class by floors; the rest are for the test.

    counts: images of each class.
    """
    train, validation = (sum(n * share // 100 for n in counts) for share in (80, 15))
    return train, validation, sum(counts) - train - validation


def right_answers(images: int, percent: float) -> list[int]:
    """The numbers of right answers among `images` that give the percentage when it is written with two decimals."""
    near = round(images * percent / 100)
    return [k for k in range(near - 1, near + 2) if abs(100 * k / images - percent) < 0.005]


def _number(value: float, working: str) -> Callable[[], Quantity]:
    return lambda: Quantity(float(value), (working,))


def _register_layers() -> None:
    rows = layers()
    for name, shape, count in rows:
        told = f"{name}: output {' × '.join(map(str, shape))}, {count:,} parameters"
        names = ("side", "channels") if len(shape) == 3 else ("units",)
        for what, value in zip(names, (shape[0], shape[-1]), strict=False):
            ARITHMETIC.quantity(f"{name}-{what}")(_number(value, told))
        ARITHMETIC.quantity(f"{name}-parameters")(_number(count, told))
    total = " + ".join(f"{count:,}" for _, _, count in rows if count)
    ARITHMETIC.quantity("parameters")(_number(parameters(), f"{total} = {parameters():,}"))
    convolutions = sum(name.startswith("conv") for name, _, _ in rows)
    told = f"{convolutions} convolutions, {len(FILTERS)} poolings, 1 fully connected layer and the output"
    ARITHMETIC.quantity("layers")(_number(len(rows), f"{told}: {len(rows)}"))
    ARITHMETIC.quantity("convolutions")(_number(convolutions, told))


_register_layers()


@ARITHMETIC.quantity("mean-accuracy")
def mean_accuracy() -> Quantity:
    """Of the three test accuracies of table 2, percent."""
    tests = [row[-1] for row in ACCURACY.values()]
    value = math.fsum(tests) / len(tests)
    return Quantity(value, (f"({' + '.join(map(str, tests))}) / {len(tests)} = {value:.3f} %",))


@ARITHMETIC.quantity("mean-f1")
def mean_f1() -> Quantity:
    """Of the three F1 scores of section VI."""
    value = statistics.fmean(F1.values())
    return Quantity(value, (f"mean of {', '.join(f'{score:.2f}' for score in F1.values())} = {value:.4f}",))
