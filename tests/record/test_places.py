from __future__ import annotations

from pathlib import Path

import pytest

from claimbook.errors import UsageError
from claimbook.record import places


@pytest.fixture(autouse=True)
def no_environment(monkeypatch):
    monkeypatch.delenv(places.STORE, raising=False)
    monkeypatch.delenv(places.RECORDS, raising=False)


def test_the_users_store_is_the_one_named_else_in_the_data_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("HOME", str(tmp_path))
    own = places.user_store()
    assert own.is_relative_to(tmp_path) and own.name == "records" and not own.exists()
    monkeypatch.setenv(places.STORE, str(tmp_path / "my store"))
    assert places.user_store() == tmp_path / "my store"


def test_it_never_lies_inside_the_checkout(monkeypatch, tmp_path):
    root = places.repository_root()
    for inside in (root, root / "records", root / "build" / "store", root / "src" / ".." / "build"):
        monkeypatch.setenv(places.STORE, str(inside))
        with pytest.raises(UsageError, match="inside the checkout"):
            places.user_store()
    link = tmp_path / "link"
    link.symlink_to(root / "build")
    monkeypatch.setenv(places.STORE, str(link / "store"))
    with pytest.raises(UsageError, match="inside the checkout"):
        places.user_store()


def test_the_committed_records_lie_in_the_checkout(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    root = Path(__file__).resolve().parents[2]
    assert places.committed_records() == root / "records"
    monkeypatch.setenv(places.RECORDS, str(tmp_path))
    assert places.committed_records() == tmp_path


def test_an_installed_package_finds_the_checkout_around_the_working_directory(monkeypatch, tmp_path):
    installed = tmp_path / "lib/site-packages/claimbook/record/places.py"
    monkeypatch.setattr(places, "__file__", str(installed))
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert places.repository_root() is None and places.committed_records() is None
    (tmp_path / "clone" / "notebooks").mkdir(parents=True)
    (tmp_path / "clone/pyproject.toml").write_text('[project]\nname = "claimbook"\n')
    monkeypatch.chdir(tmp_path / "clone" / "notebooks")
    assert places.committed_records() == tmp_path / "clone" / "records"
    assert places.repository_root(from_package_only=True) is None
