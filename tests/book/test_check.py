"""The check of built pages finds each fault that it is there for."""

import pytest

from claimbook.book.check import problems

HEAD = "<html><head><link rel='stylesheet' href='_static/a.css'><link rel='next' href='other.html'></head><body>"
WORDS = "<p>one two three four five six seven eight nine ten eleven</p>"


@pytest.fixture
def book(tmp_path):
    (tmp_path / "_static").mkdir()
    (tmp_path / "_static" / "a.css").write_text("")
    write(tmp_path / "index.html", "<a href='other.html#here'>x</a> <a href='https://example.org/'>out</a>")
    write(tmp_path / "other.html", "<h1 id='here'>Here</h1> <a href='index.html'>back</a> <a href='#here'>up</a>")
    return tmp_path


def write(path, body):
    path.write_text(f"{HEAD}<article>{WORDS}{body}</article></body></html>")


def test_a_sound_book_has_no_problems(book):
    assert problems(book) == []


@pytest.mark.parametrize(
    ("body", "what"),
    [
        ("<a href='gone.html'>x</a>", "index.html: the link gone.html leads to no file"),
        ("<a href='other.html#gone'>x</a>", "index.html: the link other.html#gone leads to no anchor"),
        ("<a href='#gone'>x</a>", "index.html: the link #gone leads to no anchor"),
        ("<a href='../outside.txt'>x</a>", "index.html: the link ../outside.txt leads out of the book"),
        ("<img src='gone.png'>", "index.html: the link gone.png leads to no file"),
        ("<script src='https://cdn.example.org/x.js'></script>", "loads https://cdn.example.org/x.js from elsewhere"),
        ("<script src='//cdn.example.org/x.js'></script>", "loads //cdn.example.org/x.js from elsewhere"),
        (
            "<link rel='stylesheet' href='http://fonts.example.org/f'>",
            "loads http://fonts.example.org/f from elsewhere",
        ),
        ("<span class='problematic'>x</span>", "Sphinx left an error message on it"),
    ],
)
def test_each_fault_is_found(book, body, what):
    (book.parent / "outside.txt").write_text("")
    write(book / "index.html", body)
    found = problems(book)
    assert len(found) == 1 and what in found[0]


def test_an_empty_page_is_found(book):
    (book / "other.html").write_text(f"{HEAD}<article><h1 id='here'>x</h1></article></body></html>")
    assert problems(book) == ["other.html: its article is empty"]


def test_no_book_at_all(tmp_path):
    assert problems(tmp_path) == ["there is no index.html"]
