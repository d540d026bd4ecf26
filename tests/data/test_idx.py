from __future__ import annotations

import numpy as np
import pytest
from data.idx_toys import idx

from claimbook.data.idx import idx_header, read_idx


@pytest.mark.parametrize("shape", [(5,), (2, 3, 4), (300, 28, 28)])
def test_reads_what_was_written(shape):
    values = np.random.default_rng(1).integers(0, 256, shape, dtype=np.uint8)
    read = read_idx(idx(values), "x", axes=len(shape))
    assert read.dtype == np.uint8 and np.array_equal(read, values)


def test_a_file_by_hand():
    content = bytes([0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 255])
    assert read_idx(content, "x", axes=2).tolist() == [[1, 2, 3], [4, 5, 255]]


def test_lengths_are_big_endian():
    assert read_idx(bytes([0, 0, 8, 1, 0, 0, 1, 2]) + bytes(258), "x", axes=1).shape == (258,)


def test_nothing_is_copied_and_nothing_can_be_changed():
    content = idx(np.arange(6))
    values = read_idx(content, "x", axes=1)
    assert np.shares_memory(values, np.frombuffer(content, np.uint8))
    with pytest.raises(ValueError, match="read-only"):
        values[0] = 1
    with pytest.raises(ValueError):
        values.flags.writeable = True


def test_header_and_values_are_the_file():
    values = np.random.default_rng(2).integers(0, 256, (7, 28, 28), dtype=np.uint8)
    assert idx_header(values.shape) + values.tobytes() == idx(values)
