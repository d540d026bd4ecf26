from __future__ import annotations

import io
import os
import time

import pytest

from claimbook import files
from claimbook.errors import ClaimbookError


def names(folder) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*"))


def test_writes_whole_or_not_at_all(tmp_path):
    path = tmp_path / "deep/er/file"
    files.write_text(path, "one\r\ntwo")
    assert path.read_bytes() == b"one\r\ntwo"
    with pytest.raises(ZeroDivisionError), files.replacing(path) as file:
        file.write(b"half")
        raise ZeroDivisionError
    assert path.read_bytes() == b"one\r\ntwo" and names(tmp_path / "deep/er") == ["file"]


def test_a_new_file_has_the_usual_permissions(tmp_path):
    files.write_bytes(tmp_path / "file", b"")
    (tmp_path / "other").touch()
    assert (tmp_path / "file").stat().st_mode == (tmp_path / "other").stat().st_mode


def test_a_place_that_cannot_be_written_says_what_to_do(tmp_path):
    (tmp_path / "file").touch()
    for write in (lambda p: files.write_bytes(p, b""), lambda p: files.new_folder(p).__enter__()):
        with pytest.raises(ClaimbookError, match="could not be written") as error:
            write(tmp_path / "file/below")
        assert "another folder" in error.value.do


def test_a_new_folder_appears_whole(tmp_path):
    with files.new_folder(tmp_path / "new") as folder:
        files.write_stream(folder / "sub/file", io.BytesIO(b"x" * 3_000_000))
        assert not (tmp_path / "new").exists()
    assert (tmp_path / "new/sub/file").stat().st_size == 3_000_000
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o777 & ~files._umask()
    assert [p.name for p in tmp_path.iterdir()] == ["new"]


def test_a_new_folder_that_fails_leaves_nothing(tmp_path):
    with pytest.raises(ZeroDivisionError), files.new_folder(tmp_path / "new") as folder:
        files.write_stream(folder / "file", io.BytesIO(b"x"))
        raise ZeroDivisionError
    assert names(tmp_path) == []


def test_a_new_folder_takes_the_place_of_an_empty_one_but_of_no_other(tmp_path):
    (tmp_path / "new").mkdir()
    with files.new_folder(tmp_path / "new") as folder:
        files.write_stream(folder / "file", io.BytesIO(b"first"))
    with pytest.raises(ClaimbookError, match="could not be written"), files.new_folder(tmp_path / "new"):
        pass
    assert names(tmp_path) == ["new", "new/file"]


def test_a_stream_is_never_written_over_a_file(tmp_path):
    files.write_stream(tmp_path / "file", io.BytesIO(b"first"))
    with pytest.raises(FileExistsError):
        files.write_stream(tmp_path / "file", io.BytesIO(b"second"))
    assert (tmp_path / "file").read_bytes() == b"first"


def test_only_old_temporaries_are_swept(tmp_path):
    old, young, other = (tmp_path / name for name in (f"{files.TEMPORARY}a", f"{files.TEMPORARY}b", "kept"))
    for path in (old, young, other):
        path.touch()
    long_ago = time.time() - 7200
    for path in (old, other):
        os.utime(path, (long_ago, long_ago))
    assert files.sweep(tmp_path) == [old]
    assert names(tmp_path) == [young.name, "kept"]


def test_folders_of_killed_writers_are_removed_by_name(tmp_path):
    mine, other = tmp_path / f"{files.TEMPORARY}set-1", tmp_path / f"{files.TEMPORARY}other-1"
    for path in (mine, other):
        (path / "sub").mkdir(parents=True)
    files.remove_folders(tmp_path, "set")
    assert [p.name for p in tmp_path.iterdir()] == [other.name]
