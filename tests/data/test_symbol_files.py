from __future__ import annotations

import hashlib

import numpy as np
import pytest
from data.symbol_toys import jpeg, png, put, symbol_files
from data.toys import zipped

from claimbook.data.catalogue import DataSet, data_set
from claimbook.data.check import check
from claimbook.data.found import Found, scan
from claimbook.data.symbol_files import class_labels, folder_of, part_of, read
from claimbook.data.symbol_pixels import pixels
from claimbook.errors import DataError, UsageError

BLACK, GREY = np.zeros((9, 9, 3), np.uint8), np.full((5, 8, 3), 90, np.uint8)


def found(folder, name="math-symbols-1"):
    return Found(data_set(name), folder, scan(data_set(name), folder))


def test_each_file_has_its_content(tmp_path):
    files = {"add/b.png": png(BLACK), "add/a.jpg": jpeg(GREY), "7/c.png": png(BLACK)}
    held = read(found(put(tmp_path, files)), 50, False)
    assert held.names == ("dataset/7/c.png", "dataset/add/a.jpg", "dataset/add/b.png")
    assert len(held.shas) == 2 and held.x.shape == (2, 1, 50, 50)
    for name, content in zip(held.names, held.content.tolist(), strict=True):
        bytes_of = files[name.removeprefix("dataset/")]
        assert held.shas[content] == hashlib.sha256(bytes_of).hexdigest()
        assert np.array_equal(held.x[content], pixels(bytes_of, 50))
    labels, classes = class_labels("math-symbols-1", held, ("7", "+"))
    assert labels.tolist() == [0, 1, 1] and classes == ("7", "+")
    assert class_labels("math-symbols-1", held, ("+", "-"))[0].tolist() == [-1, 0, 0]


def test_one_colour_gives_all_three_channels(tmp_path):
    red = np.zeros((9, 9, 3), np.uint8)
    red[:, :, 0] = 200
    held = read(found(put(tmp_path, {"0/a.png": png(red), "0/b.png": png(GREY)})), 20, False)
    seen = {tuple(x[:, 0, 0].tolist()) for x in held.x}
    assert seen == {(200, 0, 0), (90, 90, 90)}


def test_damaged_files_are_named_and_the_others_read(tmp_path):
    files = {"0/a.png": png(BLACK), "0/b.jpg": b"", "1/c.png": png(BLACK)[:-9], "1/d.jpg": b"text"}
    held = read(found(put(tmp_path, files)), 50, False)
    assert held.names == ("dataset/0/a.png",) and held.x.shape == (1, 1, 50, 50)
    assert held.damaged == (
        (str(tmp_path / "0/b.jpg"), "is empty (0 bytes)"),
        (str(tmp_path / "1/c.png"), "was cut"),
        (str(tmp_path / "1/d.jpg"), "is no image: neither a JPEG nor a PNG"),
    )


def test_an_archive_reads_like_its_folder(tmp_path):
    files = symbol_files(2)
    (tmp_path / "archive.zip").write_bytes(zipped({f"set/{name}": content for name, content in files.items()}))
    one = read(found(put(tmp_path / "folder", files)), 25, False)
    other = read(Found(data_set("math-symbols-1"), tmp_path / "archive.zip", {}), 25, False)
    assert one.names == other.names and one.shas == other.shas and one.digest() == other.digest()
    assert np.array_equal(one.x, other.x) and np.array_equal(one.content, other.content)


def test_the_digest_is_of_folders_and_contents(tmp_path):
    files = {"0/a.png": png(BLACK), "1/b.png": png(GREY)}
    digest = read(found(put(tmp_path / "one", files)), 50, False).digest()
    renamed = {"0/z.png": png(BLACK), "1/y.png": png(GREY)}
    swapped = {"1/a.png": png(BLACK), "0/b.png": png(GREY)}
    assert read(found(put(tmp_path / "two", renamed)), 25, False).digest() == digest
    assert read(found(put(tmp_path / "three", swapped)), 50, False).digest() != digest


def test_other_classes_are_read_where_all_are_asked_for(tmp_path):
    files = {"+/a.jpg": jpeg(BLACK), "alpha/b.jpg": jpeg(BLACK), "X/c.jpg": jpeg(GREY)}
    source = found(put(tmp_path, files), "math-symbols-3")
    assert class_labels("math-symbols-3", read(source, 50, False), None)[1] == ("+",)
    held = read(source, 50, True)
    labels, classes = class_labels("math-symbols-3", held, None)
    assert classes == ("+", "X", "alpha") and labels.tolist() == [0, 1, 2]
    assert len(held.shas) == 2  # the same bytes in two classes are decoded once


def test_bhmsds_names_its_classes_in_the_files(tmp_path):
    files = {f"symbols/{name}.png": png(BLACK) for name in ("5-0001", "plus-0002", "dot-0003", "x-0001")}
    source = found(put(tmp_path, files), "bhmsds")
    held = read(source, 50, False)
    assert class_labels("bhmsds", held, None)[1] == ("5", "+")
    assert class_labels("bhmsds", read(source, 50, True), None)[1] == ("5", "+", "dot", "x")
    assert folder_of("bhmsds", "symbols/slash-0009.png") == "slash"


def test_set_2_has_its_parts_and_leaves_other_folders_out(tmp_path):
    names = ["train/plus cleaned", "eval/plus val", "train/zero", "train/original sign", "eval/number"]
    source = found(put(tmp_path, {f"{name}/a.jpg": jpeg(BLACK) for name in names}), "math-symbols-2")
    for every in (False, True):
        held = read(source, 50, every)
        assert [(part_of(name), folder_of("math-symbols-2", name)) for name in held.names] == [
            ("eval", "plus val"), ("train", "plus cleaned"), ("train", "zero")]  # fmt: skip
        assert class_labels("math-symbols-2", held, None)[1] == ("0", "+")


def test_an_unknown_folder_is_refused(tmp_path):
    with pytest.raises(UsageError, match="'pluss'(.|\n)*Did you mean 'plus'"):
        read(found(put(tmp_path, {"pluss/a.jpg": jpeg(BLACK)})), 50, False)


def test_set_2_passes_its_check_beside_its_other_folders(tmp_path):
    entry = data_set("math-symbols-2").model_dump()
    entry["check"]["counts"] = dict.fromkeys(entry["classes"], 1)
    item = DataSet.model_validate(entry)
    names = [f"{'eval' if folder.endswith(' val') else 'train'}/{folder}" for folder in item.classes]
    put(tmp_path, {f"{name}/a.jpg": jpeg(BLACK) for name in (*names, "train/other sign", "eval/number")})
    assert "22 images" in check(Found(item, tmp_path, scan(item, tmp_path))).note
    (tmp_path / "eval/plus val/a.jpg").unlink()
    with pytest.raises(DataError, match="'plus val' has 0 images, not 1"):
        check(Found(item, tmp_path, scan(item, tmp_path)))
