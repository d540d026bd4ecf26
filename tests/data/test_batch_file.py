from __future__ import annotations

import numpy as np
from data.toys import batch_line, gas_rows

from claimbook.data.batch_file import finer_than_printed, read_batch


def test_reads_what_was_written():
    rows = gas_rows((3, 1, 6))
    batch = read_batch("".join(batch_line(*row) for row in rows).encode(), "batch1.dat")
    assert batch.gas.tolist() == [row[0] for row in rows]
    assert batch.concentration.tolist() == [row[1] for row in rows]
    assert np.array_equal(batch.x, np.array([row[2] for row in rows]))
    assert batch.x.dtype == np.float64 and batch.x.shape == (6, 128)


def test_line_ends_and_blank_last_lines_do_not_matter():
    text = "".join(batch_line(*row) for row in gas_rows())
    unix = read_batch(text.encode(), "x")
    for other in (text.replace("\n", "\r\n"), text + "\n", text.rstrip()):
        assert read_batch(other.encode(), "x").records() == unix.records()


def test_a_record_holds_gas_concentration_and_features():
    (row,) = gas_rows((4,), 1)
    (record,) = read_batch(batch_line(*row).encode(), "x").records()
    assert np.array_equal(np.frombuffer(record, "<f8"), [row[0], row[1], *row[2]])


def test_finer_than_printed_looks_at_the_sixteen_steady_state_features():
    x = np.zeros((5, 128))
    x[0] = 12345.6789
    x[1, 8] = 0.12345
    x[2, 9] = 0.12345
    x[3, 120] = 642_103.000001  # the last of the six decimals that are printed
    x[4, 0] = -17.25
    assert finer_than_printed(x).tolist() == [False, True, False, True, False]
