from __future__ import annotations

import os

import numpy as np
import pytest
from data.symbol_toys import png, put

from claimbook.data import symbol_cache
from claimbook.data.catalogue import data_set
from claimbook.data.found import Found, scan
from claimbook.data.symbol_cache import pictures

IMAGES = np.random.default_rng(0).integers(0, 256, (3, 9, 9, 3), np.uint8)


@pytest.fixture
def folder(home):
    put(home / "math-symbols-1", {"0/a.png": png(IMAGES[0]), "1/b.png": png(IMAGES[1]), "1/c.png": b""})
    return home / "math-symbols-1"


@pytest.fixture
def decodings(monkeypatch):
    """One entry each time that the files are decoded."""
    done, read = [], symbol_cache.read
    monkeypatch.setattr(symbol_cache, "read", lambda *args: done.append(args) or read(*args))
    return done


def now(folder, side=50, every=False):
    item = data_set("math-symbols-1")
    return pictures(Found(item, folder, scan(item, folder)), side, every)


def kept(tmp_path):
    return sorted((tmp_path / "cache/claimbook/symbols").iterdir())


def test_files_are_decoded_once_and_come_back_the_same(folder, decodings, tmp_path):
    first, again = now(folder), now(folder)
    assert len(decodings) == 1 and len(kept(tmp_path)) == 1
    assert np.array_equal(first.x, again.x) and np.array_equal(first.content, again.content)
    assert (first.shas, first.names, first.damaged) == (again.shas, again.names, again.damaged)
    assert again.damaged == ((str(folder / "1/c.png"), "is empty (0 bytes)"),)
    assert not again.x.flags.writeable and not first.x.flags.writeable


def test_another_size_or_choice_is_another_decoding(folder, decodings, tmp_path):
    assert now(folder, 25).x.shape[-1] == 25 and now(folder, 50).x.shape[-1] == 50
    now(folder, 25, True)
    assert len(decodings) == 3 == len(kept(tmp_path))


def changed(folder):
    (folder / "0/a.png").write_bytes(png(IMAGES[2]))


def touched(folder):
    os.utime(folder / "0/a.png", (1, 1))


def added(folder):
    put(folder, {"0/d.png": png(IMAGES[2])})


def removed(folder):
    (folder / "1/b.png").unlink()


@pytest.mark.parametrize("change", [changed, touched, added, removed])
def test_files_that_change_are_decoded_anew(folder, decodings, change):
    before = now(folder)
    change(folder)
    after = now(folder)
    assert len(decodings) == 2
    assert (before.digest() == after.digest()) == (change is touched)


@pytest.mark.parametrize("place", [0, 70, -1])
def test_a_cache_that_was_altered_is_not_believed(folder, decodings, tmp_path, place):
    good = now(folder)
    (path,) = kept(tmp_path)
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)
    assert np.array_equal(now(folder).x, good.x) and len(decodings) == 2
    assert now(folder) and len(decodings) == 2  # it was made again
    path.write_bytes(bytes(content[:100]))
    assert np.array_equal(now(folder).x, good.x)


def test_another_opencv_decodes_anew(folder, decodings, monkeypatch):
    now(folder)
    monkeypatch.setattr(symbol_cache, "version", lambda: "9.9")
    now(folder)
    assert len(decodings) == 2


def test_without_a_writable_cache_it_goes_on(folder, decodings, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert len(now(folder).names) == len(now(folder).names) == 2 and len(decodings) == 2
