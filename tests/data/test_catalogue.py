from __future__ import annotations

import pytest
from pydantic import ValidationError

from claimbook.data.catalogue import DataSet, catalogue, data_set
from claimbook.errors import UsageError

NAMES = "mnist gas-sensor cifar-10 cifar-100 math-symbols-1 math-symbols-2 math-symbols-3 bhmsds".split()


def test_holds_every_data_set_with_what_a_reader_needs():
    assert list(catalogue()) == NAMES
    for item in catalogue().values():
        assert item.title and item.citations and item.licence and item.edition
        assert item.homepage.startswith("http")
        assert bool(item.downloads) != bool(item.manual), item.name


@pytest.mark.parametrize(
    "name, classes", [("mnist", 10), ("cifar-10", 10), ("cifar-100", 100), ("math-symbols-1", 16), ("bhmsds", 18)]
)
def test_class_names_are_distinct_and_complete(name, classes):
    assert len(set(data_set(name).classes)) == len(data_set(name).classes) == classes


def test_printed_counts_add_up():
    gas = data_set("gas-sensor").check
    assert sum(gas.rows) == sum(gas.gases) == 13_910
    assert gas.gases[0] == 2_565
    assert sum(data_set("math-symbols-1").check.counts.values()) == 9_008
    assert sum(data_set("bhmsds").check.counts.values()) == 27_000
    assert len(set(data_set("cifar-100").coarse_classes)) == 20


def test_an_address_names_the_file():
    (first, *_) = data_set("mnist").downloads
    assert first.addresses()[0].endswith("/mnist/train-images-idx3-ubyte.gz")
    assert data_set("cifar-10").downloads[0].hash == "md5:c32a1d4ab5d03f1284b67883e8d87530"


def test_an_unknown_name_gets_the_nearest_right_one():
    with pytest.raises(UsageError, match="Did you mean 'cifar-10'"):
        data_set("cifar10")


@pytest.mark.parametrize(
    "name, path, canonical",
    [
        ("gas-sensor", "driftdataset/batch1.dat", "Dataset/batch1.dat"),
        ("gas-sensor", "batch10.dat", "Dataset/batch10.dat"),
        ("gas-sensor", "README.txt", None),
        ("gas-sensor", "__MACOSX/._batch1.dat", None),
        ("mnist", "raw/t10k-labels-idx1-ubyte.gz", "t10k-labels-idx1-ubyte"),
        ("mnist", "emnist-train-labels-idx1-ubyte", None),
        ("cifar-10", "cifar-10-batches-bin/data_batch_1.bin", "data_batch_1.bin"),
        ("math-symbols-1", "dataset/add/x.jpg", "dataset/add/x.jpg"),
        ("math-symbols-1", "add/x.jpg", "dataset/add/x.jpg"),
        ("math-symbols-1", "x.jpg", None),
        ("bhmsds", "bhmsds-master/symbols/slash-1.png", "symbols/slash-1.png"),
    ],
)
def test_canonical_names(name, path, canonical):
    assert data_set(name).canonical(path) == canonical


@pytest.mark.parametrize("field", [{"surprise": 1}, {"shapes": {"all": [0]}}, {"check": {"kind": "guess"}}])
def test_an_ill_formed_entry_is_refused(field):
    entry = data_set("mnist").model_dump()
    with pytest.raises(ValidationError):
        DataSet.model_validate({**entry, **field})
