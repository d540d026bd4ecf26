from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest
from data.idx_toys import digit_arrays, digit_files, put

from claimbook.data.mnist import FILES, identity, load_mnist, use_stand_in
from claimbook.data.own import VARIABLE, is_own, own, read, using
from claimbook.errors import DataError, UsageError


@pytest.fixture
def mine(home, tmp_path):
    """A folder with 30 and 20 images of one's own; MNIST itself is not on this machine."""
    put(tmp_path / "mine", digit_files())
    return tmp_path / "mine"


@pytest.mark.parametrize("compressed", [True, False])
def test_own_files_take_the_place_of_the_set(home, tmp_path, compressed):
    put(tmp_path / "mine", digit_files(), compressed)
    with using("mnist", tmp_path / "mine"):
        assert not use_stand_in()
        data = load_mnist()
        assert data is load_mnist(stand_in=False)
    for field, name in FILES.items():
        assert np.array_equal(getattr(data, field), digit_arrays()[name])
    assert "30 training and 20 test images of your own" in data.notes[0] and "nothing is judged" in data.notes[0]
    assert data.facts()["images_train"] == 30 and not data.stand_in


def test_their_edition_is_their_content(mine):
    with using("mnist", mine):
        first = load_mnist()
        assert first.identity() == identity() == {**identity_outside(), "edition": f"own files, sha256 {first.digest}"}
        assert is_own(identity()) and not is_own(identity(stand_in=True))
        arrays = digit_arrays()
        arrays["t10k-images-idx3-ubyte"][0, 0, 0] ^= 1
        put(mine, digit_files(arrays))
        assert identity()["edition"] != first.edition
    assert not is_own(identity())


def identity_outside():
    return {"name": "mnist", "subset": "all", "reader": 1, "stand_in": False}


def test_they_are_read_only_meanwhile(mine):
    with using("mnist", mine):
        assert own("mnist").path == mine and own("gas-sensor") is None
        with using("gas-sensor", mine):
            assert own("mnist") is None
        assert own("mnist") is not None and load_mnist(stand_in=True).stand_in
    assert own("mnist") is None and use_stand_in() and VARIABLE not in os.environ
    with pytest.raises(RuntimeError), using("mnist", mine):
        raise RuntimeError
    assert VARIABLE not in os.environ


def test_processes_started_meanwhile_read_them_too(mine):
    code = "from claimbook.data.mnist import identity; print(identity()['edition'])"
    with using("mnist", mine):
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=dict(os.environ))
        assert done.stdout.strip() == identity()["edition"], done.stderr


def spoilt(**changes):
    return digit_files(digit_arrays() | {f"{name.replace('_', '-')}-ubyte": array for name, array in changes.items()})


def without(name):
    return {key: content for key, content in digit_files().items() if key != name}


ZEROS = np.zeros((30, 28, 28), np.uint8)


@pytest.mark.parametrize(
    "files, says",
    [
        (without("t10k-labels-idx1-ubyte"), "Missing: t10k-labels-idx1-ubyte"),
        (spoilt(train_images_idx3=ZEROS[:29]), "29 images for train and 30 labels"),
        (spoilt(train_images_idx3=ZEROS[:, :20]), "images for train are 30 x 20 x 28, not 30 x 28 x 28"),
        (spoilt(train_labels_idx1=np.arange(30) % 11), "A label for train is 10; labels go from 0 to 9"),
        (spoilt(t10k_labels_idx1=np.arange(20) % 9), "No image for test shows a 9"),
    ],
    ids=["missing", "count", "size", "label", "class"],
)  # fmt: skip
def test_files_that_do_not_fit_are_refused(home, tmp_path, files, says):
    put(tmp_path / "mine", files)
    with using("mnist", tmp_path / "mine"):
        for use in (load_mnist, identity):
            with pytest.raises(DataError) as caught:
                use()
            assert "cannot take the place of MNIST" in caught.value.what and says in caught.value.why
            assert "fetch" not in caught.value.do


def test_a_cut_file_is_named(home, tmp_path):
    put(tmp_path / "mine", digit_files() | {"train-images-idx3-ubyte": b"\0\0\x08\x03"})
    with using("mnist", tmp_path / "mine"), pytest.raises(DataError, match="train-images.*\nIt was cut.*\nCorrect it"):
        load_mnist()


def test_a_folder_without_such_files_is_refused(home, tmp_path):
    (tmp_path / "a.txt").write_text("no digits")
    with using("mnist", tmp_path), pytest.raises(DataError, match=r"no file of MNIST.*\n.*ubyte"):
        load_mnist()


@pytest.mark.parametrize("text", ["mnist", "mnist=", "=folder", " = "])
def test_what_names_no_set_or_no_folder_is_refused(text):
    with pytest.raises(UsageError, match="which data set.*\n.*\nFor example: mnist="):
        read(text)


def test_a_slip_is_said_before_anything_is_read(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert read(f"mnist = {tmp_path}") == ("mnist", tmp_path) and read("mnist=.") == ("mnist", tmp_path)
    with pytest.raises(UsageError, match="no folder"):
        read("mnist=nowhere")
    with pytest.raises(UsageError, match="Did you mean 'mnist'"):
        read("mnits=.")
