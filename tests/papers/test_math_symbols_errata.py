"""The paper's arithmetic, checked against other ways to the same numbers."""

from __future__ import annotations

import math

import numpy as np
import pytest

from claimbook.papers.math_symbols import printed, quantities
from claimbook.papers.math_symbols.errata import ARITHMETIC


def working(name):
    return "\n".join(ARITHMETIC.redo(name).working)


def test_layers_are_those_of_the_net_that_trains():
    from claimbook.models.symbol_cnn import SymbolCNN, layer_table

    for side, classes in ((50, 16), (50, 15), (25, 16)):
        net = SymbolCNN(classes, side)
        net.initialize()
        found = [(row.name, row.output, row.parameters) for row in layer_table(net)]
        assert quantities.layers(side, classes) == found
    assert quantities.parameters() == printed.PARAMETERS and quantities.parameters(classes=15) == 2_327_119


def test_all_rows_but_one_are_as_printed():
    wrong = [name for name, *row in quantities.layers() if tuple(row) != printed.LAYERS[name]]
    assert wrong == [printed.FULLY_CONNECTED] and list(printed.LAYERS) == [name for name, *_ in quantities.layers()]
    text = working("MS-ERR.1")
    assert "= 1,179,776" in text and "of images of 24 to 31 pixels" in text
    assert "the column as printed: 1,442,512" in text and "has 1,442,512 in all" in text


def test_the_split_and_what_percentages_it_admits():
    assert quantities.split(quantities.by_class()) == (7_199, 1_343, 466)
    assert quantities.right_answers(466, 98.71) == [460] and quantities.right_answers(451, 98.71) == []
    for images, percent in ((466, 98.71), (605, 99.01), (1_010, 99.11), (97, 12.37)):
        near = [k for k in range(images + 1) if f"{100 * k / images:.2f}" == f"{percent:.2f}"]
        assert quantities.right_answers(images, percent) == near
    text = working("MS-ERR.14")
    assert "test 460 of 466 = 98.71 %; validation 1,331 of 1,343 = 99.11 %" in text
    assert "test 599 of 605 = 99.01 %; validation 1,001 of 1,010 = 99.11 %" in text
    assert sum(printed.FOLDERS_II.values()) == printed.IMAGES_II


def test_the_interval_by_its_definition():
    """Wilson's: the shares whose own 95 % region holds what was seen."""
    share = np.linspace(0.9, 1, 200_001)
    inside = share[np.abs(460 / 466 - share) <= 1.959964 * np.sqrt(share * (1 - share) / 466)]
    assert f"interval {100 * inside.min():.1f} to {100 * inside.max():.1f} %" in working("MS-ERR.14")
    assert (inside.max() - inside.min()) / 2 == pytest.approx(0.011, abs=2e-4)  # the margin of MS-A.1


def test_a_class_has_more_than_five_hundred():
    assert "9,000 / 16 = 562.5" in working("MS-ERR.7") and "9,008 images, 433 to 655 a class" in working("MS-ERR.7")


def test_labels_that_contradict_by_simulation():
    """A 6 and a 9 that are each other turned by half, mirrored at random; a + and a × with arms of one length."""
    rng, n = np.random.default_rng(0), 200_000
    across, down = rng.random((2, n)) < 0.5
    seen = np.where(across & down, "turned", np.where(across | down, "mirrored", "itself"))
    assert (seen == "turned").mean() == pytest.approx(0.25, abs=0.005)
    assert (seen == "itself").mean() == pytest.approx(0.25, abs=0.005)
    plus, times = (rng.uniform(-30, 30, n) + at for at in (0, 45))
    plus, times = plus % 90, times % 90
    for one, other in ((plus, times), (times, plus)):
        places, among = np.histogram(one, 180, (0, 90))[0], np.histogram(other, 180, (0, 90))[0]
        assert places[among > 0].sum() / n == pytest.approx(0.5, abs=0.01)
    text = working("MS-ERR.12")
    assert "25 % of all draws" in text and "between 15 and 30 degrees" in text and "50 % of the draws" in text
    assert f"= {100 * (1 - math.floor(0.8 * 546) / 7_199):.1f} %" in text


def test_half_of_25():
    assert "25 / 2 = 12.5" in working("MS-ERR.16") and "576 of 625 values" in working("MS-ERR.16")


def test_averages():
    assert ARITHMETIC.work_out("mean-accuracy").value == pytest.approx((98.71 + 99.01 + 99.85) / 3)
    assert ARITHMETIC.work_out("mean-f1").value == pytest.approx(0.99333, abs=1e-5)
    assert (ARITHMETIC.work_out("layers").value, ARITHMETIC.work_out("convolutions").value) == (11, 6)
