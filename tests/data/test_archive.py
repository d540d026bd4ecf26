from __future__ import annotations

import pytest
from data.toys import tarred, zipped

from claimbook.data.archive import Bounded, extract, members
from claimbook.data.catalogue import Limits
from claimbook.errors import DataError

LIMITS = Limits(members=10, bytes=10_000)
FILES = {"top/one.txt": b"one", "top/deep/two.txt": b"two" * 1000, "three.txt": b""}
MAKERS = {
    "zip": zipped,
    "tar": lambda files: tarred(files, "w:"),
    "tar.gz": tarred,
    "tar.xz": lambda files: tarred(files, "w:xz"),
}


@pytest.mark.parametrize("kind", MAKERS)
def test_every_kind_of_archive_reads_alike(tmp_path, kind):
    path = tmp_path / f"a.{kind}"
    path.write_bytes(MAKERS[kind](FILES))
    assert {name: stream.read() for name, stream in members(path, LIMITS)} == FILES


@pytest.mark.parametrize("kind", MAKERS)
def test_extracts_only_what_is_chosen_under_the_chosen_name(tmp_path, kind):
    path = tmp_path / f"a.{kind}"
    path.write_bytes(MAKERS[kind](FILES))
    out = tmp_path / "out"
    written = extract(path, out, lambda name: f"kept/{name}" if name.startswith("top/") else None, LIMITS)
    assert sorted(written) == ["kept/top/deep/two.txt", "kept/top/one.txt"]
    assert sorted(p.relative_to(out).as_posix() for p in out.rglob("*") if p.is_file()) == sorted(written)
    assert (out / "kept/top/deep/two.txt").read_bytes() == FILES["top/deep/two.txt"]


def test_two_members_with_one_target_are_refused(tmp_path):
    path = tmp_path / "a.zip"
    path.write_bytes(zipped({"x/one.txt": b"1", "y/one.txt": b"2"}))
    with pytest.raises(DataError, match="twice"):
        extract(path, tmp_path / "out", lambda name: "one.txt", LIMITS)


def test_bounded_hands_out_exactly_its_limit(tmp_path):
    with open(__file__, "rb") as source:
        assert len(Bounded(source, 10**6, "x").read()) == len(open(__file__, "rb").read())
    with open(__file__, "rb") as source, pytest.raises(DataError, match="more than 10 bytes"):
        Bounded(source, 10, "x").read()
