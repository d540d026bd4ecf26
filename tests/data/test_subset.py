from __future__ import annotations

import numpy as np
import pytest

from claimbook.data.subset import Subset, smallest, subset_of
from claimbook.errors import UsageError


@pytest.mark.parametrize(
    "given, expected",
    [
        (None, Subset()),
        ("all", Subset()),
        (10_000, Subset(10_000)),
        (np.int64(7), Subset(7)),
        ("10_000", Subset(10_000)),
        ("bear, apple", Subset(None, ("apple", "bear"))),
        (["bear", "apple"], Subset(None, ("apple", "bear"))),
        ("bear,apple: 200", Subset(200, ("apple", "bear"))),
        (Subset(200, ("bear", "apple")), Subset(200, ("apple", "bear"))),
    ],
)
def test_what_is_understood(given, expected):
    assert subset_of(given) == expected


@pytest.mark.parametrize(
    "given", [0, -5, "-5", 2.5, True, "", ",", "a,", [], ["a", "a"], "a, a", "a: many", "a:", ": 5", "1: 2: 0", [3]]
)
def test_what_is_not_understood(given):
    with pytest.raises(UsageError, match=r"subset = .*\n.*\nGive a number"):
        subset_of(given)


def test_the_rule_says_what_is_taken():
    assert Subset().rule == "all" and Subset(None, ("a", "b")).rule == "classes a, b"
    assert Subset(6).rule == "all; 6 training images, equally many a class, by sha256 of pixels"
    assert len({Subset(6).rule, Subset(7).rule, Subset(6, ("a",)).rule, Subset(None, ("a",)).rule}) == 4


def test_the_smallest_of_each_group():
    hashes = [b"e", b"a", b"d", b"b", b"c", b"f"]
    assert smallest(hashes, np.array([0, 1, 0, 1, 1, 0]), 2).tolist() == [0, 1, 2, 3]
    assert smallest(hashes, np.array([0, 0, 0, 0, 0, 7]), 1).tolist() == [1, 5]
