from __future__ import annotations

import numpy as np
import pytest

from claimbook.data.catalogue import data_set
from claimbook.data.symbol_split import FOREIGN, PAPER, parts_of, rule_of
from claimbook.errors import DataError


def drawn(counts, seed=0, name="math-symbols-1", split=PAPER):
    labels = np.repeat(np.arange(len(counts)), counts)
    return labels, parts_of(name, split, labels, (), seed, [f"class {k}" for k in range(len(counts))])


@pytest.mark.parametrize("count, sizes", [(7, (5, 1, 1)), (20, (16, 3, 1)), (433, (346, 64, 23)), (655, (524, 98, 33))])
def test_floors_by_hand(count, sizes):
    _, parts = drawn([count])
    assert tuple(len(parts[part]) for part in ("train", "validation", "test")) == sizes


def test_the_classes_of_set_1_give_the_sizes_that_its_printed_accuracies_admit():
    _, parts = drawn(list(data_set("math-symbols-1").check.counts.values()))
    assert [len(parts[part]) for part in ("train", "validation", "test")] == [7_199, 1_343, 466]
    assert round(460 / 466 * 100, 2) == 98.71 and round(1331 / 1343 * 100, 2) == 99.11


@pytest.mark.parametrize("seed", [0, 1])
def test_parts_are_disjoint_and_whole_and_in_every_class(seed):
    labels, parts = drawn([20, 50, 33], seed)
    rows = np.concatenate(list(parts.values()))
    assert np.array_equal(np.sort(rows), np.arange(103))
    assert all(np.array_equal(part, np.sort(part)) for part in parts.values())
    assert np.bincount(labels[parts["test"]]).tolist() == [1, 3, 3]


def test_the_draw_is_of_the_seed_the_set_and_the_class_alone():
    _, parts = drawn([50, 40])
    same, other = drawn([50, 40])[1], drawn([50, 40], seed=1)[1]
    assert np.array_equal(parts["test"], same["test"]) and not np.array_equal(parts["test"], other["test"])
    assert not np.array_equal(parts["test"], drawn([50, 40], name="math-symbols-3")[1]["test"])
    first = parts["train"][parts["train"] < 50]
    assert np.array_equal(first, drawn([50, 90])[1]["train"][: len(first)])  # of what other classes have, nothing


def test_a_class_that_is_too_small_is_named():
    with pytest.raises(DataError, match="'class 1' has 6 images.*\n.*below 7"):
        drawn([7, 6])


def test_foreign_sets_are_all_for_the_test():
    for name, split in (("bhmsds", PAPER), ("math-symbols-3", FOREIGN)):
        _, parts = drawn([3, 4], name=name, split=split)
        assert parts["test"].tolist() == list(range(7)) and not len(parts["train"]) and not len(parts["validation"])
        assert rule_of(name, split) == "all for the test"


def shipped(train, evaluation, seed=0, folders=("train", "eval")):
    names = [folders[0]] * train + [folders[1]] * evaluation
    return parts_of("math-symbols-2", PAPER, np.zeros(len(names), int), names, seed, ["0"])


@pytest.mark.parametrize("train, test", [(25, 2), (26, 3), (7_557, 605)])
def test_set_2_is_split_as_shipped_with_a_test_of_8_percent_rounded_up(train, test):
    parts = shipped(train, 5)
    assert parts["validation"].tolist() == list(range(train, train + 5))
    assert len(parts["test"]) == test and parts["test"].max() < train
    assert len(np.union1d(parts["train"], parts["test"])) == train == len(parts["train"]) + test
    assert not np.array_equal(parts["test"], shipped(train, 5, seed=1)["test"])


def test_sizes_that_users_publish_admit_the_accuracies_that_the_paper_prints_for_set_2():
    assert round(1001 / 1010 * 100, 2) == 99.11 and round(599 / 605 * 100, 2) == 99.01
    assert sum(data_set("math-symbols-2").check.counts.values()) == 7_557 + 1_010 == 8_567


def test_other_folders_of_set_2_are_refused():
    with pytest.raises(DataError, match="'weird'"):
        shipped(9, 3, folders=("train", "weird"))
    with pytest.raises(DataError, match="eval has no images"):
        shipped(9, 0)
