from __future__ import annotations

import gzip
import hashlib

import numpy as np
import pytest
from data.idx_toys import digit_arrays, digit_files, digit_toy, put

from claimbook.data import catalogue as catalogue_module
from claimbook.data.fetch import fetch
from claimbook.data.mnist import FILES, identity, load_mnist, occurring, use_stand_in
from claimbook.errors import DataError


def shrink(monkeypatch, item) -> None:
    monkeypatch.setattr(catalogue_module, "catalogue", lambda: {"mnist": item})


@pytest.fixture
def toy_home(home, monkeypatch):
    """A data folder whose MNIST is the small one of `digit_files`."""
    shrink(monkeypatch, digit_toy())
    return home


def test_images_and_labels_in_the_files_order(toy_home):
    put(toy_home / "mnist", digit_files())
    data = load_mnist()
    for field, name in FILES.items():
        array = getattr(data, field)
        assert array.dtype == np.uint8 and np.array_equal(array, digit_arrays()[name])
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0
    assert (data.name, data.stand_in, data.edition) == ("mnist", False, "1998")
    assert data.notes[0].startswith("30 training and 20 test images")


@pytest.mark.parametrize("place", ["mnist", "MNIST/raw", "mnist/train-images-idx3-ubyte"])
@pytest.mark.parametrize("compressed", [True, False])
def test_a_folder_of_ones_own_may_hold_gz_or_plain_files(toy_home, place, compressed):
    put(toy_home / place, digit_files(), compressed)
    assert np.array_equal(load_mnist(stand_in=False).train_x, digit_arrays()["train-images-idx3-ubyte"])


def test_a_plain_file_beside_its_gz_is_fine(toy_home):
    put(toy_home / "mnist", digit_files())
    put(toy_home / "mnist", digit_files(), compressed=False)
    assert len(load_mnist(stand_in=False).train_y) == 30


def test_the_digest_is_of_the_values_not_of_the_compression(toy_home):
    put(toy_home / "mnist", digit_files())
    one = load_mnist().digest
    (toy_home / "mnist/train-labels-idx1-ubyte.gz").write_bytes(
        gzip.compress(digit_files()["train-labels-idx1-ubyte"], 1, mtime=1)
    )
    assert load_mnist().digest == one
    by_hand = "".join(hashlib.sha256(digit_files()[name]).hexdigest() for name in FILES.values())
    assert one == hashlib.sha256(by_hand.encode()).hexdigest()


def test_official_files_as_they_are_fetched(home, server, monkeypatch):
    entry = digit_toy().model_dump()
    for item in entry["downloads"]:
        packed = gzip.compress(digit_files()[item["file"].removesuffix(".gz")])
        item["urls"] = [server.put(f"/{item['file']}", packed)]
        item["hash"] = f"md5:{hashlib.md5(packed).hexdigest()}"
    item = catalogue_module.DataSet.model_validate(entry)
    shrink(monkeypatch, item)
    assert fetch(item).state == "verified"
    assert len(load_mnist(stand_in=False).test_y) == 20
    assert sum(server.hits.values()) == 4


def test_loads_share_one_copy_until_a_file_changes(toy_home):
    put(toy_home / "mnist", digit_files())
    first = load_mnist()
    assert load_mnist(stand_in=False) is first and load_mnist(stand_in=True) is load_mnist(stand_in=True)
    assert load_mnist() is first, "the stand-in has a place of its own"
    path = toy_home / "mnist/t10k-labels-idx1-ubyte.gz"
    path.write_bytes(gzip.compress(digit_files()["t10k-labels-idx1-ubyte"][:-1]))
    with pytest.raises(DataError, match="was cut"):
        load_mnist()


def test_another_data_folder_is_another_copy(toy_home, tmp_path, monkeypatch):
    put(toy_home / "mnist", digit_files())
    load_mnist()
    (tmp_path / "empty").mkdir()
    monkeypatch.setenv("CLAIMBOOK_DATA", str(tmp_path / "empty"))
    assert load_mnist().stand_in


def test_identity_needs_no_data_and_is_what_a_load_gives(toy_home):
    expected = {"name": "mnist", "edition": "1998", "subset": "all", "reader": 1, "stand_in": False}
    assert identity() == expected
    assert identity(stand_in=True) == {**expected, "edition": "stand-in 1", "stand_in": True}
    assert load_mnist(stand_in=True).identity() == identity(stand_in=True)
    put(toy_home / "mnist", digit_files())
    assert load_mnist().identity() == identity()


def test_absent_data_give_the_stand_in_only_where_that_is_allowed(home):
    assert use_stand_in() and not use_stand_in(False)
    assert load_mnist().stand_in and "Synthetic" in load_mnist().notes[0]
    with pytest.raises(DataError, match="not on this machine.*\n.*\nclaimbook data fetch mnist"):
        load_mnist(stand_in=False)


def test_present_data_are_used_unless_the_stand_in_is_forced(toy_home):
    put(toy_home / "mnist", digit_files())
    assert not load_mnist().stand_in and not use_stand_in()
    assert load_mnist(stand_in=True).stand_in


def test_occurring_counts_images_not_pairs():
    among = np.arange(12, dtype=np.uint8).reshape(3, 2, 2)
    assert occurring(among[[0, 2, 2]], among) == 3
    assert occurring(among[:1] + 1, among[[0, 0]]) == 0
    assert occurring(np.array([[[1, 2], [4, 3]]], np.uint8), np.array([[[1, 2], [3, 4]]], np.uint8)) == 0


@pytest.mark.parametrize("repeated, told", [(0, "No test image occurs among"), (2, "2 of the test images occur among")])
def test_test_images_that_are_training_images_are_told_not_refused(home, monkeypatch, repeated, told):
    arrays = digit_arrays()
    arrays["t10k-images-idx3-ubyte"][:repeated] = arrays["train-images-idx3-ubyte"][7]
    files = digit_files(arrays)
    shrink(monkeypatch, digit_toy(files))
    put(home / "mnist", files)
    data = load_mnist()
    assert data.test_in_train == repeated and told in data.notes[1]
    assert data.facts() == {
        "digest": data.digest, "images_train": 30, "images_test": 20, "test_in_train": repeated
    }  # fmt: skip
