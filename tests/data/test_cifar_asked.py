from __future__ import annotations

import hashlib

import numpy as np
import pytest
from data.cifar_toys import cifar_files, cifar_records, cifar_toy, put_files

from claimbook.data.cifar import load_cifar
from claimbook.errors import DataError, UsageError


def test_the_split_is_the_draw_of_the_reports_code_on_the_canonical_order(cifar_home):
    whole, data = load_cifar("cifar-100"), load_cifar("cifar-100", validation=20)
    drawn = np.random.RandomState(0).choice(a=list(range(400)), size=380, replace=False)
    left = [row for row in range(400) if row not in set(drawn.tolist())]
    assert np.array_equal(data.train_x, whole.train_x[np.sort(drawn)])
    assert np.array_equal(data.train_y, whole.train_y[np.sort(drawn)])
    assert np.array_equal(data.validation_x, whole.train_x[left]) and len(left) == 20
    assert np.array_equal(data.validation_y, whole.train_y[left])
    assert np.array_equal(data.test_x, whole.test_x)


def smallest_by_hand(name: str, each: int, kept: range) -> set[bytes]:
    """The records of the `each` images of every class with the smallest sha256 in height x width x RGB order."""
    groups: dict[int, list] = {}
    for record in cifar_records(name, "train"):
        pixels = record[-3072:].reshape(3, 32, 32).transpose(1, 2, 0).tobytes()
        groups.setdefault(int(record[-3073]), []).append((hashlib.sha256(pixels).digest(), record[-3072:].tobytes()))
    return {pixels for label in kept for _, pixels in sorted(groups[label])[:each]}


@pytest.mark.parametrize("name, images, labels", [("cifar-10", 30, "fine"), ("cifar-100", 200, "coarse")])
def test_a_number_takes_the_smallest_hashes_of_each_class(cifar_home, name, images, labels):
    data = load_cifar(name, subset=images, labels=labels)
    classes = 10 if name == "cifar-10" else 100
    assert {image.tobytes() for image in data.train_x} == smallest_by_hand(name, images // classes, range(classes))
    assert len(data.test_y) == len(load_cifar(name).test_y), "the test images stay all"
    assert np.ptp(np.bincount(data.train_y)) == 0


def test_a_smaller_subset_is_a_part_of_a_larger_one_in_the_same_order(cifar_home):
    small, large = (load_cifar("cifar-10", subset=images).train_x for images in (20, 40))
    places = [next(k for k, other in enumerate(large) if np.array_equal(image, other)) for image in small]
    assert places == sorted(places)


def test_classes_are_kept_in_both_parts_and_counted_from_0_in_the_releases_order(cifar_home):
    whole, data = load_cifar("cifar-10"), load_cifar("cifar-10", subset=["ship", "cat"])
    assert data.classes == ("cat", "ship")
    for part in ("train", "test"):
        y = getattr(whole, f"{part}_y")
        rows = np.isin(y, [3, 8])
        assert np.array_equal(getattr(data, f"{part}_x"), getattr(whole, f"{part}_x")[rows])
        assert np.array_equal(getattr(data, f"{part}_y"), (y[rows] == 8).astype(int))


def test_superclasses_and_a_number(cifar_home):
    data = load_cifar("cifar-100", labels="coarse", subset="fish, aquatic_mammals: 20")
    assert data.classes == ("aquatic_mammals", "fish") and np.bincount(data.train_y).tolist() == [10, 10]
    assert {image.tobytes() for image in data.train_x} == smallest_by_hand("cifar-100", 2, range(10))


@pytest.fixture
def incomplete(cifar_home):
    """CIFAR-10 of which only the 3 smallest of each class are there; also the whole, loaded before."""
    home, entries = cifar_home
    whole = load_cifar("cifar-10", subset=20)
    kept = smallest_by_hand("cifar-10", 3, range(10))
    part = np.array([record for record in cifar_records("cifar-10", "train") if record[1:].tobytes() in kept])
    entries["cifar-10"] = cifar_toy("cifar-10", known_part=part)
    put_files(home / entries["cifar-10"].folder, cifar_files("cifar-10", train=part))
    return whole


def test_an_incomplete_copy_gives_the_same_subset(incomplete):
    data = load_cifar("cifar-10", subset=20)
    assert data.digest == incomplete.digest and data.identity() == incomplete.identity()
    assert np.array_equal(data.train_x, incomplete.train_x)
    assert "a copy with 30 of them" in data.notes[0]


@pytest.mark.parametrize("subset", [None, "cat, dog"])
def test_an_incomplete_copy_is_not_taken_for_the_whole(incomplete, subset):
    with pytest.raises(DataError, match=r"not complete.*\ntrain: 30 of them.*\n.*up to 30.*fetch cifar-10"):
        load_cifar("cifar-10", subset=subset)
    with pytest.raises(UsageError, match=r"not complete: 30 of them.*\nGive 30 or less"):
        load_cifar("cifar-10", subset=40)
