from __future__ import annotations

import hashlib
import shutil

import numpy as np
import pytest
from data.cifar_toys import KINDS, cifar_files, cifar_records, cifar_toy, content, put_files
from data.toys import tarred

from claimbook.data.cifar import identity, load_cifar, use_stand_in
from claimbook.errors import DataError, UsageError

NAMES = list(KINDS)


def by_hash(records: np.ndarray) -> np.ndarray:
    return records[sorted(range(len(records)), key=lambda row: hashlib.sha256(bytes(records[row])).digest())]


@pytest.mark.parametrize("name", NAMES)
def test_images_and_labels_in_canonical_order(cifar_home, name):
    data = load_cifar(name)
    for part in ("train", "test"):
        records = by_hash(cifar_records(name, part))
        x, y = getattr(data, f"{part}_x"), getattr(data, f"{part}_y")
        assert x.dtype == y.dtype == np.uint8 and x.shape == (len(records), 3, 32, 32)
        assert np.array_equal(x.reshape(len(x), -1), records[:, KINDS[name] :])
        assert np.array_equal(y, records[:, KINDS[name] - 1]), "fine labels by default"
        with pytest.raises(ValueError, match="read-only"):
            x[0] = 0
    assert len(data.validation_y) == 0 and data.validation_x.shape == (0, 3, 32, 32)
    assert (data.name, data.stand_in, data.classes[0]) == (name, False, {1: "airplane", 2: "apple"}[KINDS[name]])


def test_coarse_labels_are_the_first_byte(cifar_home):
    fine, coarse = load_cifar("cifar-100"), load_cifar("cifar-100", labels="coarse")
    assert np.array_equal(coarse.train_y, fine.train_y // 5) and np.array_equal(coarse.train_x, fine.train_x)
    assert len(coarse.classes) == 20 and coarse.classes[1] == "fish"
    assert coarse.digest == fine.digest and coarse.identity() != fine.identity()


@pytest.mark.parametrize("name", NAMES)
def test_any_order_of_the_rows_is_the_same_data(cifar_home, name):
    home, entries = cifar_home
    before = load_cifar(name, subset=50 if name == "cifar-10" else 300, validation=10)
    turned = cifar_records(name, "train")[::-1]
    put_files(home / entries[name].folder, cifar_files(name, train=turned))
    after = load_cifar(name, subset=50 if name == "cifar-10" else 300, validation=10)
    assert after is not before and after.digest == before.digest
    for field in ("train_x", "train_y", "validation_x", "validation_y"):
        assert np.array_equal(getattr(after, field), getattr(before, field))


@pytest.mark.parametrize("name", NAMES)
def test_the_official_archive_reads_like_its_folder(cifar_home, name):
    home, entries = cifar_home
    before = load_cifar(name)
    folder = entries[name].folder
    shutil.rmtree(home / folder)
    packed = tarred({f"{folder}/{file}": data for file, data in {**cifar_files(name), "readme.html": b"x"}.items()})
    (home / entries[name].downloads[0].file).write_bytes(packed)
    after = load_cifar(name, stand_in=False)
    assert after.digest == before.digest and np.array_equal(after.train_x, before.train_x)


def test_the_digest_is_of_the_chosen_records(cifar_home):
    data = load_cifar("cifar-10")
    by_hand = [content(cifar_records("cifar-10", part)) for part in ("train", "test")]
    empty = hashlib.sha256(b"").hexdigest()
    assert data.digest == hashlib.sha256((by_hand[0] + empty + by_hand[1]).encode()).hexdigest()
    assert load_cifar("cifar-10", subset=10).digest != data.digest
    assert data.facts()["digest"] == data.digest and data.facts()["images_train"] == 60


def test_loads_share_one_copy_until_a_file_changes(cifar_home):
    home, entries = cifar_home
    assert load_cifar("cifar-10") is load_cifar("cifar-10", stand_in=False, subset="all")
    file = home / entries["cifar-10"].folder / "test_batch.bin"
    file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(DataError, match=r"test_batch.bin was cut.*3,073"):
        load_cifar("cifar-10")


QUESTIONS = [
    {}, {"subset": 300, "validation": 10}, {"labels": "coarse", "subset": ["fish", "trees"]},
    {"subset": "bear, apple: 4"},
]  # fmt: skip


@pytest.mark.parametrize("asked", QUESTIONS)
@pytest.mark.parametrize("stand_in", [True, False])
def test_identity_needs_no_data_and_is_what_a_load_gives(cifar_home, asked, stand_in, monkeypatch, tmp_path):
    loaded = load_cifar("cifar-100", stand_in=stand_in, **asked).identity()
    (tmp_path / "empty").mkdir()
    monkeypatch.setenv("CLAIMBOOK_DATA", str(tmp_path / "empty"))
    assert identity("cifar-100", stand_in=stand_in, **asked) == loaded
    assert loaded["edition"] == ("stand-in 1" if stand_in else "binary version, 2009")


def test_what_is_asked_stands_in_the_identity():
    assert identity("cifar-100", subset="bear, apple: 4", validation=2) == {
        "name": "cifar-100",
        "edition": "binary version, 2009",
        "labels": "fine",
        "subset": "classes apple, bear; 4 training images, equally many a class, by sha256 of pixels",
        "split": "2 for validation, by RandomState(0).choice on canonical order",
        "reader": 1,
        "stand_in": False,
    }
    assert identity("cifar-10")["subset"] == "all" and identity("cifar-10")["split"] == "none"
    assert identity("cifar-10", subset="cat,dog") == identity("cifar-10", subset=["dog", "cat"])


def test_absent_data_give_the_stand_in_only_where_that_is_allowed(home):
    assert use_stand_in("cifar-100") and not use_stand_in("cifar-100", False)
    assert load_cifar().stand_in and "Synthetic" in load_cifar().notes[0]
    with pytest.raises(DataError, match=r"not on this machine.*\n.*\nclaimbook data fetch cifar-100"):
        load_cifar(stand_in=False)


def test_copies_within_and_between_parts_are_told_not_refused(cifar_home):
    home, entries = cifar_home
    train, test = cifar_records("cifar-10", "train"), cifar_records("cifar-10", "test")
    train[:3] = train[10]  # three more copies of one image …
    train[20, 1:] = train[10, 1:]  # … and one with another label
    train[20, 0] = (train[10, 0] + 1) % 10
    test[:2] = train[10]
    test[2, 1:] = train[30, 1:]
    entries["cifar-10"] = cifar_toy("cifar-10", train=train, test=test)
    put_files(home / entries["cifar-10"].folder, cifar_files("cifar-10", train=train, test=test))
    data = load_cifar("cifar-10")
    assert data.duplicates == {
        "repeated_train": 4, "repeated_validation": 0, "repeated_test": 1, "validation_in_train": 0,
        "test_in_train": 3, "test_in_validation": 0, "contradicted_train": 1,
    }  # fmt: skip
    assert "4 in the training images" in data.notes[-1] and "3 test images" in data.notes[-1]
    split = load_cifar("cifar-10", validation=40).duplicates
    assert split["validation_in_train"] + split["repeated_train"] + split["repeated_validation"] >= 4
    assert load_cifar("cifar-100").notes[-1] == "No image occurs twice."


@pytest.mark.parametrize(
    "asked, error, says",
    [
        ({"name": "cifar-20"}, UsageError, "CIFAR data set named 'cifar-20'"),
        ({"labels": "medium"}, UsageError, "kind of label of CIFAR-100 named 'medium'.*\nThere are: coarse, fine"),
        ({"name": "cifar-10", "labels": "coarse"}, UsageError, "kind of label of CIFAR-10 named 'coarse'"),
        ({"subset": "cat"}, UsageError, "fine class of CIFAR-100 named 'cat'.*\nDid you mean 'cattle'"),
        ({"labels": "coarse", "subset": "apple"}, UsageError, "coarse class of CIFAR-100 named 'apple'"),
        ({"validation": -1}, UsageError, "validation = -1"),
        ({"validation": 2.5}, UsageError, "validation = 2.5"),
        ({"validation": 400}, UsageError, "400 images cannot be held back.*\nThere are 400"),
        ({"validation": 399}, DataError, "held back, no image shows the class .* more"),
        ({"subset": 150}, UsageError, "150 images cannot be made.*\n.*100 classes.*\nGive 100 or 200"),
        ({"subset": 50}, UsageError, "Give 100[.]"),
        ({"subset": 500}, UsageError, "That is 5 of each of 100 classes, and one of them has 4.*\nGive 400 or less"),
        ({"subset": 0}, UsageError, "subset = 0"),
    ],
)
def test_what_cannot_be_given_is_said(cifar_home, asked, error, says):
    with pytest.raises(error, match=says):
        load_cifar(asked.pop("name", "cifar-100"), stand_in=False, **asked)
