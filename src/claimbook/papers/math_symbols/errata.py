"""The arithmetic of the paper: the errata that its own numbers can show. The others stand in `errata.yaml`.

"The public set": Kaggle sagyamthapa/handwritten-math-symbols, the one that fits what the paper says of data set I.
"""

from __future__ import annotations

from claimbook.claims.arithmetic import Working
from claimbook.claims.statistics import wilson
from claimbook.data.symbol_vocabulary import CLASSES as SIGNS
from claimbook.papers.math_symbols import printed
from claimbook.papers.math_symbols.quantities import (
    ARITHMETIC,
    FILTERS,
    HIDDEN,
    TEST_SHARE_II,
    by_class,
    dense,
    layers,
    parameters,
    right_answers,
    split,
)

QUARTER, CROSS = 90, 45
"""Degrees after which a + comes to itself again, and by which a × is turned against it."""
FLIPPED = 0.5
"""The share that Keras mirrors, each way by itself."""


@ARITHMETIC.erratum(
    "MS-ERR.1",
    where="Table 1",
    says="Fully Connected Layer, (None, 128), 295040",
    correct="1,179,776",
    reason="The layer before it gives 6 × 6 × 256 numbers. With 295,040 the column does not add up to the total of "
    "section V.A, with 1,179,776 it does. 295,040 is what the same layer has behind 3 × 3 × 256 numbers: with images "
    "of 24 to 31 pixels, or with a fourth pooling. So the row is of another version of the net than the total.",
)
def fully_connected() -> Working:
    """The row redone, and the column added up with either number."""
    rows = {name: (shape, count) for name, shape, count in layers()}
    left, row = rows["pool3"][0][0], printed.LAYERS[printed.FULLY_CONNECTED][1]
    column = sum(count for _, count in printed.LAYERS.values())
    smaller = [side for side in range(8, printed.SIDE) if dense(side // 8) == row]
    lines = (
        f"{left} · {left} · {FILTERS[-1]} · {HIDDEN} + {HIDDEN} = {dense(left):,}",
        f"the column as printed: {column:,}; the total as printed: {printed.PARAMETERS:,}",
        f"the column with {dense(left):,}: {column - row + dense(left):,}",
        f"{left // 2} · {left // 2} · {FILTERS[-1]} · {HIDDEN} + {HIDDEN} = {dense(left // 2):,}: of images of "
        f"{smaller[0]} to {smaller[-1]} pixels, or of {printed.SIDE} with a fourth pooling",
        f"a net for {smaller[0]} to {smaller[-1]} pixels has {parameters(smaller[0]):,} in all: the printed column",
    )
    return Working(lines, holds=dense(left) == row and column == printed.PARAMETERS)


@ARITHMETIC.erratum(
    "MS-ERR.7",
    where="Section IV.A",
    says="Dataset I contained a little over 9000 images. Each class contained about 500 image samples with a "
    "resolution of 400x400 pixels",
    correct="about 560 on average",
    reason="Sixteen times 500 is not a little over 9,000. The public set has as many images in 16 folders; the folders "
    "are of very different sizes, and most of its images are not of 400 × 400 pixels.",
)
def about_five_hundred() -> Working:
    """The two numbers against each other, and the public set's."""
    counts, mean = by_class(), printed.IMAGES_I / printed.CLASSES
    lines = (
        f"{printed.CLASSES} · {printed.EACH_I} = {printed.CLASSES * printed.EACH_I:,}",
        f"{printed.IMAGES_I:,} / {printed.CLASSES} = {mean:.1f}",
        f"the public set: {sum(counts):,} images, {min(counts)} to {max(counts)} a class, "
        f"{sum(counts) / len(counts):.0f} on average",
    )
    return Working(lines, holds=round(mean, -2) == printed.EACH_I)


@ARITHMETIC.erratum(
    "MS-ERR.12",
    where="Section IV.C",
    says="30-degree rotation, 20% zoom, different flips; the fundamental features that distinguish one symbol from "
    "another are naturally the same",
    correct="not of a 6 and a 9, nor of a + and a ×",
    reason="Both flips together are half a turn, which makes a 9 of a 6; where each is drawn by itself, the labels of "
    "such images are right as often as wrong. A + that is turned by more than 15 degrees lies where a turned × does. "
    "How far it hurts depends on how differently people write the two; the notebook augmentation measures it.",
)
def labels_that_contradict() -> Working:
    """How often an image is drawn that another class gives too."""
    counts = dict(zip(SIGNS, by_class(), strict=True))
    train, right = split(list(counts.values()))[0], printed.ACCURACY["dataset-1"][0]
    fewer = min(split([counts[sign]])[0] for sign in "69")
    nearest = QUARTER - CROSS - printed.TURN
    half_turns = FLIPPED**2
    lines = (
        f"turned by half: {FLIPPED} · {FLIPPED} = {100 * half_turns:.0f} % of all draws; not mirrored at all: "
        f"{100 * (1 - FLIPPED) ** 2:.0f} %; so a 6 is as often drawn like a 9 as like itself",
        f"if 6 and 9 were each other turned by half, no net were right on more than 1 − {fewer:,}/{train:,} = "
        f"{100 * (1 - fewer / train):.1f} % of data set I's training images; table 2 has {right} %",
        f"a × turned by −{printed.TURN} degrees lies at {CROSS - printed.TURN}, a + comes to itself after {QUARTER}: "
        f"both are drawn between {nearest} and {printed.TURN} degrees, and as far on the other side",
        f"that is {100 * (printed.TURN - nearest) / printed.TURN:.0f} % of the draws of either",
    )
    return Working(lines, holds=half_turns == 0 or nearest >= printed.TURN)


@ARITHMETIC.erratum(
    "MS-ERR.14",
    where="Abstract; table 2",
    says="98.71%, 99.01%",
    correct="98.7 and 99.0 %, each give or take about a point",
    reason="The printed percentages can only come of certain numbers of test images, which tell how many there were. "
    "On so few, one image moves the result by a fifth of a point, and one run's interval is wide: that I and II "
    "differ cannot be said. How many images data set II has in its two folders is taken from two of its users, whose "
    "numbers add up to the paper's 8,567; other divisions of these fit, too.",
)
def four_digits() -> Working:
    """Test images that the percentages fit, what one image is, and Wilson's intervals."""
    sizes = {"dataset-1": split(by_class())[2], "dataset-2": -(-printed.FOLDERS_II["train"] * TEST_SHARE_II // 100)}
    validation = {"dataset-1": split(by_class())[1], "dataset-2": printed.FOLDERS_II["eval"]}
    lines, steps, ranges = [], [], []
    for name, numeral in (("dataset-1", "I"), ("dataset-2", "II")):
        images, (_, held, percent) = sizes[name], printed.ACCURACY[name]
        right, seen = right_answers(images, percent)[0], right_answers(validation[name], held)[0]
        low, high = (100 * end for end in wilson(right, images))
        steps.append(100 / images)
        ranges.append((low, high))
        lines += [
            f"{numeral}: test {right:,} of {images:,} = {100 * right / images:.2f} %; validation {seen:,} of "
            f"{validation[name]:,} = {100 * seen / validation[name]:.2f} %",
            f"{numeral}: one test image is {steps[-1]:.2f} points; 95 % interval {low:.1f} to {high:.1f} %",
        ]
    whole, wanted = sum(by_class()), printed.ACCURACY["dataset-1"][2]
    rest = whole - whole * 80 // 100 - whole * 15 // 100
    fits = ", ".join(map(str, right_answers(rest, wanted))) or "no number of right answers"
    lines.append(f"I, split as a whole and not class by class: {rest} test images, of which {fits} gives {wanted} %")
    lines.append(
        f"the two intervals share {max(low for low, _ in ranges):.1f} to {min(high for _, high in ranges):.1f} %"
    )
    return Working(tuple(lines), holds=max(steps) <= 0.01)


@ARITHMETIC.erratum(
    "MS-ERR.16",
    where="Section V.A, max pooling layer 2",
    says="reduced the current output to a size that was exactly half (12x12x128)",
    correct="to the half of 25, rounded down",
    reason="25 is odd. The last row and the last column are dropped.",
)
def half_of_25() -> Working:
    """What a pooling by 2 takes of 25 rows and columns."""
    sides = {name: shape[0] for name, shape, _ in layers()}
    before, after = sides["conv4"], sides["pool2"]
    lines = (
        f"{before} / 2 = {before / 2}",
        f"{after} windows of 2 take {2 * after} of {before} rows and columns, {(2 * after) ** 2} of {before**2} values",
    )
    return Working(lines, holds=2 * after == before)
