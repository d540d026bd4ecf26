"""Archives that no honest publisher sends: refused as a whole, and nothing is written outside of the folder."""

from __future__ import annotations

import io
import stat
import struct
import tarfile
import zipfile

import pytest
from data.toys import TOY_FILES, tarred, toy, zipped

from claimbook.data.archive import extract, members
from claimbook.data.catalogue import Limits
from claimbook.data.fetch import fetch
from claimbook.errors import DataError

LIMITS = Limits(members=20, bytes=100_000)
OUTSIDE = ["../a.bin", "x/../../a.bin", "/a.bin", "/tmp/a.bin", "C:/a.bin", "C:a.bin", "..\\a.bin", "x\\a.bin"]


def refuse(tmp_path, content: bytes) -> str:
    """Extract everything below tmp_path/in/out, which must fail; returns the message."""
    path = tmp_path / "archive"
    path.write_bytes(content)
    out = tmp_path / "in/out"
    out.mkdir(parents=True)
    with pytest.raises(DataError) as error:
        extract(path, out, lambda name: name, LIMITS)
    left = [p for p in tmp_path.rglob("*") if p.is_file() and p != path and out not in p.parents]
    assert not left, "nothing is written outside"
    assert not [p for p in tmp_path.rglob("*") if p.is_symlink()]
    assert error.value.do
    return str(error.value)


@pytest.mark.parametrize("name", OUTSIDE)
@pytest.mark.parametrize("pack", [zipped, tarred])
def test_names_that_leave_the_folder(tmp_path, pack, name):
    assert "outside of its folder" in refuse(tmp_path, pack({"fine.bin": b"1", name: b"2"}))


def tar_with(**facts) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        info = tarfile.TarInfo("a.bin")
        for field, value in facts.items():
            setattr(info, field, value)
        archive.addfile(info)
    return file.getvalue()


@pytest.mark.parametrize(
    "facts",
    [
        {"type": tarfile.SYMTYPE, "linkname": "/etc/passwd"},
        {"type": tarfile.LNKTYPE, "linkname": "../../x"},
        {"type": tarfile.CHRTYPE, "devmajor": 1, "devminor": 3},
        {"type": tarfile.BLKTYPE},
        {"type": tarfile.FIFOTYPE},
    ],
    ids=["symlink", "hard link", "character device", "block device", "pipe"],
)
def test_links_and_devices_in_a_tar(tmp_path, facts):
    assert "link or a device" in refuse(tmp_path, tar_with(**facts))


@pytest.mark.parametrize("mode", [stat.S_IFLNK, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFIFO])
def test_links_and_devices_in_a_zip(tmp_path, mode):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        info = zipfile.ZipInfo("a.bin")
        info.external_attr = (mode | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    assert "link or a device" in refuse(tmp_path, file.getvalue())


def test_a_link_followed_by_a_file_through_it_writes_nothing_outside(tmp_path):
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        link = tarfile.TarInfo("dir")
        link.type, link.linkname = tarfile.SYMTYPE, str(tmp_path)
        archive.addfile(link)
        info = tarfile.TarInfo("dir/a.bin")
        info.size = 1
        archive.addfile(info, io.BytesIO(b"1"))
    assert "link or a device" in refuse(tmp_path, file.getvalue())


@pytest.mark.parametrize("pack", [zipped, tarred, lambda f: tarred(f, "w:xz"), lambda f: tarred(f, "w:")])
def test_a_bomb_of_size(tmp_path, pack):
    assert "more than 100,000 bytes" in refuse(tmp_path, pack({"a.bin": bytes(5_000_000)}))


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_a_bomb_of_many_middling_files(tmp_path, pack):
    message = refuse(tmp_path, pack({f"{i}.bin": bytes(60_000) for i in range(15)}))
    assert "bytes" in message and "refused" in message


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_a_bomb_of_count(tmp_path, pack):
    assert "more than 20 members" in refuse(tmp_path, pack({f"{i}.bin": b"" for i in range(21)}))


def test_a_zip_that_lies_about_its_size(tmp_path):
    content = bytearray(zipped({"a.bin": bytes(5_000_000)}))
    size = struct.pack("<I", 5_000_000)
    while (at := content.find(size)) >= 0:
        content[at : at + 4] = struct.pack("<I", 10)
    assert "damaged" in refuse(tmp_path, bytes(content))
    assert sum(p.stat().st_size for p in (tmp_path / "in").rglob("*") if p.is_file()) <= 10


def test_a_member_that_nobody_asked_for_still_counts_as_a_bomb(tmp_path):
    path = tmp_path / "archive"
    path.write_bytes(tarred({"other.txt": bytes(5_000_000), "a.bin": b"1"}))
    with pytest.raises(DataError, match="more than"):
        extract(path, tmp_path / "out", lambda name: name if name == "a.bin" else None, LIMITS)


def test_an_encrypted_zip(tmp_path):
    content = bytearray(zipped({"a.bin": b"secret"}))
    content[content.find(b"PK\1\2") + 8] |= 1
    content[content.find(b"PK\3\4") + 6] |= 1
    assert "encrypted" in refuse(tmp_path, bytes(content))


@pytest.mark.parametrize("pack", [zipped, tarred, lambda f: tarred(f, "w:xz")])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_a_truncated_archive(tmp_path, pack, share):
    content = pack({"a.bin": bytes(i * i % 251 for i in range(50_000))})
    assert "damaged" in refuse(tmp_path, content[: int(len(content) * share)])


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_a_flipped_bit(tmp_path, pack):
    content = bytearray(pack({"a.bin": bytes(i * i % 251 for i in range(50_000))}))
    content[len(content) // 2] ^= 8
    assert "damaged" in refuse(tmp_path, bytes(content))


@pytest.mark.parametrize("content", [b"", b"PK", b"hello", b"<html></html>", bytes(100), b"\x1f\x8b\x08"])
def test_no_archive_at_all(tmp_path, content):
    path = tmp_path / "archive"
    path.write_bytes(content)
    try:
        assert list(members(path, LIMITS)) == []  # a run of zeros is an empty tar
    except DataError as error:
        assert "damaged" in str(error)


@pytest.mark.parametrize("name", OUTSIDE)
def test_fetch_refuses_it_and_keeps_nothing(home, server, tmp_path, name):
    before = set(tmp_path.rglob("*"))
    with pytest.raises(DataError, match="outside of its folder"):
        fetch(toy([server.put("/toy.zip", zipped({**TOY_FILES, name: b"x"}))]))
    assert set(tmp_path.rglob("*")) - before <= {home / ".claimbook-toy.lock"}
