"""The real sets of symbols against what is known of them: counts, copies, sizes of the splits, what is near to what."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from types import SimpleNamespace

import cv2
import numpy as np
import pytest

from claimbook.apps.compose import compose
from claimbook.data.found import Found
from claimbook.data.locate import locate
from claimbook.data.symbol_files import class_labels, folder_of, is_read, read
from claimbook.data.symbol_hash import THRESHOLD, distances, hashes, nearest
from claimbook.data.symbol_leaks import leaks
from claimbook.data.symbol_pixels import pixels
from claimbook.data.symbols import load_symbols
from claimbook.papers.math_symbols.runs.held_out import held_out


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    """A cache folder of this module's own: the images are decoded here, and once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture
def data(real, cache):
    """Data set I."""
    real("math-symbols-1")
    start = time.process_time()
    found = load_symbols(stand_in=False)
    print(f"{time.process_time() - start:.1f} s of CPU")  # with -s: the time to decode, or to read the cache
    return found


def test_set_1_has_the_split_that_the_paper_used(data):
    facts = data.facts()
    sizes = [facts[f"images_{part}"] for part in ("train", "validation", "test")]
    assert sizes == [7_199, 1_343, 466] and facts["damaged"] == 0
    assert len({sha for shas in data.shas.values() for sha in shas}) == 8_575
    assert data.train_x.shape == (7_199, 3, 50, 50) and data.train_x.mean() > 200  # dark ink on white
    assert data.digest == "2c521bd5e79ad24fda39c8ad0499f0be891bc5421b93289c285a5fadba0f1ad2"


def test_set_1_has_the_copies_that_its_files_have(data):
    counts = Counter(sha for shas in data.shas.values() for sha in shas)
    assert sum(counts.values()) - len(counts) == 433
    assert sum(count for count in counts.values() if count > 1) == 831
    assert load_symbols(deduplicate="exact").facts()["copies_removed"] == 434  # the one in two classes goes altogether
    shares = [leaks(load_symbols(seed=seed)).shares()["same"] for seed in range(4)]
    assert 0.05 < np.mean(shares) < 0.10  # 7.54 % expected


def test_the_hash_tells_copies_from_others(data):
    """What `symbol_hash` says of its threshold."""
    every = load_symbols(split="foreign")
    once = np.unique(every.shas["test"], return_index=True)[1]
    known, labels = hashes(every.test_x[once]), every.test_y[once]
    least = min(
        int(piece[labels[start : start + len(piece), None] != labels].min()) for start, piece in distances(known, known)
    )
    assert least > THRESHOLD
    files = locate("math-symbols-1").files
    rows = np.random.default_rng(0).choice(len(once), 300, replace=False)
    saved, scaled = zip(*(again(files[every.files["test"][once[row]]]) for row in rows), strict=True)
    apart = [(hashes(np.stack(x)) != known[rows]).sum(axis=1) for x in (saved, scaled)]
    print(least, [np.percentile(bits, (50, 90, 99, 100)) for bits in apart])
    assert apart[0].max() <= THRESHOLD / 2 and np.mean(apart[1] <= THRESHOLD) > 0.95


def test_lines_can_be_composed_of_every_image_that_is_held_out(data):
    net = SimpleNamespace(images=data.digest)
    held = held_out(0, False, net)
    assert len(held.rows) == 466 - data.facts()["test_in_train"]
    for sign, images in held.pictures.items():
        for image in images:
            left, top, right, bottom = compose([sign], {sign: [image]}, 0).boxes[0]
            assert min(right - left, bottom - top) >= 2


def again(path):
    """A copy saved as JPEG of quality 50, and one scaled to 70 %."""
    image = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    small = cv2.resize(image, None, fx=0.7, fy=0.7, interpolation=cv2.INTER_AREA)
    saved = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 50])[1]
    return (pixels(content.tobytes(), 50) for content in (saved, cv2.imencode(".png", small)[1]))


def test_set_3_has_the_copies_that_are_known(real):
    real("math-symbols-3")
    found = locate("math-symbols-3")
    shas = {
        name: hashlib.sha256(path.read_bytes()).digest()
        for name, path in found.files.items()
        if is_read("math-symbols-3", folder_of("math-symbols-3", name), False)
    }
    if len(shas) == 46_364:
        assert len(set(shas.values())) == 20_203
    twins = Counter(shas.values())
    assert sum(count > 1 for count in twins.values()) > 0.3 * len(twins)


def held(name, *folders):
    """The images of some class folders of a set."""
    whole = locate(name)
    few = {file: path for file, path in whole.files.items() if folder_of(name, file) in folders}
    return read(Found(whole.data_set, whole.path, few), 50, False)


def test_rare_classes_of_set_3(real):
    real("math-symbols-3")
    rare = held("math-symbols-3", "=", "div")
    labels, classes = class_labels("math-symbols-3", rare, None)
    assert classes == ("÷", "=") and not rare.damaged and rare.x.shape[1:] == (1, 50, 50)
    assert (np.bincount(labels) >= 200).all() and rare.x.mean() > 200


def test_bhmsds_is_foreign_to_set_1(real, data):
    real("bhmsds")
    other = held("bhmsds", "7", "plus")
    assert len(other.names) == 3_000 and not other.damaged and other.x.mean() > 150  # dark ink on white too
    assert not set(other.shas) & set(data.shas["train"])
    _, bits = nearest(hashes(other.x[::10]), hashes(data.train_x))
    assert bits.min() > THRESHOLD
