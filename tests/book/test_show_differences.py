"""What could be told from noise: both noises against independent computations."""

import math
import re

import numpy as np
import pytest
from book.learned import learned, published

from claimbook.book import show
from claimbook.book.study_noise import paired, told
from claimbook.claims.differences import seeds_needed
from claimbook.errors import UsageError

OURS = {"after": {0: 0.09, 1: 0.10, 2: 0.095}, "before": {0: 0.065, 1: 0.08, 2: 0.06}}
PAIRS = np.array([0.025, 0.02, 0.035])


def cells(shown, name):
    return re.split(r"\s{2,}", next(line for line in shown.text.splitlines() if line.startswith(name)).strip())


def test_a_row_has_the_papers_difference_both_noises_and_the_seeds():
    row = cells(show.differences(learned("batch-norm", OURS), [("after", "before")], images=10_000), "after − before")
    noise = 100 * math.sqrt((0.519 * 0.481 + 0.4743 * 0.5257) / 10_000)
    assert row[1:4] == ["4.47", f"{noise:.2f}", "yes"]
    assert row[4].startswith("2.667 [") and row[5] == f"{100 * PAIRS.std(ddof=1):.4g}"
    assert row[6] == "yes"  # 4.47 is above 4.303 × 0.764
    assert row[7] == str(seeds_needed(PAIRS, 0.0447).to_see[0.8])


def test_a_small_difference_is_beyond_neither():
    study = learned("batch-size", {"after": {0: 0.09, 1: 0.10}, "batch-50": {0: 0.10, 1: 0.095}})
    row = cells(show.differences(study, [("batch-50", "after")], images=10_000), "batch-50")
    assert row[1] == "0.3" and (row[3], row[6]) == ("no", "no") and int(row[7].replace(",", "")) > 100


@pytest.mark.parametrize(
    ("first", "ours", "by_images", "by_seeds"),
    [
        (0.519, [], False, None),
        (0.519, [0.1], False, None),
        (0.519, [0.1, 0.1], False, None),
        (0.539, [0.001, 0.002, 0.003], True, True),
        (0.539, [0.01, 0.05, -0.03], True, False),
    ],
)
def test_each_noise_has_its_own_answer(first, ours, by_images, by_seeds):
    found = told(first, 0.515, 10_000, ours)
    assert (found.by_images, found.by_seeds) == (by_images, by_seeds)
    assert found.sd == pytest.approx(math.sqrt(first * (1 - first) / 1e4 + 0.515 * 0.485 / 1e4))


def test_one_pair_and_a_difference_of_nothing_have_no_answer():
    one = cells(show.differences(learned("depth", {"vgg-08": {0: 0.1}, "vgg-38": {0: 0.01}}), [("vgg-08", "vgg-38")],
                                 images=10_000), "vgg-08")  # fmt: skip
    assert one[4:] == ["9", "–", "not known", "–"]
    study = learned("dropout", {"dropout-0.2": {0: 0.01, 1: 0.02}, "dropout-0.5": {0: 0.01, 1: 0.01}})
    none = cells(show.differences(study, [("dropout-0.2", "dropout-0.5")], images=10_000), "dropout-0.2")
    assert none[1] == "0" and none[3] == "no" and none[-1] == "–"


def test_each_size_has_a_column_and_the_spread_is_that_of_most_seeds():
    study = published("batch-norm", paper={"after": {0: 0.52}, "before": {0: 0.47}}, reduced=OURS)
    shown = show.differences(study, [("after", "before")], images=10_000)
    row = cells(shown, "after")
    assert "ours, paper" in shown.text and "ours, reduced" in shown.text
    assert "at the size with the most of them" in shown.text
    assert row[4] == "5" and row[5].startswith("2.667 [") and row[6] == f"{100 * PAIRS.std(ddof=1):.4g}"


def test_runs_that_diverged_are_in_no_pair():
    study = learned("batch-norm", {"after": {0: 0.09, 1: None, 2: 0.1}, "before": {0: 0.06, 1: 0.07, 3: 0.1}})
    assert paired(study, "after", "before", "test-accuracy") == {0: pytest.approx(0.03)}


def test_what_is_not_there_is_named():
    study = learned("batch-norm", OURS)
    for arguments in ({"pairs": [("after", "befor")], "images": 10_000}, {"pairs": [], "images": 0}):
        with pytest.raises(UsageError):
            show.differences(study, **arguments)
