from __future__ import annotations

import cv2
import numpy as np
import pytest
from data.symbol_toys import jpeg

from claimbook.data.symbol_leaks import between, leaks
from claimbook.data.symbol_pixels import pixels
from claimbook.data.symbol_stand_in import drawing
from claimbook.data.symbols import load_symbols
from claimbook.errors import UsageError

FIVE, SEVEN, PLUS = (drawing("math-symbols-1", sign, 0) for sign in "57+")


SEVEN_AGAIN = jpeg(cv2.resize(SEVEN, (105, 105), interpolation=cv2.INTER_AREA), 50)


def seen(*contents):
    return np.stack([pixels(content, 50) for content in contents])


def test_the_same_file_and_nearly_the_same_picture():
    ours, theirs = [jpeg(FIVE), SEVEN_AGAIN, jpeg(PLUS)], [jpeg(SEVEN), jpeg(FIVE)]
    found = between(("five", "seven again", "plus"), seen(*ours), ("seven", "five"), seen(*theirs))
    assert found.same.tolist() == [True, False, False] and found.near.tolist() == [True, True, False]
    assert found.place[:2].tolist() == [1, 0] and found.bits[0] == 0 < found.bits[1] <= 16 < 32 < found.bits[2]
    assert found.counts() == {"images": 3, "same": 1, "near": 2}
    assert found.shares() == {"same": 1 / 3, "near": 2 / 3}


def test_the_threshold_says_what_is_near():
    ours, theirs = seen(SEVEN_AGAIN, jpeg(PLUS)), seen(jpeg(SEVEN))
    away = between(("a", "b"), ours, ("c",), theirs).bits
    for threshold, near in ((0, 0), (away[0] - 1, 0), (away[0], 1), (256, 2)):
        assert between(("a", "b"), ours, ("c",), theirs, threshold=int(threshold)).counts()["near"] == near


def test_without_others_nothing_leaks():
    found = between(("a",), seen(jpeg(FIVE)), (), np.zeros((0, 1, 50, 50), np.uint8))
    assert found.counts() == {"images": 1, "same": 0, "near": 0} and found.place.tolist() == [-1]
    assert np.isnan(between((), seen(jpeg(FIVE))[:0], ("a",), seen(jpeg(FIVE))).shares()["near"])


def test_the_audit_of_a_split_agrees_with_its_facts():
    data = load_symbols("math-symbols-3", stand_in=True)
    for part, other in (("test", "train"), ("validation", "train"), ("test", "validation")):
        found = leaks(data, part, other)
        assert found.counts()["same"] == data.facts()[f"{part}_in_{other}"] > 0
        assert len(found.same) == len(data.shas[part])
        for row in np.flatnonzero(found.same):
            assert data.shas[part][row] == data.shas[other][found.place[row]]
    assert leaks(load_symbols("math-symbols-3", deduplicate="exact", stand_in=True)).counts()["same"] == 0


@pytest.mark.parametrize("threshold", [-1, 257, 1.5, True])
def test_a_threshold_that_cannot_be_is_refused(threshold):
    with pytest.raises(UsageError, match="bits, 0 to 256"):
        between(("a",), seen(jpeg(FIVE)), ("a",), seen(jpeg(FIVE)), threshold=threshold)
