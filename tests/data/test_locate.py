from __future__ import annotations

import os

import pytest
from data.toys import TOY_FILES, toy, zipped

from claimbook.data import locate as places
from claimbook.data.catalogue import data_set
from claimbook.data.locate import locate, status, verify
from claimbook.errors import DataError, UsageError


def unpack(folder):
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in TOY_FILES.items():
        (folder / name).write_bytes(content)


def test_absent_says_where_it_looked_and_what_to_do(home):
    now = status(toy())
    assert (now.state, now.where) == ("absent", None)
    assert str(home) in now.why and now.do == "claimbook data fetch toy"
    with pytest.raises(DataError, match="not on this machine"):
        verify(toy())


@pytest.mark.parametrize("below", ["toy", "toy/deep/er"])
def test_an_unpacked_folder_is_found(home, below):
    unpack(home / below)
    assert status(toy()).state == "present"
    now = verify(toy())
    assert (now.state, now.where, now.complete) == ("verified", home / "toy", True)


@pytest.mark.parametrize("place", ["toy.zip", "toy/toy.zip"])
def test_an_official_archive_is_found(home, place):
    (home / place).parent.mkdir(exist_ok=True)
    (home / place).write_bytes(zipped({f"whatever/{name}": content for name, content in TOY_FILES.items()}))
    assert locate(toy()).is_archive
    assert verify(toy()).state == "verified"


def test_the_named_folder_is_searched_before_the_cache(home):
    unpack(places.cache_folder() / "data" / "toy")
    assert verify(toy()).where == places.cache_folder() / "data" / "toy"
    unpack(home / "toy")
    assert verify(toy()).where == home / "toy"


def test_a_named_folder_that_is_none_is_an_error_and_not_absence(home, monkeypatch):
    monkeypatch.setenv("CLAIMBOOK_DATA", str(home / "typo"))
    with pytest.raises(DataError, match="is no folder"):
        locate(toy())
    assert status(toy()).state == "damaged"


def test_without_a_named_folder_the_cache_is_used(home, monkeypatch):
    monkeypatch.delenv("CLAIMBOOK_DATA")
    assert places.roots() == [places.cache_folder() / "data"]


def test_a_stamp_saves_the_second_check_until_a_file_changes(home, monkeypatch):
    unpack(home / "toy")
    calls = []
    real = places.check.check
    monkeypatch.setattr(places.check, "check", lambda found: calls.append(1) or real(found))
    assert [verify(toy()).state, verify(toy()).state, status(toy()).state] == ["verified"] * 3
    assert len(calls) == 1
    facts = (home / "toy/a.bin").stat()
    os.utime(home / "toy/a.bin", ns=(facts.st_atime_ns, facts.st_mtime_ns + 1))
    assert status(toy()).state == "present"
    verify(toy())
    assert len(calls) == 2
    for stamp in (places.cache_folder() / "stamps").iterdir():
        stamp.write_text("{")
    assert status(toy()).state == "present", "a stamp can be deleted or spoilt without harm"


def test_a_changed_catalogue_entry_makes_a_stamp_void(home):
    unpack(home / "toy")
    verify(toy())
    assert status(toy(edition="2")).state == "present"


def test_a_damaged_copy_is_named_with_its_reason(home):
    unpack(home / "toy")
    (home / "toy/b.bin").write_bytes(b"edited")
    now = status(toy(), run_check=True)
    assert now.state == "damaged" and "b.bin" in now.why and "fetch toy" in now.do
    with pytest.raises(DataError, match="b.bin"):
        verify(toy())
    (home / "toy/b.bin").unlink()
    with pytest.raises(DataError, match="b.bin is missing"):
        verify(toy())


def test_a_file_that_is_there_twice_is_an_error(home):
    unpack(home / "toy")
    unpack(home / "toy/copy")
    with pytest.raises(DataError, match="a.bin twice"):
        locate(toy())


def test_hidden_files_are_left_out(home):
    unpack(home / "toy")
    unpack(home / "toy/.claimbook-tmp-toy-1")
    assert verify(toy()).state == "verified"


def test_a_gz_beside_its_unpacked_file_is_fine(home):
    (home / "mnist").mkdir()
    (home / "mnist/t10k-labels-idx1-ubyte").write_bytes(b"x")
    (home / "mnist/t10k-labels-idx1-ubyte.gz").write_bytes(b"x")
    assert list(locate("mnist").files) == ["t10k-labels-idx1-ubyte"]


def test_archive_zip_counts_only_in_the_folder_of_its_data_set(home):
    (home / "archive.zip").write_bytes(zipped({"dataset/add/1.jpg": b""}))
    assert locate("math-symbols-1") is None
    (home / "math-symbols-1").mkdir()
    (home / "archive.zip").rename(home / "math-symbols-1/archive.zip")
    assert locate("math-symbols-1").is_archive


def test_a_data_set_from_kaggle_says_which_file_goes_where(home):
    now = status("math-symbols-3")
    for part in ("Sign in at Kaggle", "xainano", str(home / "math-symbols-3/archive.zip"), "extracted_images"):
        assert part in now.do


def test_unknown_name():
    with pytest.raises(UsageError, match="Did you mean 'mnist'"):
        status("mnits")
    assert data_set(toy()).name == "toy"
