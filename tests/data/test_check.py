from __future__ import annotations

import gzip
import hashlib

import pytest
from data.toys import batch_files, gas_toy, sha256, toy

from claimbook.data.batch_file import read_batch
from claimbook.data.check import check
from claimbook.data.digest import array_digest, content_digest
from claimbook.data.found import Found, scan
from claimbook.errors import DataError


def found(item, folder, files: dict[str, bytes]) -> Found:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return Found(item, folder, scan(item, folder))


def test_content_digest_is_the_published_rule_and_ignores_the_order():
    records = [b"one", b"two", b"three"]
    by_hand = hashlib.sha256(b"".join(sorted(hashlib.sha256(r).digest() for r in records))).hexdigest()
    assert content_digest(records) == content_digest(records[::-1]) == by_hand
    assert content_digest(records) != content_digest([*records, b"two"])


def test_array_digest_sees_values_and_shapes_but_not_the_dtype():
    import numpy as np

    a = np.arange(6.0).reshape(2, 3)
    assert array_digest(a) == array_digest(a.astype("float32")) == array_digest(np.asfortranarray(a))
    assert len({array_digest(a), array_digest(a.T), array_digest(a + 1e-12), array_digest(a, a)}) == 4


def test_files_are_checked_by_content_even_when_compressed(tmp_path):
    item = toy(layout=[{"match": "?.bin"}, {"match": "?.bin.gz"}])
    report = check(
        found(item, tmp_path, {"a.bin": b"the first file" * 50, "b.bin.gz": gzip.compress(bytes(range(256)) * 40)})
    )
    assert report.complete and "2 files" in report.note


def records_set(content, **more):
    split = {"files": "part_?.bin", "records": 4, "content": content, **more}
    return toy(
        layout=[{"match": "part_?.bin"}], check={"kind": "records", "record_bytes": 3, "splits": {"train": split}}
    )


def test_records_are_checked_in_any_order_and_over_all_files(tmp_path):
    item = records_set(content_digest([b"abc", b"def", b"ghi", b"jkl"]))
    assert check(found(item, tmp_path, {"part_1.bin": b"jklabc", "part_2.bin": b"ghidef"})).complete


def test_a_known_part_is_accepted_and_named(tmp_path):
    item = records_set(sha256(b"other"), parts={content_digest([b"abc"]): "1 of 4"})
    report = check(found(item, tmp_path, {"part_1.bin": b"abc"}))
    assert not report.complete and "1 of 4" in report.note


@pytest.mark.parametrize("content, why", [(b"abcdeX", "not the 4 published"), (b"abcde", "was cut")])
def test_edited_or_cut_records_are_refused(tmp_path, content, why):
    item = records_set(content_digest([b"abc", b"def"]))
    with pytest.raises(DataError, match=why):
        check(found(item, tmp_path, {"part_1.bin": content}))


JPEG = b"\xff\xd8\xff\xe0 and so on"


def images_set(**rule):
    return toy(layout=[{"match": "*/*.jpg"}], check={"kind": "images", **rule})


def test_images_are_counted_by_class(tmp_path):
    copy = found(images_set(counts={"a": 2, "b": 1}), tmp_path, {"a/1.jpg": JPEG, "a/2.jpg": JPEG, "b/1.jpg": JPEG})
    assert "3 images in 2 classes" in check(copy).note
    for rule, why in [
        ({"counts": {"a": 3}}, "Class 'a' has 2 images, not 3"),
        ({"counts": {"c": 1}}, "Class 'c' has 0 images"),
        ({"total": 4}, "3 images, not 4"),
    ]:
        with pytest.raises(DataError, match=why):
            check(Found(images_set(**rule), copy.path, copy.files))
    assert check(Found(images_set(total=3), copy.path, copy.files)).complete
    assert not check(Found(images_set(complete_from=4), copy.path, copy.files)).complete


def test_an_image_that_is_none_is_named(tmp_path):
    with pytest.raises(DataError, match="a/1.jpg is neither"):
        check(found(images_set(), tmp_path, {"a/1.jpg": b"<html>"}))


def test_a_class_without_any_image_is_named(tmp_path):
    with pytest.raises(DataError, match="No image of class 'b'"):
        check(found(images_set(), tmp_path, {"a/1.jpg": JPEG}))


def test_batches_complete(tmp_path):
    report = check(found(gas_toy(), tmp_path, batch_files()))
    assert report.complete and "all 41 rows" in report.note


def test_batches_in_part_are_accepted_with_all_rows_of_the_needed_gas(tmp_path):
    files = batch_files()
    files["batch7.dat"] = b"".join(line for line in files["batch7.dat"].splitlines(True) if line.startswith(b"1;"))
    report = check(found(gas_toy(), tmp_path, files))
    assert not report.complete and "38 of 41 rows" in report.note and "all 20 of ethanol" in report.note


def test_an_edited_number_is_seen_by_the_digest(tmp_path):
    files = batch_files()
    digest = content_digest(read_batch(files["batch3.dat"], "x").records())
    assert check(found(gas_toy(content={3: digest}), tmp_path, files)).complete
    first = files["batch3.dat"].split()[1]
    edited = files["batch3.dat"].replace(first, first[:-6] + b"123400", 1)
    assert edited != files["batch3.dat"]
    (tmp_path / "batch3.dat").write_bytes(edited)
    with pytest.raises(DataError, match="batch3.dat does not hold"):
        check(found(gas_toy(content={3: digest}), tmp_path, {}))
    (tmp_path / "batch3.dat").write_bytes(files["batch3.dat"].replace(b"\n", b"\r\n"))
    assert check(found(gas_toy(content={3: digest}), tmp_path, {})).complete, "line ends do not matter"
