"""Images looked up by the sha256 of their files: from a folder, an archive, a reader's own files, and the stand-in."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from data.symbol_toys import put, symbol_files
from data.toys import zipped

from claimbook.data.own import using
from claimbook.data.symbol_pictures import pictures
from claimbook.data.symbol_pixels import pixels
from claimbook.data.symbol_stand_in import stand_in_symbols

NAME, SIDE = "math-symbols-1", 20
REAL = {"name": NAME, "stand_in": False}


@pytest.fixture(scope="module")
def files():
    return symbol_files(2)


def wanted(files, *names):
    """sha256 → canonical name of these files."""
    return {hashlib.sha256(files[name]).hexdigest(): name for name in names}


def test_those_that_are_wanted_and_no_others(home, files):
    put(home / NAME, files)
    asked = wanted(files, "dataset/add/1.png", "dataset/6/0.png") | {"0" * 64: "dataset/7/0.png", "1" * 64: "gone.png"}
    found = pictures(REAL, asked, SIDE)
    assert set(found) == set(wanted(files, "dataset/add/1.png", "dataset/6/0.png"))
    for sha, image in found.items():
        assert np.array_equal(image, pixels(files[asked[sha]], SIDE))


def test_from_an_archive(home, files):
    (home / NAME).mkdir()
    (home / NAME / "archive.zip").write_bytes(zipped(files))
    assert len(pictures(REAL, wanted(files, "dataset/add/1.png", "dataset/6/0.png"), SIDE)) == 2


def test_from_files_of_one_s_own(home, tmp_path, files):
    asked = wanted(files, "dataset/eq/1.png")
    with using(NAME, put(tmp_path / "mine", files)):
        assert set(pictures(REAL, asked, SIDE)) == set(asked)
    assert pictures(REAL, asked, SIDE) == {}


def test_a_damaged_file_is_no_picture(home, files):
    name = "dataset/6/0.png"
    put(home / NAME, files | {name: files[name][:40]})
    assert pictures(REAL, {hashlib.sha256(files[name][:40]).hexdigest(): name}, SIDE) == {}
    assert pictures(REAL, {}, SIDE) == {}


def test_of_the_stand_in():
    held = stand_in_symbols(NAME, SIDE)
    found = pictures({"name": NAME, "stand_in": True}, {held.shas[5]: "any", "0" * 64: "none"}, SIDE)
    assert set(found) == {held.shas[5]} and np.array_equal(found[held.shas[5]], held.x[5])
