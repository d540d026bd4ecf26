"""The wrong answers of most confidence: pictures where the data are, a sentence where they are not."""

from __future__ import annotations

import hashlib
import re

import numpy as np
import pytest
from book.symbols import DATA, symbols

from claimbook.book import show
from claimbook.data.symbol_stand_in import drawing, stand_in_symbols
from claimbook.errors import UsageError

REAL = {"name": "math-symbols-1", "stand_in": False, "side": 20}


def mistake(sign="6", number=3, answer="9", confidence=0.998):
    """A row as the runs keep it, of an image of the stand-in."""
    sha = hashlib.sha256(drawing("math-symbols-1", sign, number).tobytes()).hexdigest()
    file = f"dataset/{sign}/{sign}-{number:04}.png"
    return {"file": file, "sha256": sha, "truth": sign, "answer": answer, "confidence": confidence}


@pytest.fixture
def nothing_here(tmp_path, monkeypatch):
    """A machine without any data."""
    monkeypatch.setenv("CLAIMBOOK_DATA", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


def test_pictures_are_those_of_the_files():
    rows = [mistake(), mistake("+", 7, "×", 0.75)]
    shown = show.mistakes(symbols("dataset-1", {("set-1", 0): {"mistakes": rows}}))
    assert shown.html.count("<img") == 2 and 'alt="6, taken for 9"' in shown.html
    assert "6 → 9, 100 %" in shown.html and "+ → ×, 75 %" in shown.html
    assert re.search(r"^6 +9 +99.8 % +dataset/6/6-0003.png$", shown.text, re.MULTILINE)
    held = stand_in_symbols("math-symbols-1", DATA["side"])
    from claimbook.book.pictures import tag

    for row in rows:
        image = held.x[held.shas.index(row["sha256"])]
        assert tag(image, f"{row['truth']}, taken for {row['answer']}") in shown.html


def test_without_the_data_there_are_the_names_and_a_sentence(nothing_here):
    study = symbols("dataset-1", {("set-1", 0): {"mistakes": [mistake()]}}, data=REAL)
    shown = show.mistakes(study)
    assert "<img" not in shown.html and "6-0003.png" in shown.text
    assert "No pictures: records hold no images" in shown.text
    assert "claimbook data fetch math-symbols-1" in shown.text


def test_a_file_with_another_content_is_another_image():
    other = mistake() | {"sha256": "0" * 64}
    shown = show.mistakes(symbols("dataset-1", {("set-1", 0): {"mistakes": [mistake(), other]}}))
    assert shown.html.count("<img") == 1 and "Pictures of 1 of 2" in shown.text


def test_the_first_record_with_mistakes_is_shown():
    tables = {("set-1", 0): {"mistakes": []}, ("set-1", 1): {"mistakes": [mistake("4", 2, "9")]}}
    assert "4-0002" in show.mistakes(symbols("dataset-1", tables)).text
    assert "no wrong answer" in show.mistakes(symbols("dataset-1", {("set-1", 0): {"mistakes": []}})).text
    assert "No record" in show.mistakes(symbols("dataset-1", {})).text
    with pytest.raises(UsageError, match="set-9"):
        show.mistakes(symbols("dataset-1", tables), arms=["set-9"])


def test_rows_of_pictures_decode_to_what_they_show():
    import base64

    import cv2

    images = np.arange(2 * 3 * 4 * 5, dtype=np.uint8).reshape(2, 3, 4, 5)
    grey = np.full((1, 1, 4, 5), -2.0) + np.eye(4, 5)
    shown = show.pictures({"colours": images, "numbers": grey})
    files = [base64.b64decode(text) for text in re.findall(r"base64,([^\"]+)", shown.html)]
    decoded = [cv2.imdecode(np.frombuffer(file, np.uint8), cv2.IMREAD_UNCHANGED) for file in files]
    assert np.array_equal(decoded[0], np.moveaxis(images[0], 0, -1)[:, :, ::-1])
    assert np.array_equal(decoded[1], np.moveaxis(images[1], 0, -1)[:, :, ::-1])
    assert np.array_equal(decoded[2], 255 * np.eye(4, 5))
    assert shown.text.splitlines() == ["colours: 2 images", "numbers: 1 images"]
    assert 'alt="6, colours"' in show.pictures({"colours": images}, ["6", "<9>"]).html
    assert 'width="5" height="4"' in show.pictures({"colours": images}, zoom=1).html
    assert "&lt;9&gt;" in show.pictures({"colours": images}, ["6", "<9>"]).html
