from __future__ import annotations

import shutil

import numpy as np
import pytest
from data.cifar_toys import cifar_files, cifar_records, put_files
from data.toys import tarred

from claimbook.data.cifar import identity, load_cifar, use_stand_in
from claimbook.data.own import is_own, using
from claimbook.errors import DataError


def spoilt(name="cifar-100", part="train", byte=1, value=100, row=7):
    records = cifar_records(name, part)
    records[row, byte] = value
    return cifar_files(name, **{part: records})


def without(file):
    return {name: data for name, data in cifar_files("cifar-100").items() if name != file}


FAULTS = {
    "fine": (spoilt(), r"train.bin is at fault. The fine label of record 7 .* is 100, not 0 to 99"),
    "coarse": (spoilt(byte=0, value=20), "The coarse label of record 7 .* is 20, not 0 to 19"),
    "test": (spoilt(part="test"), "test.bin is at fault. The fine label"),
    "cut": ({**cifar_files("cifar-100"), "train.bin": cifar_files("cifar-100")["train.bin"][:-5]}, "was cut.*3,074"),
    "empty": ({**cifar_files("cifar-100"), "test.bin": b""}, "test.bin is empty"),
    "missing": (without("test.bin"), "test.bin is missing"),
    "cifar-10": ({**cifar_files("cifar-100"), "train.bin": bytes(3073 * 4)}, "CIFAR-10's records would fit"),
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("mine", [False, True])
def test_files_that_are_not_cifars_are_refused(cifar_home, tmp_path, fault, mine):
    files, says = FAULTS[fault]
    home, entries = cifar_home
    shutil.rmtree(home / "cifar-100-binary")
    folder = put_files(tmp_path / "mine" if mine else home / "cifar-100-binary", files)
    with using("cifar-100" if mine else "cifar-10", folder), pytest.raises(DataError, match=says) as caught:
        load_cifar("cifar-100")
    told = "cannot take the place of CIFAR-100" if mine else "is not the data set cifar-100"
    assert told in caught.value.what and ("fetch" in caught.value.do) != mine


@pytest.mark.parametrize("change", ["pixel", "row"])
def test_edited_files_are_refused_as_published_ones(cifar_home, change):
    records = cifar_records("cifar-100", "train")
    if change == "pixel":
        records[5, 100] ^= 1
    put_files(cifar_home[0] / "cifar-100-binary", cifar_files("cifar-100", train=records[: 399 + (change == "pixel")]))
    with pytest.raises(DataError, match="records of train are not the 400 published ones"):
        load_cifar("cifar-100")


@pytest.mark.parametrize("stand_in", [None, False])
def test_a_folder_of_the_other_cifar_is_said(cifar_home, stand_in):
    home, _ = cifar_home
    shutil.rmtree(home / "cifar-100-binary")
    shutil.copytree(home / "cifar-10-batches-bin", home / "cifar-100-binary")
    with pytest.raises(DataError, match=r"cifar-100-binary holds CIFAR-10, not CIFAR-100.*\n.*train.bin, test.bin"):
        load_cifar("cifar-100", stand_in=stand_in)
    with using("cifar-100", home / "cifar-10-batches-bin"), pytest.raises(DataError, match="holds CIFAR-10, not CIFAR"):
        use_stand_in("cifar-100")


def test_an_archive_of_the_other_cifar_is_said(cifar_home):
    home, _ = cifar_home
    shutil.rmtree(home / "cifar-100-binary")
    (home / "cifar-100-binary.tar.gz").write_bytes(tarred({f"a/{k}": v for k, v in cifar_files("cifar-10").items()}))
    with pytest.raises(DataError, match="train.bin is missing; it holds files of CIFAR-10"):
        load_cifar("cifar-100")


@pytest.fixture
def mine(cifar_home, tmp_path):
    """30 and 20 images of one's own: cats and dogs (3 and 5) alone."""
    records = {}
    for part, count in (("train", 30), ("test", 20)):
        records[part] = cifar_records("cifar-10", "train")[:count] ^ np.uint8(1)
        records[part][:, 0] = np.arange(count) % 2 * 2 + 3
    return put_files(tmp_path / "mine", cifar_files("cifar-10", **records))


def test_own_files_take_the_place_of_the_set(mine):
    with using("cifar-10", mine):
        data = load_cifar("cifar-10", subset="cat, dog: 20", validation=4)
        assert data.train_x.shape == (16, 3, 32, 32) and len(data.test_y) == 20 and not data.stand_in
        assert is_own(data.identity()) and data.identity() == identity("cifar-10", subset="cat, dog: 20", validation=4)
        assert data.edition == load_cifar("cifar-10", subset="cat, dog").edition, "the edition is of the files"
        assert "of your own" in data.notes[0]
        first = data.edition
        file = mine / "test_batch.bin"
        file.write_bytes(file.read_bytes()[3073:])
        assert load_cifar("cifar-10", subset="cat, dog").edition != first
    assert not load_cifar("cifar-10").edition.startswith("own")


def test_a_class_without_an_image_is_said(mine):
    with using("cifar-10", mine):
        with pytest.raises(DataError, match="No training image shows the class 'airplane' .and 7 more"):
            load_cifar("cifar-10")
        with pytest.raises(DataError, match="No training image shows the class 'frog'"):
            load_cifar("cifar-10", subset="cat, frog")


def test_own_names_of_classes(mine):
    names = [f"kind {k}" for k in range(10)]
    put_files(mine, {"batches.meta.txt": "\n".join(names).encode() + b"\n\n"})
    with using("cifar-10", mine):
        assert load_cifar("cifar-10", subset="kind 3, kind 5").classes == ("kind 3", "kind 5")
        put_files(mine, {"batches.meta.txt": b"one\ntwo\n"})
        with pytest.raises(DataError, match="batches.meta.txt names 2 different classes, not 10"):
            load_cifar("cifar-10", subset="one, two")
