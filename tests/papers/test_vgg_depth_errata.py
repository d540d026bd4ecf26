"""The report's arithmetic, checked against other ways to the same numbers."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

from claimbook.papers.vgg_depth import errata, quantities
from claimbook.papers.vgg_depth.errata import ARITHMETIC


def working(name):
    return "\n".join(ARITHMETIC.redo(name).working)


def test_batches_step_by_step():
    """Table 4: 64.1, 61.7, 62.1 in training and 51.9, 51.5, 52.2 in the test."""
    assert working("VGG-ERR.5").splitlines() == [
        "100 → 80: training -2.4, test -0.4 points: not as stated",
        "80 → 50: training +0.4, test +0.7 points: not as stated",
    ]


def test_both_combinations_are_below_the_default():
    text = working("VGG-ERR.6")
    assert "-1.9 against the default's 51.9 %, -2.7 against" in text and "-0.2 against" in text and "-1.0" in text


def test_the_gap():
    gaps = re.findall(r"= (.*) points", working("VGG-ERR.8"))
    assert gaps == ["8.1", "12.2", "10.2", "3.7", "10.2", "9.9", "3.1", "7.7"]


def test_the_nets_of_the_comparison_are_those_of_the_models():
    """The counts that are stated beside the hand-out's model, and operations layer by layer."""
    assert quantities.parameters(0) == 59_716 and quantities.parameters(5) == 336_196
    assert quantities.parameters(5, batch_norm=True) == 338_500
    sizes = [(3, 32)] + [(32, side) for side in (32, 16, 16, 8, 8, 4)]  # of VGG_08's seven convolutions
    assert quantities.operations(0) == sum(9 * inputs * 32 * side**2 for inputs, side in sizes) + 3_200
    assert quantities.operations(5) - quantities.operations(0) == 10 * 9 * 32 * 32 * (32**2 + 16**2 + 8**2)
    against = re.findall(r"([+-][0-9.]+) points", working("VGG-ERR.10"))
    assert against == ["-2.55", "+1.95", "+2.75"]  # 47.4, 51.9 and 52.7 against 49.95


def test_what_can_be_told_apart_by_simulation():
    """The sd of a difference of two accuracies on 10,000 images each, and who is beyond 1.96 of them."""
    rng = np.random.default_rng(0)
    drawn = rng.binomial(10_000, 0.519, 20_000) - rng.binomial(10_000, 0.527, 20_000)
    assert quantities.difference_sd(51.9, 52.7) == pytest.approx(drawn.std() / 100, rel=0.02)
    apart = [line.split(": ")[1] for line in working("VGG-ERR.11").splitlines() if line.endswith("stands out")]
    assert apart == [
        "BN after ReLU − BN before ReLU",
        "BN after ReLU − decay 0.005",
        "BN after ReLU − dropout 0.5",
        "BN after ReLU − dropout 0.2",
        "BN after ReLU − decay 0.001, batch 50",
        "decay 0.001 − decay 0.001, batch 50",
        "batch 50 − decay 0.001, batch 50",
    ]
    assert "1.9 points, sd 0.71, 2.7 sd" in working("VGG-ERR.11")
    assert working("VGG-ERR.11").endswith("so 0.2 to 1.0 points are lost in noise, 1.9 and more stand out")
    erratum = ARITHMETIC.redo("VGG-ERR.11")
    assert "0.2 to 1.0 points" in erratum.says and "1.9 points and more" in erratum.correct


def test_guessing():
    assert f"ln 100 = {math.log(100):.3f}" in working("VGG-ERR.13")
    assert "= 0.64 %" in working("VGG-ERR.4") and "1 %, as in section 5.1" in working("VGG-ERR.4")


def test_half_a_percent_is_below_guessing_by_simulation():
    """Test images balanced, validation images drawn from balanced ones; answers that do not depend on the images."""
    rng, text = np.random.default_rng(0), working("VGG-ERR.17")
    labels = np.repeat(np.arange(100), 100)
    assert {int((labels == answer).sum()) for answer in range(100)} == {100} and "100 of 10,000 images = 1.0 %" in text
    right = np.array([(rng.permutation(labels) == rng.integers(0, 100, 10_000)).sum() for _ in range(1_000)])
    assert right.mean() == pytest.approx(100, abs=1.5) and right.min() > 60  # 0.5 % are 50
    assert right.std() == pytest.approx(10_000 * 0.099 / 100, rel=0.1) and "sd of 0.099 points" in text
    assert re.findall(r"test 0.5 %, (.*) sd", text) == ["-5.0", "-5.0"]
    drawn = rng.multivariate_hypergeometric([500] * 100, 2_500, size=2_000)
    assert drawn.std() == pytest.approx(4.8, abs=0.1) and "sd of 4.8" in text
    assert (drawn.min(1) <= 15).mean() > 0.5  # in most splits some class has no more than 0.6 %


def test_the_cosine_is_the_one_that_trains():
    from claimbook.train.schedules import cosine

    schedule = cosine(quantities.FIRST_RATE, quantities.EPOCHS, quantities.LAST_RATE)
    for epoch in (0, 1, 50, 80, 99):
        assert quantities.rate(epoch) == pytest.approx(schedule(epoch), rel=1e-6)
    assert "epoch 80: rate 1.1e-04, 2.1 %" in working("VGG-ERR.14")


def test_the_constants_are_those_that_the_nets_normalise_by():
    from claimbook.models.pixels import CIFAR_MEAN, CIFAR_SD

    assert errata.CIFAR_10 == {"mean": CIFAR_MEAN, "sd": CIFAR_SD}
    assert "red: mean 0.5071 and sd 0.2673 become mean +0.078 and sd 1.321" in working("VGG-ERR.15")
