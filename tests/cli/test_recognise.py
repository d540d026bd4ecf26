"""`claimbook recognise`: a table and a value for people, one document for programs, faults in words."""

from __future__ import annotations

import pytest
from apps.drawn import Told, clean, line
from PIL import Image


@pytest.fixture
def told(monkeypatch):
    """Let the published net be one that is told the line."""

    def tell(text, confidence=0.99):
        monkeypatch.setattr("claimbook.apps.classifier.published", lambda: Told(text, confidence))

    return tell


@pytest.fixture
def image(home):
    def save(pixels, name="a.png"):
        Image.fromarray(pixels).save(home / name)
        return str(home / name)

    return save


def test_symbols_and_value(claimbook, told, image):
    told("12÷8=")
    said = claimbook("recognise", image(line("12÷8=")))
    assert said.code == 0 and "12 ÷ 8 = 3/2 = 1.5" in said.out and said.out.count("99.0%") == 5
    assert "doubtful: compare" not in said.out and said.err == ""


def test_doubtful_symbols_are_marked(claimbook, told, image):
    told("1+2", 0.6)
    said = claimbook("recognise", image(clean("1+2")))
    assert said.code == 0 and said.out.count("It may be") == 3 and "Some symbols are doubtful" in said.out


def test_json(claimbook, told, image, home):
    told("1÷3=")
    said = claimbook("recognise", image(line("1÷3=")), "--json", "--picture", str(home / "b.png"))
    document = said.document
    assert said.code == 0 and document["expression"] == "1 ÷ 3 =" and document["holds"] is None
    assert document["value"] == {"fraction": "1/3", "decimal": "0.333333333333", "exact": False}
    assert [symbol["sign"] for symbol in document["symbols"]] == list("1÷3=") and document["error"] is None
    assert document["picture"] == str(home / "b.png") and Image.open(home / "b.png").width >= 400
    assert set(document["symbols"][0]) == {"sign", "confidence", "box", "choices", "doubts", "doubtful"}


def test_a_false_equation_is_an_answer(claimbook, told, image):
    told("1+1=3")
    said = claimbook("recognise", image(clean("1+1=3")), "--json")
    assert said.code == 0 and said.document["holds"] is False


def test_no_expression(claimbook, told, image, home):
    told("12+")
    path = image(clean("12+"))
    said = claimbook("recognise", path, "--picture", str(home / "b.png"))
    assert said.code == 1 and "1 2 +" in said.out and "Error: The line ends with +." in said.err
    assert (home / "b.png").is_file()
    document = claimbook("recognise", path, "--json").document
    assert document["error"]["what"] == "The line ends with +." and len(document["symbols"]) == 3
    assert document["value"] is None and document["expression"] is None


def test_faults_have_their_words_and_codes(claimbook, told, image, home):
    told("1")
    (home / "text.png").write_text("hello")
    blank = image(clean(""), "blank.png")
    cases = {
        (str(home / "nothing.png"),): (2, "There is no file"),
        (str(home / "text.png"),): (1, "is not an image"),
        (blank,): (1, "The page is blank"),
        (blank, "--picture", str(home / "x.gif")): (2, "no name of a picture"),
        (blank, "--picture", blank): (2, "is the picture that is read"),
        (blank, "--weights", str(home / "nothing")): (1, "cannot be read"),
        (): (2, "Missing argument"),
    }
    for words, (code, what) in cases.items():
        said = claimbook("recognise", *words)
        assert (said.code, said.out) == (code, "") and "Error: " in said.err
        error = claimbook("recognise", *words, "--json").document["error"]
        assert what in error["what"] and error["do"]


def test_without_weights_it_is_said_how_to_make_them(claimbook, image, monkeypatch, home):
    monkeypatch.setattr("claimbook.apps.weights.PUBLISHED", home / "nothing")
    said = claimbook("recognise", image(clean("1+2")))
    assert said.code == 1 and "No trained net is published" in said.err and "math-symbols/dataset-1" in said.err
