from __future__ import annotations

import pytest
from data.toys import TOY_FILES, batch_files, gas_toy, sha256, tarred, toy, zipped

from claimbook.data.catalogue import data_set
from claimbook.data.fetch import fetch
from claimbook.data.gas_sensor import load_gas_sensor
from claimbook.errors import DataError, UsageError

ZIP = zipped({f"top/{name}": content for name, content in TOY_FILES.items()} | {"top/README": b"not ours"})


def names(folder) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


@pytest.mark.parametrize("hashed", [None, ZIP])
def test_downloads_checks_and_unpacks_only_the_listed_files(home, server, hashed):
    now = fetch(toy([server.put("/toy.zip", ZIP)], hashed))
    assert (now.state, now.where) == ("verified", home / "toy")
    assert names(home) == [".claimbook-toy.lock", "toy/a.bin", "toy/b.bin"], "no archive, no temporary is left"
    assert (home / "toy/a.bin").read_bytes() == TOY_FILES["a.bin"]


def test_what_is_here_is_not_downloaded_again(home, server):
    item = toy([server.put("/toy.zip", ZIP)])
    assert fetch(item) == fetch(item)
    assert server.hits["/toy.zip"] == 1


def test_mirrors_are_tried_in_their_order(home, server):
    good = server.put("/second/toy.zip", ZIP)
    never = server.put("/third/toy.zip", ZIP)
    fetch(toy([server.url("/first/toy.zip"), good, never], ZIP))
    assert dict(server.hits) == {"/first/toy.zip": 1, "/second/toy.zip": 1}


def test_a_failing_server_gets_a_second_try(home, server):
    url = server.put("/toy.zip", ZIP)
    server.codes["/toy.zip"] = 503
    with pytest.raises(DataError, match="answers 503"):
        fetch(toy([url], ZIP))
    assert server.hits["/toy.zip"] == 2


def test_ones_own_mirror_comes_first(home, server, monkeypatch):
    server.put("/mine/toy/toy.zip", ZIP)
    monkeypatch.setenv("CLAIMBOOK_MIRROR", server.url("/mine/"))
    fetch(toy([server.url("/official.zip")], ZIP))
    assert dict(server.hits) == {"/mine/toy/toy.zip": 1}


def test_files_that_need_no_unpacking_stay_as_they_are(home, server):
    item = toy(
        downloads=[
            {"file": name, "urls": [server.put(f"/{name}", content)], "hash": f"sha256:{sha256(content)}"}
            for name, content in TOY_FILES.items()
        ]
    )
    fetch(item)
    assert names(home / "toy") == ["a.bin", "b.bin"]


def test_a_tar_is_as_good_as_a_zip(home, server):
    fetch(toy([server.put("/toy.zip", tarred({f"x/{name}": content for name, content in TOY_FILES.items()}))]))
    assert names(home / "toy") == ["a.bin", "b.bin"]


def test_into_another_folder(home, server, tmp_path):
    now = fetch(toy([server.put("/toy.zip", ZIP)]), into=tmp_path / "elsewhere")
    assert now.where == tmp_path / "elsewhere/toy" and not list(home.iterdir())


def test_without_a_named_folder_the_cache_takes_it(home, server, monkeypatch, tmp_path):
    monkeypatch.delenv("CLAIMBOOK_DATA")
    now = fetch(toy([server.put("/toy.zip", ZIP)]))
    assert now.where == tmp_path / "cache/claimbook/data/toy"


def test_a_named_folder_is_made(home, server, monkeypatch):
    monkeypatch.setenv("CLAIMBOOK_DATA", str(home / "new/deep"))
    assert fetch(toy([server.put("/toy.zip", ZIP)])).where == home / "new/deep/toy"


def test_progress_ends_at_the_size_of_the_file(home, server):
    seen = []
    fetch(toy([server.put("/toy.zip", ZIP)]), progress=lambda *facts: seen.append(facts))
    assert seen[-1] == ("toy.zip", len(ZIP), len(ZIP))


def test_gas_sensor_from_archive_to_arrays(home, server, monkeypatch):
    item = gas_toy()
    url = server.put("/gas.zip", zipped({f"Dataset/{name}": content for name, content in batch_files().items()}))
    (entry,) = item.downloads
    item = item.model_copy(update={"downloads": (entry.model_copy(update={"urls": (url,)}),)})
    assert fetch(item).where == home / "gas-sensor"
    monkeypatch.setattr("claimbook.data.catalogue.catalogue", lambda: {"gas-sensor": item})
    assert len(load_gas_sensor(stand_in=False).y) == 20


@pytest.mark.parametrize("name", ["math-symbols-1", "math-symbols-2", "math-symbols-3"])
def test_a_data_set_from_kaggle_says_exactly_what_to_put_where(home, name):
    with pytest.raises(DataError) as error:
        fetch(name)
    item = data_set(name)
    for part in (item.homepage, str(home / item.folder / "archive.zip"), f"claimbook data verify {name}"):
        assert part in error.value.do


def test_a_damaged_copy_is_never_overwritten(home, server):
    (home / "toy").mkdir()
    (home / "toy/a.bin").write_bytes(b"mine")
    with pytest.raises(DataError, match="move away"):
        fetch(toy([server.put("/toy.zip", ZIP)]))
    assert (home / "toy/a.bin").read_bytes() == b"mine" and not server.hits


def test_a_foreign_folder_in_the_way_is_left_alone(home, server):
    (home / "toy").mkdir()
    (home / "toy/notes.txt").write_text("mine")
    with pytest.raises(DataError, match="is in the way"):
        fetch(toy([server.put("/toy.zip", ZIP)]))
    assert names(home / "toy") == ["notes.txt"]


def test_leftovers_of_a_killed_fetch_are_swept(home, server):
    (home / ".claimbook-tmp-toy-abc").mkdir()
    (home / ".claimbook-tmp-toy-abc/half").write_bytes(b"x")
    fetch(toy([server.put("/toy.zip", ZIP)]))
    assert sorted(p.name for p in home.iterdir()) == [".claimbook-toy.lock", "toy"]


def test_unknown_name(home):
    with pytest.raises(UsageError, match="Did you mean 'gas-sensor'"):
        fetch("gas-sensors")
