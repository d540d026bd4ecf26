from __future__ import annotations

import numpy as np
import pytest

from claimbook.data.splits import split
from claimbook.errors import UsageError


def test_parts_are_disjoint_rising_and_together_the_whole():
    parts = split(1_000, {"train": None, "validation": 100, "test": 150}, seed=3, name="split")
    assert {part: len(rows) for part, rows in parts.items()} == {"train": 750, "validation": 100, "test": 150}
    assert list(parts) == ["train", "validation", "test"]
    assert np.array_equal(np.sort(np.concatenate(list(parts.values()))), np.arange(1_000))
    assert all(rows.dtype == np.int64 and (np.diff(rows) > 0).all() for rows in parts.values())


def test_rows_that_no_part_takes_are_left_out():
    parts = split(100, {"a": 30, "b": 20}, 0, "split")
    assert len(np.unique(np.concatenate(list(parts.values())))) == 50


def test_it_is_a_random_draw_from_the_whole():
    """The mean index of 5,000 of 60,000 has a standard deviation of 17,320 / sqrt(5000) = 245."""
    rows = split(60_000, {"validation": 5_000, "train": None}, 1, "split")["validation"]
    assert abs(rows.mean() - 29_999.5) < 4 * 245
    assert abs(np.bincount(rows // 6_000) - 500).max() < 4 * np.sqrt(450)


def test_the_order_in_which_parts_are_named_makes_no_difference():
    one = split(500, {"b": 10, "rest": None, "a": 20}, 0, "split")
    other = split(500, {"a": 20, "b": 10, "rest": None}, 0, "split")
    assert all(np.array_equal(one[part], other[part]) for part in one)


def test_seed_and_name_decide_and_nothing_else():
    def drawn(seed: int, name: str) -> list[int]:
        return split(1_000, {"a": 50}, seed, name)["a"].tolist()

    assert drawn(0, "split") == drawn(0, "split")
    assert len({tuple(drawn(*given)) for given in [(0, "split"), (1, "split"), (0, "other")]}) == 3


def test_the_same_rows_on_every_machine():
    assert split(20, {"a": 4, "b": 3}, 0, "split")["a"].tolist() == [3, 7, 10, 18]


def test_numpys_whole_numbers_are_whole_numbers():
    assert len(split(np.int64(9), {"a": np.int32(4)}, 0, "split")["a"]) == 4


@pytest.mark.parametrize(
    "sizes, why",
    [
        ({}, "No part is named"),
        ({"a": 0}, "size of 'a' is 0"),
        ({"a": -1, "b": None}, "size of 'a' is -1"),
        ({"a": 2.0}, "size of 'a' is 2.0"),
        ({"a": True}, "size of 'a' is True"),
        ({"a": "5"}, "size of 'a' is '5'"),
        ({"a": 11}, "need 11"),
        ({"a": 6, "b": 5}, "need 11"),
        ({"a": 10, "b": None}, "need 10, and 'b' one at least"),
        ({"a": None, "b": None}, "'a' and 'b' both ask for the rest"),
    ],
)
def test_sizes_that_do_not_fit_are_a_usage_error(sizes, why):
    with pytest.raises(UsageError, match="10 rows cannot be split") as error:
        split(10, sizes, 0, "split")
    assert why in error.value.why and error.value.do
