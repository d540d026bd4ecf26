"""MNIST files that were cut, swapped, edited or never MNIST: refused with the reason, never read into wrong images."""

from __future__ import annotations

import gzip

import numpy as np
import pytest
from data.idx_toys import digit_arrays, digit_files, digit_toy, idx, put

from claimbook.data import catalogue as catalogue_module
from claimbook.data.idx import read_idx
from claimbook.data.mnist import load_mnist
from claimbook.errors import DataError

IMAGES = idx(np.ones((3, 28, 28)))
FAULTS = {
    "empty": (b"", "It was cut: it holds 0 bytes"),
    "one byte": (b"\0", "it holds 1 byte$"),
    "cut in the header": (IMAGES[:15], "15 bytes do not hold the header's 16"),
    "cut by one byte": (IMAGES[:-1], "3 x 28 x 28 = 2,352 bytes, and 2,351 are there"),
    "only the header": (IMAGES[:16], "and 0 are there"),
    "one byte too long": (IMAGES + b"\0", "and 1 more follow"),
    "two files in one": (IMAGES + IMAGES, "and 2,368 more follow"),
    "no idx file": (b"<html>not found</html>", "starts with the bytes 3c 68 74 6d, not with two zeros"),
    "little-endian magic": (b"\x03\x08\0\0" + IMAGES[4:], "starts with the bytes 03 08 00 00"),
    "floats": (b"\0\0\x0d\x03" + IMAGES[4:], r"type 0x0d \(float32\), not 0x08"),
    "signed bytes": (b"\0\0\x09\x03" + IMAGES[4:], r"type 0x09 \(signed bytes\)"),
    "a type that is none": (b"\0\0\x07\x03" + IMAGES[4:], r"type 0x07 \(unknown\)"),
    "labels for images": (idx(np.ones(3)), "It has 1 axes, not 3: labels have 1, images 3"),
    "an axis too many": (idx(np.ones((3, 28, 28, 1))), "It has 4 axes, not 3"),
    "no image": (idx(np.ones((0, 28, 28))), "It is empty: its header says 0 x 28 x 28"),
    "absurd lengths": (bytes([0, 0, 8, 3]) + b"\xff" * 12, "4294967295 x 4294967295 x 4294967295"),
    "still compressed": (gzip.compress(IMAGES), "still compressed with gzip; then its name must end in .gz"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_an_ill_formed_file_is_named_with_the_reason(name):
    content, why = FAULTS[name]
    with pytest.raises(DataError) as error:
        read_idx(content, "mnist/train-images-idx3-ubyte", axes=3)
    assert error.match(why if not why.endswith("$") else why[:-1] + r"\.")
    assert "mnist/train-images-idx3-ubyte" in error.value.what and "claimbook data fetch" in error.value.do


def test_every_cut_is_seen():
    content = idx(np.arange(9))
    for length in range(len(content)):
        with pytest.raises(DataError):
            read_idx(content[:length], "x", axes=1)


@pytest.fixture
def folder(home, monkeypatch):
    """The folder of a small MNIST that loads; a test then damages it."""
    item = digit_toy()
    monkeypatch.setattr(catalogue_module, "catalogue", lambda: {"mnist": item})
    put(home / "mnist", digit_files())
    assert len(load_mnist(stand_in=False).train_y) == 30
    return home / "mnist"


def refused(match: str) -> None:
    """A load, with or without leave to use the stand-in, says `match` and what to do."""
    for stand_in in (None, False):
        with pytest.raises(DataError, match=match) as error:
            load_mnist(stand_in=stand_in)
        assert error.value.do


@pytest.mark.parametrize("name", digit_files())
def test_a_missing_file(folder, name):
    (folder / f"{name}.gz").unlink()
    refused(f"Missing: {name}")


@pytest.mark.parametrize("name", digit_files())
def test_one_other_byte_is_seen(folder, name):
    content = bytearray(digit_files()[name])
    content[-1] = (content[-1] + 1) % 10
    put(folder, {name: bytes(content)})
    refused(f"{name} has another content than the published one")


def test_a_file_under_two_names_of_its_own(folder):
    put(folder / "raw", digit_files())
    refused("twice")


TRAIN = "train-images-idx3-ubyte"


@pytest.mark.parametrize(
    "damage, why",
    [
        (lambda packed: packed[: len(packed) // 2], "is damaged"),
        (lambda packed: packed[:-1], "is damaged"),
        (lambda packed: packed[:-8] + bytes(4) + packed[-4:], "is damaged"),  # its checksum
        (lambda packed: packed[:-4] + bytes(4), "is damaged"),  # its length
        (lambda packed: packed + b"more", "is damaged"),
        (lambda packed: packed + gzip.compress(b"more"), "and 4 more follow"),
        (lambda packed: b"", "It was cut: it holds 0 bytes"),
        (lambda packed: b"<html>", "is damaged"),
        (lambda packed: gzip.compress(packed), "still compressed"),
        (lambda packed: gzip.compress(bytes(1_000_001)), "more than 1,000,000 bytes"),
    ],
    ids=["half", "last byte", "checksum", "length", "garbage", "second member", "empty", "no gzip", "twice", "bomb"],
)
def test_a_damaged_gz(folder, damage, why):
    packed = folder / f"{TRAIN}.gz"
    packed.write_bytes(damage(packed.read_bytes()))
    refused(why)


def test_a_link_that_leads_nowhere(folder):
    (folder / f"{TRAIN}.gz").unlink()
    (folder / f"{TRAIN}.gz").symlink_to(folder / "gone")
    refused("cannot be read")


def test_a_named_folder_that_is_none(folder, monkeypatch):
    monkeypatch.setenv("CLAIMBOOK_DATA", str(folder / "gone"))
    refused("CLAIMBOOK_DATA names")


# What a content hash alone would call "another content": the reason is said, and said even if the hash were right.
def label(value: int):
    def change(arrays):
        arrays["t10k-labels-idx1-ubyte"][3] = value

    return change


def cut(name: str, count: int):
    def change(arrays):
        arrays[name] = arrays[name][:count]

    return change


def without_sevens(arrays):
    labels = arrays["train-labels-idx1-ubyte"]
    labels[labels == 7] = 1


def narrow(arrays):
    arrays[TRAIN] = arrays[TRAIN][:, :, :27]


@pytest.mark.parametrize(
    "change, why",
    [
        (label(10), "A label for test is 10; labels go from 0 to 9"),
        (label(255), "A label for test is 255"),
        (without_sevens, "No image for train shows a 7"),
        (cut(TRAIN, 29), "It has 29 images for train and 30 labels"),
        (cut("t10k-labels-idx1-ubyte", 19), "It has 20 images for test and 19 labels"),
        (narrow, "images for train are 30 x 28 x 27, not 30 x 28 x 28"),
    ],
)
def test_files_that_do_not_belong_together(home, monkeypatch, change, why):
    arrays = digit_arrays()
    change(arrays)
    files = digit_files(arrays)
    item = digit_toy(files)
    monkeypatch.setattr(catalogue_module, "catalogue", lambda: {"mnist": item})
    put(home / "mnist", files)
    refused(why)


def test_training_and_test_files_swapped(folder):
    files = digit_files()
    swap = {"train": "t10k", "t10k": "train"}
    put(folder, {f"{swap[name.partition('-')[0]]}-{name.partition('-')[2]}": files[name] for name in files})
    refused("images for train are 20 x 28 x 28, not 30 x 28 x 28")
