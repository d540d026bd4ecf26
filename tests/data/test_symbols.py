from __future__ import annotations

import numpy as np
import pytest
from data.symbol_toys import FOLDERS, jpeg, png, png_of_size, put, symbol_files
from data.toys import zipped

from claimbook.data.catalogue import DataSet, data_set
from claimbook.data.own import is_own, using
from claimbook.data.symbol_vocabulary import CLASSES
from claimbook.data.symbols import identity, load_symbols, use_stand_in
from claimbook.errors import DataError, UsageError

NAME = "math-symbols-1"


@pytest.fixture(scope="module")
def files():
    return symbol_files(8)


@pytest.fixture
def mine(home, tmp_path, files):
    """A folder of one's own with 8 images of every class; nothing is published on this machine."""
    return put(tmp_path / "mine", files)


@pytest.fixture
def published(home, monkeypatch, files):
    """Data set I with 8 images of every class in the catalogue and on this machine."""
    entry = data_set(NAME).model_dump(exclude={"name"})
    entry["check"]["counts"] = {FOLDERS.get(sign, sign): 8 for sign in CLASSES}
    item = DataSet.model_validate({**entry, "name": NAME})
    monkeypatch.setattr("claimbook.data.catalogue.catalogue", lambda: {NAME: item})
    return put(home / NAME, files)


def test_the_parts_by_hand(published):
    """Of 8 images int(6.4) = 6 for training, int(1.2) = 1 for validation, 1 for the test."""
    data = load_symbols(NAME, stand_in=False)
    assert data.classes == CLASSES and not data.stand_in
    for part, each in (("train", 6), ("validation", 1), ("test", 1)):
        x, y = getattr(data, f"{part}_x"), getattr(data, f"{part}_y")
        assert x.shape == (16 * each, 3, 50, 50) and x.dtype == np.uint8 and not x.flags.writeable
        assert np.bincount(y).tolist() == [each] * 16
        assert data.facts()[f"images_{part}"] == 16 * each == len(data.shas[part])
    for row in range(0, 96, 7):
        assert data.files["train"][row].split("/")[1] == FOLDERS.get(sign := CLASSES[data.train_y[row]], sign)
    assert "128 images were read" in data.notes[0] and data.notes[2] == "No file occurs twice, byte for byte."
    assert data is load_symbols(NAME) and data is not load_symbols(NAME, seed=1)
    assert data.digest != load_symbols(NAME, seed=1).digest


def test_the_order_of_files_and_the_archive_change_nothing(published, home, files):
    data = load_symbols(NAME)
    for path in sorted(published.rglob("*.png")):
        path.rename(path.with_name(f"{'zyxwvuts'[int(path.stem)]}.png"))
    again = load_symbols(NAME)
    assert again.facts() == data.facts() and np.array_equal(again.test_x, data.test_x)
    for path in published.rglob("*.png"):
        path.unlink()
    (published / "archive.zip").write_bytes(zipped(files))
    archived = load_symbols(NAME)
    assert archived is not data and archived.facts() == data.facts()


def test_the_identity_needs_no_data(home):
    assert use_stand_in(NAME)
    found = identity(NAME)
    assert found["name"] == NAME and found["edition"] == data_set(NAME).edition and found["side"] == 50
    assert not found["stand_in"] and "int(0.15 n)" in found["split"] and "8 %" in identity("math-symbols-2")["split"]
    changed = [
        identity(NAME, **{name: value})
        for name, value in {
            "classes": "0, 1",
            "each": 5,
            "side": 25,
            "split": "foreign",
            "deduplicate": "exact",
            "skip_damaged": True,
            "stand_in": True,
        }.items()
    ]
    assert len({tuple(sorted(one.items())) for one in [found, *changed, identity(NAME, deduplicate="near")]}) == 9
    data = load_symbols(NAME)
    assert data.stand_in and data.identity() == identity(NAME, stand_in=True)


def test_the_identity_of_a_load_is_found_without_it(published):
    for asked in ({}, {"side": 20, "deduplicate": "near"}, {"classes": ["0", "+"], "each": 7}):
        assert load_symbols(NAME, **asked).identity() == identity(NAME, **asked)


@pytest.mark.parametrize("name", ["math-symbols-2", "math-symbols-1"])
def test_what_is_not_there_says_where_to_get_it(home, name):
    with pytest.raises(DataError, match="is not on this machine(.|\n)*kaggle.com(.|\n)*claimbook data verify"):
        load_symbols(name, stand_in=False)


def test_a_part_of_the_classes_and_of_the_images(published):
    data = load_symbols(NAME, classes="=, 3", each=7)
    assert data.classes == ("3", "=") and np.bincount(data.train_y).tolist() == [5, 5]
    seven = {sha for part in data.shas.values() for sha in part}
    whole = {sha for part in load_symbols(NAME, classes="=, 3").shas.values() for sha in part}
    assert len(seven) == 14 and len(whole) == 16 and seven < whole
    assert max(whole - seven) > min(seven)
    foreign = load_symbols(NAME, classes="=, 3", split="foreign")
    assert len(foreign.test_y) == 16 and not len(foreign.train_y)


def test_copies_are_counted_and_taken_out(published, files):
    """Three copies of one file, one file in two classes, and one that was scaled and saved again."""
    (published / "dataset/0/1.png").write_bytes(files["dataset/0/0.png"])
    (published / "dataset/0/2.png").write_bytes(files["dataset/0/0.png"])
    (published / "dataset/add/0.png").write_bytes(files["dataset/sub/0.png"])
    import cv2

    seven = cv2.imdecode(np.frombuffer(files["dataset/7/0.png"], np.uint8), cv2.IMREAD_GRAYSCALE)
    (published / "dataset/7/1.png").write_bytes(jpeg(cv2.resize(seven, (90, 90)), 80))
    everything = load_symbols(NAME, split="foreign")
    assert everything.facts()["repeated_test"] == 3 and everything.facts()["copies_removed"] == 0
    once = load_symbols(NAME, split="foreign", deduplicate="exact")
    assert once.facts()["copies_removed"] == 4 and len(once.test_y) == 124 == len(set(once.shas["test"]))
    assert np.bincount(once.test_y)[[0, 7, 10, 11]].tolist() == [6, 8, 7, 7]
    near = load_symbols(NAME, split="foreign", deduplicate="near")
    assert near.facts()["copies_removed"] == 5 and np.bincount(near.test_y)[7] == 7
    assert "Images taken out as copies: 5." in near.notes[2]


def test_a_contradiction_is_counted(published, files):
    (published / "dataset/add/0.png").write_bytes(files["dataset/sub/0.png"])
    counts = [load_symbols(NAME, seed=seed).facts()["contradicted_train"] for seed in range(4)]
    assert set(counts) <= {0, 1} and 1 in counts


def test_own_folders_take_the_place(mine):
    with using(NAME, mine):
        assert not use_stand_in(NAME)
        data = load_symbols(NAME)
        assert len(data.train_y) == 96 and "of your own" in data.notes[0]
        assert identity(NAME) == data.identity() and is_own(data.identity())
        (mine / "dataset/0/0.png").write_bytes(png(np.zeros((9, 9), np.uint8)))
        assert identity(NAME)["edition"] != data.edition
    assert not is_own(identity(NAME))


BLACK = png(np.zeros((9, 9), np.uint8))


@pytest.mark.parametrize(
    "name, content, says",
    [
        ("add/bad.png", b"", r"add/bad.png is empty \(0 bytes\)"),
        ("add/bad.jpg", b"words", "add/bad.jpg is no image"),
        ("5/bad.png", png_of_size(100_000, 90_000), "5/bad.png is giant: 100,000 x 90,000"),
        ("5/bad.png", BLACK[:-8], "5/bad.png was cut"),
    ],
)
def test_damaged_images_are_named_or_counted(mine, name, content, says):
    put(mine / "dataset", {name: content})
    with using(NAME, mine):
        with pytest.raises(DataError, match="A file of.*cannot be used.\n.*" + says + ".*\n.*skip_damaged"):
            load_symbols(NAME)
        data = load_symbols(NAME, skip_damaged=True)
        assert data.facts()["damaged"] == 1 and len(data.train_y) == 96
        assert "Damaged files that were left out: 1." in data.notes[2]


def test_a_published_set_with_a_damaged_image_is_whole_but_for_it(published):
    (published / "dataset/eq/3.png").write_bytes(BLACK[:20])
    with pytest.raises(DataError, match="eq/3.png was cut"):
        load_symbols(NAME)
    data = load_symbols(NAME, skip_damaged=True)
    assert sum(len(part) for part in data.shas.values()) == 127 and data.facts()["damaged"] == 1


def test_a_published_set_that_lacks_an_image_is_refused(published):
    (published / "dataset/eq/3.png").unlink()
    with pytest.raises(DataError, match="'eq' has 7 images, not 8"):
        load_symbols(NAME)


def test_folders_that_do_not_fit_are_refused(mine):
    with using(NAME, mine):
        for path in (mine / "dataset/mul").iterdir():
            path.unlink()
        with pytest.raises(DataError, match="shows the class '×'"):
            load_symbols(NAME)
        assert load_symbols(NAME, classes=["0", "1"]).classes == ("0", "1")
        put(mine, {"dataset/timse/1.png": BLACK})
        with pytest.raises(DataError, match="cannot take the place(.|\n)*'timse'(.|\n)*Did you mean 'times'"):
            load_symbols(NAME)


def test_images_are_not_left_out_in_silence(mine):
    put(mine, {"dataset/0/more.PNG": BLACK})
    with using(NAME, mine), pytest.raises(DataError, match="more.PNG has another ending"):
        load_symbols(NAME)


def test_a_class_of_few_images_is_named(mine):
    for number in range(3):
        (mine / f"dataset/mul/{number}.png").unlink()
    with using(NAME, mine), pytest.raises(DataError, match="'×' has 5 images"):
        load_symbols(NAME)


def test_an_empty_folder_is_refused(home, tmp_path):
    (tmp_path / "empty").mkdir()
    with using(NAME, tmp_path / "empty"), pytest.raises(DataError, match="holds no file of"):
        load_symbols(NAME)


@pytest.mark.parametrize("name, classes", [("math-symbols-2", 16), ("math-symbols-3", 15)])
def test_stand_ins_split_like_their_sets(name, classes):
    data = load_symbols(name, stand_in=True, side=20, each=24)
    assert len(data.classes) == classes and len(data.train_y) > 10 * classes
    assert len(data.validation_y) and len(data.test_y)
    assert data.identity()["edition"] == "stand-in 1" and "nothing is judged" in data.notes[0]


@pytest.mark.parametrize(
    "asked, says",
    [
        ({"name": "symbols"}, "no data set of symbols named"),
        ({"split": "random"}, "no split named"),
        ({"deduplicate": True}, "no way with copies"),
        ({"each": 0}, "each = 0"),
        ({"each": 1.5}, "each = 1.5"),
        ({"side": 16}, "side = 16"),
        ({"side": 10_000}, "side = 10000"),
        ({"skip_damaged": "yes"}, "skip_damaged = 'yes'"),
        ({"classes": "0, seven"}, "no class of math-symbols-1 named 'seven'"),
    ],
)
def test_what_cannot_be_asked_for(asked, says):
    for use in (load_symbols, identity):
        with pytest.raises(UsageError, match=says):
            use(**asked)
