from __future__ import annotations

import os
import stat
import subprocess
import sys

import pytest

from claimbook import files
from claimbook.errors import ClaimbookError


def test_a_file_is_written_whole_with_its_folders(tmp_path):
    files.write_text(tmp_path / "a" / "b" / "c.txt", "é\n")
    assert (tmp_path / "a/b/c.txt").read_bytes() == "é\n".encode()
    files.write_bytes(tmp_path / "a/b/c.txt", b"new")
    assert (tmp_path / "a/b/c.txt").read_bytes() == b"new" and len(list((tmp_path / "a/b").iterdir())) == 1


def test_it_has_the_permissions_of_an_ordinary_file(tmp_path):
    mask = os.umask(0o027)
    try:
        files.write_text(tmp_path / "x", "")
    finally:
        os.umask(mask)
    assert stat.S_IMODE((tmp_path / "x").stat().st_mode) == 0o640


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_on_an_exception_the_old_file_stays_and_nothing_is_left(tmp_path, error):
    (tmp_path / "x").write_text("old")
    with pytest.raises(error), files.replacing(tmp_path / "x") as file:
        file.write(b"half of the n")
        raise error
    assert (tmp_path / "x").read_text() == "old" and len(list(tmp_path.iterdir())) == 1


def test_readers_see_the_old_file_until_the_new_one_is_whole(tmp_path):
    (tmp_path / "x").write_text("old")
    with files.replacing(tmp_path / "x") as file:
        file.write(b"new")
        file.flush()
        assert (tmp_path / "x").read_text() == "old"
    assert (tmp_path / "x").read_text() == "new"


def test_a_folder_that_cannot_be_made_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ClaimbookError, match="could not be written") as caught:
        files.write_text(tmp_path / "file" / "x", "")
    assert "The system says" in caught.value.why and "untouched" in caught.value.do


def test_kill_in_the_middle_leaves_the_old_file_and_a_temporary_that_is_swept(tmp_path):
    (tmp_path / "x").write_text("old")
    code = (
        "import os, signal, sys\nfrom claimbook import files\n"
        "with files.replacing(sys.argv[1]) as file:\n"
        "    file.write(b'half'); file.flush(); os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    assert subprocess.run([sys.executable, "-c", code, str(tmp_path / "x")], check=False).returncode == -9
    assert (tmp_path / "x").read_text() == "old"
    (orphan,) = [path for path in tmp_path.iterdir() if path.name.startswith(files.TEMPORARY)]
    assert files.sweep(tmp_path) == [] and orphan.exists()
    assert files.sweep(tmp_path, older_than_s=-1) == [orphan]
    assert [path.name for path in tmp_path.iterdir()] == ["x"]
