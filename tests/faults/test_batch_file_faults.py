"""Batch files that were cut or edited: refused with file and line, never read into wrong rows."""

from __future__ import annotations

import numpy as np
import pytest
from data.toys import batch_files, batch_line, gas_rows, gas_toy, zipped

from claimbook.data import catalogue as catalogue_module
from claimbook.data.batch_file import read_batch
from claimbook.data.gas_sensor import load_gas_sensor
from claimbook.errors import DataError

LINES = [batch_line(*row) for row in gas_rows()]


def edited(old: str, new: str) -> str:
    """The four lines with the first `old` of the third line replaced."""
    assert old in LINES[2]
    return "".join([*LINES[:2], LINES[2].replace(old, new, 1), LINES[3]])


CELLS = LINES[2].split()
FAULTS = {
    "a feature too few": (edited(f" {CELLS[128]}", ""), "127 features"),
    "a feature too many": (edited(" \n", " 129:1.000000 \n"), "129 features"),
    "features swapped": (edited(f"{CELLS[5]} {CELLS[6]}", f"{CELLS[6]} {CELLS[5]}"), "Feature 5 stands as"),
    "a feature twice": (edited(" 6:", " 5:"), "Feature 6 stands as"),
    "no colon": (edited(CELLS[4], CELLS[4].replace(":", ";")), "Feature 4 stands as"),
    "NaN": (edited(CELLS[7], "7:nan"), "Feature 7 is 'nan'"),
    "infinity": (edited(CELLS[7], "7:-inf"), "Feature 7 is '-inf'"),
    "too large for a float": (edited(CELLS[7], "7:1e999"), "Feature 7 is '1e999'"),
    "a word": (edited(CELLS[7], "7:high"), "Feature 7 is 'high'"),
    "an empty value": (edited(CELLS[7], "7:"), "Feature 7 is ''"),
    "an underscore": (edited(CELLS[7], "7:1_0.5"), "Feature 7 is '1_0.5'"),
    "an unknown gas": (edited("2;", "7;"), "gas from 1 to 6"),
    "gas zero": (edited("2;", "0;"), "gas from 1 to 6"),
    "no gas": (edited("2;", ""), "gas from 1 to 6"),
    "NaN concentration": (edited(CELLS[0], "2;nan"), "The concentration is 'nan'"),
    "no concentration": (edited(CELLS[0], "2;"), "The concentration is ''"),
    "a concentration below zero": (edited("2;", "2;-"), "not above 0"),
    "two lines in one": (edited(" \n", " "), "257 features|256 features"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_an_edited_line_is_named(name):
    text, why = FAULTS[name]
    with pytest.raises(DataError, match=why) as error:
        read_batch(text.encode(), "Dataset/batch3.dat")
    assert "Dataset/batch3.dat, line 3," in error.value.what and "claimbook data fetch" in error.value.do


def test_every_cut_of_the_last_line_is_seen():
    whole = "".join(LINES).rstrip()
    rows = len(LINES)
    for length in range(len(whole) - len(LINES[-1]) + 3, len(whole)):
        try:
            batch = read_batch(whole[:length].encode(), "batch1.dat")
        except DataError as error:
            assert f"line {rows}" in error.what
        else:
            pytest.fail(f"{len(batch.gas)} rows were read from a file cut at byte {length} of {len(whole)}")


def test_a_binary_file_is_named_with_its_line():
    with pytest.raises(DataError, match="line 2.*\n.*no plain text"):
        read_batch(LINES[0].encode() + b"\xff\xfe", "batch1.dat")


@pytest.mark.parametrize("content", [b"", b"\n\n", b"   \n"])
def test_an_empty_file(content):
    with pytest.raises(DataError, match="no row"):
        read_batch(content, "batch1.dat")


@pytest.fixture
def folder(home, monkeypatch):
    item = gas_toy()
    monkeypatch.setattr(catalogue_module, "catalogue", lambda: {"gas-sensor": item})
    folder = home / "gas-sensor/Dataset"
    folder.mkdir(parents=True)
    for name, content in batch_files().items():
        (folder / name).write_bytes(content)
    assert len(load_gas_sensor(stand_in=False).y) == 20
    return folder


def test_a_missing_batch(folder):
    (folder / "batch4.dat").unlink()
    with pytest.raises(DataError, match="Missing: batch4.dat"):
        load_gas_sensor()


def test_a_batch_too_many(folder):
    (folder / "batch11.dat").write_bytes((folder / "batch1.dat").read_bytes())
    with pytest.raises(DataError, match="batch11.dat is no batch from 1 to 10"):
        load_gas_sensor()


def test_a_line_lost_or_doubled(folder):
    lines = (folder / "batch7.dat").read_bytes().splitlines(True)
    (folder / "batch7.dat").write_bytes(b"".join(lines[1:]))
    with pytest.raises(DataError, match="19 rows of gas 1, not 20"):
        load_gas_sensor()
    (folder / "batch7.dat").write_bytes(b"".join([lines[0], *lines]))
    with pytest.raises(DataError, match="21 rows of gas 1, not 20"):
        load_gas_sensor()


def test_a_fault_inside_the_official_zip_names_zip_member_and_line(folder):
    files = {f"Dataset/{name}": content for name, content in batch_files().items()}
    files["Dataset/batch2.dat"] = files["Dataset/batch2.dat"].replace(b" 9:", b" 9:x", 1)
    for path in folder.iterdir():
        path.unlink()
    path = folder.parent / "driftdataset.zip"
    path.write_bytes(zipped(files))
    with pytest.raises(DataError, match=r"driftdataset.zip:Dataset/batch2.dat, line 1"):
        load_gas_sensor()


def test_nothing_that_is_not_finite_ever_comes_out(folder):
    data = load_gas_sensor(scaling="z-score")
    assert np.isfinite(data.x).all() and np.isfinite(data.y).all()
