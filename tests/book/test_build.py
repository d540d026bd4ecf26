"""Building: what was there stays until the new book is whole. Jupyter Book itself runs in tests/browser."""

import json

import pytest

from claimbook.book import build as building
from claimbook.book.build import STAMP, build
from claimbook.errors import ClaimbookError, UsageError

WORDS = "<html><body><article>one two three four five six seven eight nine ten eleven</article></body></html>"


@pytest.fixture
def source(tmp_path):
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "index.md").write_text("# Book")
    return tmp_path / "src"


@pytest.fixture
def runs(monkeypatch):
    """Jupyter Book replaced by a function that writes `pages`; counts its calls."""
    made = {"calls": 0, "pages": {"index.html": WORDS}}

    def fake(source, work, log):
        made["calls"] += 1
        for name, text in made["pages"].items():
            (work / "_build" / "html" / name).parent.mkdir(parents=True, exist_ok=True)
            (work / "_build" / "html" / name).write_text(text)

    monkeypatch.setattr(building, "_jupyter_book", fake)
    return made


def test_the_book_is_put_in_place_and_not_built_twice(source, runs, tmp_path):
    output = tmp_path / "a book"
    assert build(source, output, tmp_path / "log") == output / "index.html"
    assert (output / "index.html").read_text() == WORDS
    build(source, output, tmp_path / "log")
    assert runs["calls"] == 1
    (source / "index.md").write_text("# Another")
    build(source, output, tmp_path / "log")
    assert runs["calls"] == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a book", "src"]


def test_a_book_whose_stamp_is_damaged_is_built_again(source, runs, tmp_path):
    build(source, tmp_path / "book", tmp_path / "log")
    (tmp_path / "book" / STAMP).write_text("{")
    build(source, tmp_path / "book", tmp_path / "log")
    assert runs["calls"] == 2 and "fingerprint" in json.loads((tmp_path / "book" / STAMP).read_text())


def test_a_folder_that_is_no_book_is_left_alone(source, runs, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    with pytest.raises(UsageError, match="no book that Claimbook built"):
        build(source, tmp_path / "mine", tmp_path / "log")
    assert runs["calls"] == 0 and (tmp_path / "mine" / "thesis.txt").read_text() == "years of work"


def test_a_hole_in_the_new_book_leaves_the_old_one(source, runs, tmp_path):
    build(source, tmp_path / "book", tmp_path / "log")
    runs["pages"] = {"index.html": WORDS.replace("eleven", "<a href='gone.html'>eleven</a>")}
    (source / "index.md").write_text("# Another")
    with pytest.raises(ClaimbookError, match="leads to no file"):
        build(source, tmp_path / "book", tmp_path / "log")
    assert (tmp_path / "book" / "index.html").read_text() == WORDS


def test_a_failing_build_shows_its_warnings_and_keeps_its_log(source, tmp_path, monkeypatch):
    import subprocess

    said = "reading\n\x1b[91mx.md:3: WARNING: no such thing\x1b[0m\nnoise\n"
    monkeypatch.setattr(subprocess, "run", lambda *a, **k: subprocess.CompletedProcess(a, 1, "out\n", said))
    with pytest.raises(ClaimbookError) as error:
        build(source, tmp_path / "book", tmp_path / "log.txt")
    assert error.value.why == "x.md:3: WARNING: no such thing"
    assert "noise" in (tmp_path / "log.txt").read_text() and not (tmp_path / "book").exists()


def test_a_full_disk_while_the_book_is_moved_leaves_the_old_one(source, runs, tmp_path, monkeypatch):
    from claimbook import files

    build(source, tmp_path / "book", tmp_path / "log")
    (source / "index.md").write_text("# Another")
    runs["pages"] = {"index.html": WORDS.replace("one", "uno")}

    def full(path, stream):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, "write_stream", full)
    with pytest.raises(ClaimbookError, match="could not be written"):
        build(source, tmp_path / "book", tmp_path / "log")
    assert (tmp_path / "book" / "index.html").read_text() == WORDS
    assert sorted(path.name for path in tmp_path.iterdir() if "book" in path.name) == ["book", "book-work"]
