from __future__ import annotations

import numpy as np

from claimbook.data.symbol_duplicates import exact, near
from claimbook.data.symbol_hash import BITS

NONE = np.zeros(7, bool)


def test_one_of_each_content_stays_and_none_that_lies_in_two_classes():
    shas = ["a", "b", "a", "c", "c", "d", "a"]
    labels = np.array([0, 0, 0, 0, 1, 1, 0])
    assert exact(shas, labels, NONE).tolist() == [0, 1, 5]
    preferred = np.array([0, 0, 0, 0, 0, 0, 1], bool)
    assert exact(shas, labels, preferred).tolist() == [1, 5, 6]


def turned(*counts):
    """Hashes that differ from the first in so many bits, all from its beginning."""
    found = np.zeros((len(counts), BITS), bool)
    for row, count in enumerate(counts):
        found[row, :count] = True
    return found


def test_near_ones_of_a_class_go_and_chains_do_not_drag_on():
    hashes, labels = turned(0, 10, 20, 30, 40, 3, 100), np.array([0, 0, 0, 0, 0, 1, 1])
    # 10 is near to 0 and goes; 20 is near to 10 alone, which is gone, and stays; 30 goes with it; 40 stays.
    assert near(hashes, labels, NONE, 10).tolist() == [0, 2, 4, 5, 6]
    assert near(hashes, labels, NONE, 9).tolist() == list(range(7))
    assert near(hashes, labels, NONE, 256).tolist() == [0, 5]


def test_preferred_rows_stay_where_two_are_near():
    preferred = np.array([False, True, False])
    assert near(turned(0, 10, 30), np.zeros(3, int), preferred, 10).tolist() == [1, 2]
