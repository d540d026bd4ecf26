"""A book's content from made records, in a store of its own."""

import pytest
from made_records import made_records, saved

from claimbook.book.content import gather
from claimbook.record.places import RECORDS, STORE, repository_root


@pytest.fixture(scope="session")
def made_store(tmp_path_factory):
    """The made records in a folder that no test changes."""
    folder, records = tmp_path_factory.mktemp("made"), made_records()
    saved(folder, records)
    return folder, records


@pytest.fixture
def made(made_store, tmp_path, monkeypatch):
    """The made records, committed as far as Claimbook can tell."""
    folder, records = made_store
    monkeypatch.setenv(RECORDS, str(folder))
    monkeypatch.setenv(STORE, str(tmp_path / "own"))
    return records


@pytest.fixture(scope="session")
def gathered(made_store, tmp_path_factory):
    """What the pages are made from, gathered once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(RECORDS, str(made_store[0]))
        patch.setenv(STORE, str(tmp_path_factory.mktemp("own")))
        return gather(repository_root())


@pytest.fixture
def content(made, gathered):
    """What the pages are made from; nothing in it can be changed."""
    return gathered


@pytest.fixture
def empty(tmp_path, monkeypatch):
    """The content of a book without any record."""
    monkeypatch.setenv(RECORDS, str(tmp_path / "none"))
    return gather(repository_root())
