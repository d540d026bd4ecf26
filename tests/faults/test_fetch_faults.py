"""What can go wrong while a data set is fetched. Each fault is named with its remedy, and nothing half-made stays."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from data.toys import TOY_FILES, toy, zipped

from claimbook.data.fetch import fetch
from claimbook.data.locate import status, verify
from claimbook.errors import DataError

ZIP = zipped(TOY_FILES)
PAGE = b"<!DOCTYPE html><html><body>Please sign in to the network</body></html>"
FETCH = """
import sys
from claimbook.data.catalogue import DataSet
from claimbook.data.fetch import fetch
print(fetch(DataSet.model_validate_json(sys.argv[1])).state)
"""


def fault(item) -> DataError:
    """The error of a fetch that must fail."""
    with pytest.raises(DataError) as error:
        fetch(item)
    assert error.value.why and error.value.do, "every message says why and what to do"
    return error.value


def nothing_left(folder: Path) -> None:
    assert [p.name for p in folder.iterdir()] in ([], [".claimbook-toy.lock"])


@pytest.mark.parametrize("hashed", [None, ZIP])
def test_download_cut_in_half(home, server, hashed):
    item = toy([server.put("/toy.zip", ZIP)], hashed)
    server.cut.add("/toy.zip")
    error = fault(item)
    assert "broke off" in error.why and str(home / "toy/toy.zip") in error.do
    nothing_left(home)
    server.cut.clear()
    assert fetch(item).state == "verified"


def test_half_an_archive_that_the_server_calls_whole(home, server):
    error = fault(toy([server.put("/toy.zip", ZIP[: len(ZIP) // 2])]))
    assert "cut short" in error.why
    nothing_left(home)


@pytest.mark.parametrize("hashed", [None, ZIP])
def test_html_instead_of_the_archive(home, server, hashed):
    error = fault(toy([server.put("/toy.zip", PAGE)], hashed))
    assert "a web page came in place of toy.zip" in error.why
    nothing_left(home)


def test_html_from_one_mirror_does_not_stop_the_next(home, server):
    assert fetch(toy([server.put("/a.zip", PAGE), server.put("/b.zip", ZIP)])).state == "verified"


def test_wrong_hash(home, server):
    error = fault(toy([server.put("/toy.zip", ZIP)], hashed=ZIP + b"x"))
    assert "sha256 is another" in error.why
    assert server.hits["/toy.zip"] == 1, "the same wrong file would come again"
    nothing_left(home)


def test_an_archive_with_other_content_and_no_published_hash(home, server):
    error = fault(toy([server.put("/toy.zip", zipped({**TOY_FILES, "a.bin": b"edited"}))]))
    assert "not the data set toy" in error.what and "a.bin" in error.why and ".claimbook-tmp" not in str(error)
    nothing_left(home)


def test_an_archive_of_something_else(home, server):
    assert "holds no file of toy" in fault(toy([server.put("/toy.zip", zipped({"x.txt": b""}))])).why
    nothing_left(home)


def test_no_network(home):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    error = fault(toy([f"http://127.0.0.1:{port}/a/toy.zip", f"http://127.0.0.1:{port}/b/toy.zip"]))
    assert error.why.count("no connection") == 2, "each address with its cause"
    assert "HTTPS_PROXY" in error.do and f"http://127.0.0.1:{port}/a/toy.zip" in error.do
    nothing_left(home)


def test_a_server_that_does_not_answer(home, server, monkeypatch):
    monkeypatch.setattr("claimbook.data.download.TIMEOUT_S", 0.2)
    url = server.put("/toy.zip", ZIP)
    server.gate.clear()
    assert "no answer within" in fault(toy([url])).why or "no connection" in fault(toy([url])).why
    nothing_left(home)


def test_two_processes_fetching_at_once_download_once(home, server):
    item = toy([server.put("/toy.zip", ZIP)]).model_dump_json()
    server.wait_s = 1.0
    command = [sys.executable, "-c", FETCH, item]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    assert [process.communicate(timeout=60)[0].strip() for process in both] == ["verified", "verified"]
    assert server.hits["/toy.zip"] == 1
    assert sorted(p.name for p in (home / "toy").iterdir()) == sorted(TOY_FILES)


def test_a_killed_fetch_leaves_nothing_in_place_and_the_next_one_works(home, server):
    item = toy([server.put("/toy.zip", ZIP)])
    server.gate.clear()
    process = subprocess.Popen([sys.executable, "-c", FETCH, item.model_dump_json()])
    deadline = time.monotonic() + 60
    while not server.hits and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait(60)
    assert status(item).state == "absent"
    server.gate.set()
    assert fetch(item).state == "verified"
    assert sorted(p.name for p in home.iterdir()) == [".claimbook-toy.lock", "toy"]


def test_a_file_where_the_data_folder_should_be(home, monkeypatch):
    (home / "file").write_text("")
    monkeypatch.setenv("CLAIMBOOK_DATA", str(home / "file/data"))
    error = fault(toy())
    assert "cannot be written to" in error.what and "Set CLAIMBOOK_DATA" in error.do


@pytest.fixture
def read_only():
    """A folder that other users can read, in which only we (root in a container) could write."""
    folder = Path(tempfile.mkdtemp(prefix="claimbook-read-only-"))
    (folder / "there/toy").mkdir(parents=True)
    for name, content in TOY_FILES.items():
        (folder / "there/toy" / name).write_bytes(content)
    (folder / "empty").mkdir()
    for path in (folder, *(p for p in folder.rglob("*") if p.is_dir())):
        path.chmod(0o555)
    yield folder
    for path in (folder, *(p for p in folder.rglob("*") if p.is_dir())):
        path.chmod(0o755)
    shutil.rmtree(folder)


def without_rights(work, *args) -> str:
    """What `work` returns in a child process that has no right to write anywhere of ours.

    Permissions do not bind root, so a child of root becomes "nobody" first.
    """

    def child(pipe):
        if os.geteuid() == 0:
            os.setgroups([])
            os.setgid(65534)
            os.setuid(65534)
        try:
            pipe.send(work(*args))
        except DataError as error:
            pipe.send(str(error))

    context = multiprocessing.get_context("fork")  # an own interpreter could not read a checkout below /root
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=child, args=(theirs,))
    process.start()
    answer = ours.recv() if ours.poll(60) else "no answer"
    process.join(60)
    return answer


def test_read_only_data_folder(home, server, read_only, monkeypatch):
    item = toy([server.put("/toy.zip", ZIP)], ZIP)
    fetch(item)  # so that the child has nothing left to import
    monkeypatch.setenv("CLAIMBOOK_DATA", str(read_only / "empty"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(read_only / "empty"))
    answer = without_rights(lambda: fetch(item).state)
    assert "cannot be written to" in answer and "Permission denied" in answer and "Set CLAIMBOOK_DATA" in answer
    assert not list((read_only / "empty").iterdir())


def test_data_in_a_read_only_folder_can_be_used_without_a_stamp(home, read_only, monkeypatch):
    verify_once = toy()
    monkeypatch.setenv("CLAIMBOOK_DATA", str(read_only / "there"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(read_only / "empty"))
    assert without_rights(lambda: verify(verify_once).state) == "verified"
    assert without_rights(lambda: fetch(verify_once).state) == "verified"
    assert not list((read_only / "empty").iterdir())


def test_full_disk_while_unpacking(home, server, monkeypatch):
    import errno

    from claimbook import files

    def full(path, source):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(files, "write_stream", full)
    error = fault(toy([server.put("/toy.zip", ZIP)]))
    assert "No space left" in error.why and "CLAIMBOOK_DATA" in error.do
    nothing_left(home)
