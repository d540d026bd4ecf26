from __future__ import annotations

import numpy as np

from claimbook.data.duplicates import contradicted, occurring, repeated


def test_copies_are_all_less_the_distinct_ones():
    assert repeated([b"a", b"b", b"a", b"a"]) == 2 and repeated([]) == 0


def test_images_are_counted_not_pairs():
    assert occurring([b"a", b"a", b"b"], [b"a", b"c", b"a"]) == 2 and occurring([b"a"], []) == 0


def test_an_image_with_two_labels_counts_once():
    assert contradicted([b"a", b"a", b"a", b"b", b"b"], np.array([1, 2, 3, 1, 1])) == 1
