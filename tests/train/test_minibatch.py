"""The order of the data and dropout masks."""

from __future__ import annotations

import numpy as np
import pytest

from claimbook.train.minibatch import dropout_mask, in_order


def test_batches_in_the_tutorials_order():
    """55,000 images by 64: 858 whole batches fit below 55,000 − 64; the next begins anew at 859 · 64 − 54,936 = 40."""
    assert in_order(0, 64, 55_000) == slice(0, 64)
    assert in_order(858, 64, 55_000) == slice(54_912, 54_976)
    assert in_order(859, 64, 55_000) == slice(40, 104)
    assert all(in_order(step, 64, 55_000).stop <= 55_000 for step in range(8_593))


def test_dropout_masks_depend_on_seed_and_step_only():
    mask = dropout_mask(1, 7, (64, 512))
    assert np.array_equal(mask, dropout_mask(1, 7, (64, 512))) and mask.dtype == np.float32
    assert not np.array_equal(mask, dropout_mask(1, 8, (64, 512)))
    assert not np.array_equal(mask, dropout_mask(2, 7, (64, 512)))
    assert set(np.unique(mask)) == {0.0, 2.0} and mask.mean() == pytest.approx(1, abs=0.03)
    assert set(np.unique(dropout_mask(1, 7, (64, 512), keep=0.8))) == {0.0, 1.25}
