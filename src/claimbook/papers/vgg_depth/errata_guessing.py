"""The errata on nets that guess: what a constant answer gets, and what table 3 prints.

"The report", "the hand-out": as in `errata`, which takes up the register of this module.
"""

from __future__ import annotations

import math

from claimbook.claims.arithmetic import Arithmetic, Working
from claimbook.claims.statistics import binomial_sd
from claimbook.papers.vgg_depth.printed import (
    CLASSES,
    DRAWN_FROM,
    DROPOUT_LOSSES,
    DROPOUT_VALIDATION,
    TEST,
    TEST_IMAGES,
    TRAIN,
    VALIDATION,
)

ARITHMETIC = Arithmetic("vgg-depth")


@ARITHMETIC.erratum(
    "VGG-ERR.4",
    where="Sections 2 and 3",
    says="it has about 0 accuracy; the accuracy for training and testing data are both 0",
    correct="it has the accuracy of guessing, 1 %",
    reason="A net that gives every image the same answer is right on one class in a hundred. In the hand-out's log the "
    "training accuracy is 0.9 to 1.0 %, and the validation accuracy in 55 of 100 epochs exactly that of one class.",
)
def about_zero() -> Working:
    """The accuracy of a constant answer, on the test images and on the validation images of the log."""
    test, validation = 100 / CLASSES, 100 * 16 / VALIDATION
    lines = (
        f"test: {TEST_IMAGES // CLASSES} of {TEST_IMAGES:,} images are of each class: {test:g} %, as in section 5.1",
        f"validation: the log's 0.0064 are 16 of {VALIDATION:,} images = {validation:g} %: one class, of those not "
        f"drawn evenly from {CLASSES} ({VALIDATION // CLASSES} images each, on average)",
    )
    return Working(lines, holds=test == 0)


@ARITHMETIC.erratum(
    "VGG-ERR.13",
    where="Section 5.3; table 3",
    says="above problem were caused by Variance Shift",
    correct="not the training accuracy",
    reason="Variance shift is a difference between training and testing. The training accuracy and loss of table 3 are "
    "measured while training, with the batch's own variance; the loss is that of guessing already and the accuracy no "
    "better: the nets never began to learn. (The cited work is about dropout before normalisation; one layer further "
    "on, this is such a net. That the accuracies are below guessing is VGG-ERR.17.)",
)
def variance_shift() -> Working:
    """The losses of table 3 beside that of giving each class the same share."""
    guessing = math.log(CLASSES)
    lines = [f"guessing: loss ln {CLASSES} = {guessing:.3f}, accuracy {100 / CLASSES:g} %"]
    for name, (train, validation, test) in DROPOUT_LOSSES.items():
        lines.append(
            f"{name}: training loss {train} ({train - guessing:+.3f}) with {TRAIN[name]} %; validation {validation}, "
            f"test {test} ({test - guessing:+.3f}) with {TEST[name]} %"
        )
    learned = min(losses[0] for losses in DROPOUT_LOSSES.values()) < guessing - 0.01
    return Working(tuple(lines), holds=learned)


@ARITHMETIC.erratum(
    "VGG-ERR.17",
    where="Section 5.3; table 3",
    says="Dropout(p=0.5): test acc 0.5%; Dropout(p=0.2): test acc 0.5%",
    correct="1.0 %, if these nets give all images one answer; what came to 0.5 % is not said",
    reason="The losses are those of nets that have learned nothing. There are as many test images of each class, so a "
    "net with one answer for all is right on exactly one in a hundred, and one whose answers have nothing to do with "
    "the images on very nearly as many. Of the validation images, which are not balanced, one class may well be 0.5 or "
    "0.6 %. A net that takes images of one kind for those of another could fall below 1 %; nothing else in the report "
    "points to that.",
)
def below_guessing() -> Working:
    """The test and validation accuracies of table 3 beside those of one answer and of answers without the images."""
    chance, sd = 100 / CLASSES, 100 * binomial_sd(1 / CLASSES, TEST_IMAGES)
    lines = [
        f"test, one answer for all: {TEST_IMAGES // CLASSES} of {TEST_IMAGES:,} images = {chance:.1f} %, for any class",
        f"test, answers drawn without the images: {chance:.1f} %, with an sd of {sd:.3f} points",
    ]
    lines += [f"{name}: test {TEST[name]} %, {(TEST[name] - chance) / sd:+.1f} sd" for name in DROPOUT_VALIDATION]
    least, most = sorted(DROPOUT_VALIDATION.values())
    of_class = VALIDATION / CLASSES
    spread = math.sqrt(of_class * (1 - 1 / CLASSES) * (1 - VALIDATION / DRAWN_FROM))
    lines.append(
        f"validation: {of_class:g} of {VALIDATION:,} images are of one class on average, with an sd of {spread:.1f}; "
        f"{least} and {most} % are about {VALIDATION * least / 100:.0f} and {VALIDATION * most / 100:.0f} images"
    )
    return Working(tuple(lines), holds=any(abs(TEST[name] - chance) < 2 * sd for name in DROPOUT_VALIDATION))
