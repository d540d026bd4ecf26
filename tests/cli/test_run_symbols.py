"""`claimbook run math-symbols/dataset-1` on a reader's own folders of images."""

from __future__ import annotations

import pytest
from data.symbol_toys import png, put, symbol_files

from claimbook.data.symbol_stand_in import drawing

SMALL = ("-p", "epochs=1", "-p", "side=17", "-p", "filters=2", "-p", "precision=fp32")
RUN = ("run", "math-symbols/dataset-1", "--preset", "quick", *SMALL)


@pytest.fixture(scope="module")
def files():
    return symbol_files(8)


def test_own_folders_take_the_place_of_data_set_1(claimbook, home, files):
    words = (*RUN, "--data", f"math-symbols-1={put(home / 'mine', files)}")
    (study,) = claimbook(*words, "--json").document["studies"]
    assert (study["data"], study["made"]) == ("own", 1) and any("nothing is judged" in note for note in study["notes"])
    (record,) = study["records"]
    assert record["metrics"]["test-images"] == 16
    (again,) = claimbook(*words, "--json").document["studies"]
    assert again["found"] == 1 and again["made"] == 0
    put(home / "mine", {"dataset/7/more.png": png(drawing("math-symbols-1", "7", 30))})
    (changed,) = claimbook(*words, "--json").document["studies"]
    assert changed["made"] == 1 and changed["records"][0]["id"] != record["id"]


def test_damaged_images_are_named_and_left_out_where_asked(claimbook, home, files):
    words = (*RUN, "--data", f"math-symbols-1={put(home / 'mine', files | {'dataset/7/torn.png': b'no image'})}")
    said = claimbook(*words)
    assert said.code == 1 and "7/torn.png" in said.err and "skip_damaged" in said.err
    (study,) = claimbook(*words, "-p", "skip_damaged=true", "--json").document["studies"]
    assert (study["data"], study["made"]) == ("own", 1)


def test_folders_that_do_not_fit_are_answered(claimbook, home, files):
    put(home / "few", {name: content for name, content in files.items() if "/7/" not in name})
    said = claimbook(*RUN, "--data", f"math-symbols-1={home / 'few'}")
    assert said.code == 1 and "class '7'" in said.err
    put(home / "odd", files | {"dataset/seventeen/0.png": files["dataset/7/0.png"]})
    said = claimbook(*RUN, "--data", f"math-symbols-1={home / 'odd'}")
    assert said.code == 1 and "'seventeen'" in said.err and "cannot take" in said.err
    said = claimbook(*RUN, "--data", "math-symbols-1=nowhere")
    assert said.code == 2 and "no folder" in said.err
    said = claimbook(*RUN, "--data", f"math-symbols-3={home / 'few'}")
    assert said.code == 2 and "Give math-symbols-1=FOLDER" in said.err
