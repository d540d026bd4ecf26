from __future__ import annotations

import hashlib

import numpy as np
import pytest

from claimbook.data.symbol_files import class_labels, folder_of, part_of
from claimbook.data.symbol_stand_in import EACH, drawing, stand_in_symbols
from claimbook.data.symbol_strokes import SHAPES
from claimbook.data.symbol_vocabulary import CLASSES, NAMES, class_of, classes_of


@pytest.mark.parametrize("name", NAMES)
def test_every_set_has_all_its_classes_in_folders_of_its_own(name):
    held = stand_in_symbols(name, 50, 6)
    labels, classes = class_labels(name, held, None)
    assert classes == classes_of(name) and (np.bincount(labels) == 6).all()
    assert all(class_of(name, folder_of(name, file)) in classes for file in held.names)
    assert held.x.shape == (len(held.shas), 1, 50, 50) and (held.x.reshape(len(held.x), -1).min(axis=1) < 200).all()


def test_set_2_comes_in_parts():
    parts = [part_of(file) for file in stand_in_symbols("math-symbols-2", 17, 16).names]
    assert (parts.count("train"), parts.count("eval")) == (14 * 16, 2 * 16)


def test_it_is_the_same_everywhere():
    digest = hashlib.sha256()
    for name in NAMES:
        for sign in classes_of(name):
            digest.update(drawing(name, sign, 3).tobytes())
    assert digest.hexdigest() == "fc22635e084e6d4ca674766ef9b58068aa7a1d2f573cf51424427e4bad5f33b0"


def test_all_drawings_differ_but_for_the_copies():
    held = stand_in_symbols("math-symbols-3", 25)
    assert len(held.names) == 15 * EACH and len(held.shas) == 15 * EACH // 2
    assert len(stand_in_symbols("math-symbols-1", 25).shas) == 16 * (EACH - EACH * 5 // 100)


def test_pens_sizes_and_places_vary():
    drawn = np.stack([drawing("math-symbols-1", "1", number) < 128 for number in range(40)])
    ink = drawn.sum(axis=(1, 2))
    heights = drawn.any(axis=2).sum(axis=1)
    first = drawn.any(axis=1).argmax(axis=1)
    assert ink.max() > 3 * ink.min() and heights.max() > 1.4 * heights.min() and np.ptp(first) > 15


def test_a_machine_can_tell_them_apart():
    """The nearest of 20 images a class, seen as ink in coarse fields, is of the right class for most others."""
    x = np.stack([fields_of(sign, number) for number in range(30) for sign in CLASSES])
    labels = np.tile(np.arange(16), 30)
    known, asked = x[: 20 * 16], x[20 * 16 :]
    nearest = ((asked**2).sum(1)[:, None] - 2 * asked @ known.T + (known**2).sum(1)).argmin(axis=1)
    assert (labels[nearest] == labels[20 * 16 :]).mean() > 0.8


def fields_of(sign, number):
    """(66,): the ink in 8 x 8 fields of its bounding box, and how high and wide that is."""
    ink = (255.0 - drawing("math-symbols-1", sign, number)) / 255
    rows, columns = np.flatnonzero(ink.max(axis=1) > 0.5), np.flatnonzero(ink.max(axis=0) > 0.5)
    cut = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    fields = [
        [cut[r[0] : r[-1] + 1, c[0] : c[-1] + 1].mean() for c in np.array_split(np.arange(cut.shape[1]), 8) if len(c)]
        for r in np.array_split(np.arange(cut.shape[0]), 8)
        if len(r)
    ]
    padded = np.zeros((8, 8))
    padded[: len(fields), : len(fields[0])] = fields
    return np.append(padded.ravel(), 5 * np.array([len(rows), len(columns)]) / 150)


def test_every_symbol_has_a_shape():
    assert set(SHAPES) == set(CLASSES)
    for shape in (shape for shapes in SHAPES.values() for shape in shapes):
        points = np.array([point for stroke in shape.strokes for point in stroke.points])
        assert points.min() >= 0 and points.max() <= 100 and 20 < shape.wide <= 100
