from __future__ import annotations

import numpy as np
import pytest
from data.toys import batch_files, gas_toy, zipped

from claimbook.data import catalogue as catalogue_module
from claimbook.data import gas_sensor
from claimbook.data.batch_file import read_batch
from claimbook.data.gas_sensor import identity, load_gas_sensor, use_stand_in
from claimbook.data.scaling import fit
from claimbook.errors import DataError, UsageError


@pytest.fixture
def toy_home(home, monkeypatch):
    """A data folder whose gas-sensor set is the small one of `batch_files`."""
    item = gas_toy()
    monkeypatch.setattr(catalogue_module, "catalogue", lambda: {"gas-sensor": item})
    return home


def write(home, files):
    (home / "gas-sensor/Dataset").mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (home / "gas-sensor/Dataset" / name).write_bytes(content)


def rows_of(gas: int) -> np.ndarray:
    """Rows (concentration, features) of one gas, sorted by plain Python."""
    rows = []
    for name, content in batch_files().items():
        batch = read_batch(content, name)
        rows += [(c, *x) for g, c, x in zip(batch.gas, batch.concentration, batch.x, strict=True) if g == gas]
    return np.array(sorted(rows))


@pytest.mark.parametrize("gas", [1, 2])
def test_rows_of_one_gas_in_canonical_order(toy_home, gas):
    write(toy_home, batch_files())
    data = load_gas_sensor(gas, dtype="float64")
    assert np.array_equal(np.column_stack([data.y, data.x]), rows_of(gas))
    assert (data.stand_in, data.rows_rounded, data.subset) == (False, 0, f"gas={gas}")


def test_order_of_lines_and_the_archive_make_no_difference(toy_home):
    write(toy_home, batch_files())
    first = load_gas_sensor()
    files = {name: b"".join(content.splitlines(True)[::-1]) for name, content in batch_files().items()}
    files["batch1.dat"], files["batch2.dat"] = files["batch2.dat"], files["batch1.dat"]
    write(toy_home, files)
    assert load_gas_sensor().digest == first.digest
    for path in (toy_home / "gas-sensor/Dataset").iterdir():
        path.unlink()
    (toy_home / "driftdataset.zip").write_bytes(
        zipped({f"driftdataset/{name}": content for name, content in batch_files().items()})
    )
    again = load_gas_sensor()
    assert again.digest == first.digest and np.array_equal(again.x, first.x)


def test_dtype_and_scaling(toy_home):
    write(toy_home, batch_files())
    raw = load_gas_sensor(dtype="float64")
    for how in ("z-score", "min-max", "min-max-symmetric"):
        data = load_gas_sensor(scaling=how)
        assert data.x.dtype == data.y.dtype == np.float32
        assert np.array_equal(data.x, fit(how, raw.x).apply(raw.x).astype("float32")), "scaled before the cast"
        assert np.allclose(data.y_scaling.undo(data.y), raw.y, rtol=1e-6, atol=1e-4)
        assert data.digest == raw.digest and data.identity() == raw.identity()
    assert load_gas_sensor().x.dtype == np.float32


def test_the_arrays_cannot_be_changed(toy_home):
    write(toy_home, batch_files())
    with pytest.raises(ValueError, match="read-only"):
        load_gas_sensor().x[0, 0] = 1


def test_identity_needs_no_data_and_is_what_a_load_gives(toy_home):
    expected = {"name": "gas-sensor", "edition": "UCI 270, 2013-10-22", "subset": "gas=1", "reader": 1}
    assert identity() == {**expected, "stand_in": False}
    assert identity(stand_in=True) == {**expected, "edition": "stand-in 1", "stand_in": True}
    assert load_gas_sensor(stand_in=True).identity() == identity(stand_in=True)
    write(toy_home, batch_files())
    assert load_gas_sensor().identity() == identity()


def test_rounded_rows_are_counted_in_files_of_one_gas_only(toy_home):
    files = batch_files()
    lines = [line for line in files["batch7.dat"].splitlines(True) if line.startswith(b"1;")]
    cells = lines[0].split()
    cells[1] = b"1:13867.756675"
    files["batch7.dat"] = b" ".join(cells) + b"\n" + lines[1]
    write(toy_home, files)
    data = load_gas_sensor()
    assert data.rows_rounded == 1
    assert any("1 of the rows" in note and "19 exactly" in note for note in data.notes)
    whole = batch_files()
    whole["batch7.dat"] = whole["batch7.dat"].replace(lines[0], b" ".join(cells) + b"\n")
    write(toy_home, whole)
    assert load_gas_sensor().rows_rounded == 0, "a file with several gases is the published one"


def test_a_copy_without_all_rows_of_a_gas_says_so(toy_home):
    files = batch_files()
    files["batch7.dat"] = b"".join(line for line in files["batch7.dat"].splitlines(True) if line.startswith(b"1;"))
    write(toy_home, files)
    assert len(load_gas_sensor(1).y) == 20
    with pytest.raises(DataError, match="18 of the 21 rows of gas 2"):
        load_gas_sensor(2)


def test_absent_data_give_the_stand_in_only_where_that_is_allowed(home):
    assert use_stand_in() and not use_stand_in(False)
    assert load_gas_sensor().stand_in
    assert "Synthetic" in load_gas_sensor().notes[0]
    with pytest.raises(DataError, match="not on this machine"):
        load_gas_sensor(stand_in=False)


def test_present_data_are_used_unless_the_stand_in_is_forced(toy_home):
    write(toy_home, batch_files())
    assert not load_gas_sensor().stand_in and not use_stand_in()
    assert load_gas_sensor(stand_in=True).stand_in


def test_damaged_data_never_fall_back_to_the_stand_in(toy_home):
    write(toy_home, {"batch1.dat": b"1;nonsense\n"})
    with pytest.raises(DataError, match="batch1.dat, line 1"):
        load_gas_sensor()


@pytest.mark.parametrize(
    "call", [{"gas": 0}, {"gas": 7}, {"gas": True}, {"gas": "1"}, {"dtype": "float16"}, {"scaling": "zscore"}]
)
def test_a_wrong_argument_is_a_usage_error(home, call):
    with pytest.raises(UsageError):
        load_gas_sensor(**{"stand_in": True, **call})
    if "gas" in call:
        with pytest.raises(UsageError):
            gas_sensor.identity(call["gas"])
