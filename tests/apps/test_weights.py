"""Weights come back within half a step of what was written, and no file that is not ours is read."""

from __future__ import annotations

import dataclasses
import io
import json
import zipfile

import numpy as np
import pytest
from apps.test_network import weights

from claimbook.apps import classifier
from claimbook.apps import weights as files
from claimbook.apps.network import Layout, probabilities
from claimbook.data.symbol_vocabulary import CLASSES
from claimbook.errors import ClaimbookError, DataError

LAYOUT = Layout(CLASSES, (4, 6, 8), 10)
MADE = files.Weights(
    weights(LAYOUT),
    LAYOUT,
    "math-symbols/dataset-1/x-s0-12345678",
    "a test",
    files.Measured(200, 0.99, 0.985),
    "a digest",
)


@pytest.fixture
def path(tmp_path):
    files.save(tmp_path / "a.weights", MADE)
    return tmp_path / "a.weights"


def altered(path, **members):
    """The file with other members; None leaves one out."""
    with zipfile.ZipFile(path) as archive:
        own = {name: archive.read(name) for name in archive.namelist()}
    own |= members
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in own.items():
            if content is not None:
                archive.writestr(name, content)
    path.write_bytes(buffer.getvalue())
    return path


def manifest(path, **fields):
    with zipfile.ZipFile(path) as archive:
        own = json.loads(archive.read("manifest.json"))
    return altered(path, **{"manifest.json": json.dumps(own | fields).encode()})


def test_what_is_read_is_what_was_written_but_for_the_rounding(path):
    read = files.read(path)
    assert dataclasses.replace(read, arrays={}) == dataclasses.replace(MADE, arrays={})
    assert read.accuracy.loss == pytest.approx(0.005)
    for name, array in MADE.arrays.items():
        if array.ndim < 2:
            assert np.array_equal(read.arrays[name], array)
            continue
        step = np.abs(array).reshape(len(array), -1).max(axis=1) / 127
        off = np.abs(read.arrays[name] - array).reshape(len(array), -1).max(axis=1)
        assert (off <= 0.501 * step).all() and off.any()


def test_a_file_that_does_not_say_which_images_it_is_of_is_refused(path):
    with zipfile.ZipFile(path) as archive:
        own = json.loads(archive.read("manifest.json"))
    del own["images"]
    with pytest.raises(DataError, match="holds no weights"):
        files.read(altered(path, **{"manifest.json": json.dumps(own).encode()}))


def test_a_channel_of_zeros_stays_zero():
    members = files.quantised({"w": np.zeros((2, 3))})
    assert np.array_equal(files.restored(members)["w"], np.zeros((2, 3)))


def test_the_same_weights_give_the_same_bytes(path, tmp_path):
    files.save(tmp_path / "b.weights", MADE)
    assert (tmp_path / "b.weights").read_bytes() == path.read_bytes()


def test_the_manifest_states_what_rounding_costs(path):
    with zipfile.ZipFile(path) as archive:
        stated = json.loads(archive.read("manifest.json"))["accuracy"]
    assert stated == {"images": 200, "float32": 0.99, "int8": 0.985, "loss": pytest.approx(0.005)}


def test_the_paper_s_net_fits(tmp_path):
    layout = Layout(CLASSES)
    files.save(tmp_path / "a.weights", dataclasses.replace(MADE, arrays=weights(layout), layout=layout))
    assert 1_500_000 < (tmp_path / "a.weights").stat().st_size <= files.MOST_BYTES


@pytest.mark.parametrize("fault", ["cut", "byte", "text", "absent", "large", "folder"])
def test_damaged_files_are_refused(path, fault):
    content = path.read_bytes()
    if fault == "absent":
        path.unlink()
    elif fault == "folder":
        path.unlink()
        path.mkdir()
    else:
        at = len(content) // 2
        path.write_bytes({
            "cut": content[:at], "byte": content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :],
            "text": b"hello", "large": content + bytes(files.MOST_BYTES),
        }[fault])  # fmt: skip
    with pytest.raises(DataError) as error:
        files.read(path)
    assert str(path) in str(error.value)


def test_altered_members_are_refused(path):
    content = path.read_bytes()
    for members in (
        {"conv1.bias.float32": bytes(16)[:-1] + b"\x01"},
        {"conv1.bias.float32": bytes(8)},
        {"conv1.bias.float32": None},
        {"more.npy": b"x"},
        {"../conv1.bias.float32": b"x"},
        {"manifest.json": b"{}"},
        {"manifest.json": b"[1]"},
        {"manifest.json": b"not json"},
        {"manifest.json": None},
    ):
        path.write_bytes(content)
        with pytest.raises(DataError):
            files.read(altered(path, **members))


def test_other_nets_and_formats_are_refused(path):
    content = path.read_bytes()
    for fields in (
        {"format": 2},
        {"filters": [4, 6, 9]},
        {"classes": ["1"]},
        {"hidden": 10**9},
        {"shapes": {}},
        {"sha256": {}},
    ):
        path.write_bytes(content)
        with pytest.raises(DataError):
            files.read(manifest(path, **fields))


def test_weights_that_are_not_finite_or_of_another_net_are_not_written(tmp_path):
    own = dict(MADE.arrays)
    own["dense.bias"] = own["dense.bias"] * np.nan
    with pytest.raises(DataError, match="not finite"):
        files.save(tmp_path / "a", dataclasses.replace(MADE, arrays=own))
    with pytest.raises(DataError, match="absent"):
        files.save(tmp_path / "a", dataclasses.replace(MADE, arrays={}))
    assert not list(tmp_path.iterdir())


def test_the_classifier_of_a_file(path):
    named = classifier.from_file(path)
    images = np.random.Generator(np.random.PCG64(0)).integers(0, 256, (4, 50, 50, 3)).astype(np.uint8)
    assert named.classes == CLASSES
    np.testing.assert_allclose(named(images), probabilities(MADE.arrays, images), atol=0.1)
    labels = [CLASSES[at] for at in named(images).argmax(axis=1)]
    assert classifier.accuracy(named, images, [*labels[:3], "none"]) == 0.75


def test_without_published_weights_it_is_said_how_to_make_them(monkeypatch, tmp_path, path):
    monkeypatch.setattr(files, "PUBLISHED", tmp_path / "nothing")
    with pytest.raises(ClaimbookError, match="claimbook.apps math-symbols/dataset-1 --arm set-1"):
        classifier.published()
    monkeypatch.setattr(files, "PUBLISHED", path)
    assert classifier.published().classes == CLASSES
