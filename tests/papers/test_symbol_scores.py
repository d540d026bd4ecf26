"""What is counted on test images, beside plain loops and cases by hand; and the intervals of the printed accuracies."""

from __future__ import annotations

import numpy as np
import pytest

from claimbook.experiment.registry import experiment_named
from claimbook.papers.math_symbols import scores
from claimbook.papers.math_symbols.intervals import fisher, rest
from claimbook.record.unfinished import Unfinished
from claimbook.seeds import stream

TRUTH, ANSWERS = np.array([0, 0, 0, 1, 1, 2], np.uint8), np.array([0, 1, 1, 1, 0, 0])


def test_the_confusion_matrix_by_hand():
    matrix = scores.confusion(TRUTH, ANSWERS, 4)
    assert matrix.tolist() == [[1, 2, 0, 0], [1, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 0]]
    np.testing.assert_allclose(scores.f1(matrix), [2 / 6, 2 / 5, 0, 0])
    assert scores.matrix_rows(matrix, "abcd")[1] == {"truth": "b", "a": 1, "b": 1, "c": 0, "d": 0}
    assert scores.class_rows(matrix, "abcd")[0] == {"class": "a", "images": 3, "right": 1, "f1": pytest.approx(1 / 3)}
    assert [tuple(row.values()) for row in scores.confused_rows(matrix, "abcd")] == [
        ("a", "b", 2),
        ("b", "a", 1),
        ("c", "a", 1),
    ]


def test_macro_f1_is_that_of_precision_and_recall():
    draw = stream(0, "answers")
    truth, answers = draw.integers(0, 16, 400), draw.integers(0, 16, 400)
    answers = np.where(draw.random(400) < 0.8, truth, answers)
    found = []
    for place in range(16):
        both = np.float64(np.sum((truth == place) & (answers == place)))
        precision, recall = both / np.sum(answers == place), both / np.sum(truth == place)
        found.append(2 * precision * recall / (precision + recall))
    assert scores.f1(scores.confusion(truth, answers, 16)).mean() == pytest.approx(np.mean(found), rel=1e-14)


def test_two_classes_taken_for_one_another():
    classes = ("0", "6", "9")
    matrix = np.array([[5, 2, 2], [1, 6, 3], [0, 1, 9]])
    assert scores.swapped(matrix, classes, "6", "9") == scores.swapped(matrix, classes, "9", "6") == 4 / 20
    assert scores.swapped(matrix, classes, "+", "×") is None
    assert scores.swapped(matrix * 0, classes, "6", "9") is None


def test_the_worst_mistakes_come_first_and_hold_no_pixels():
    outputs = np.zeros((30, 3), np.float32)
    outputs[:, 1] = np.arange(30) / 10
    truth = np.array([0] * 29 + [1])
    files, shas = [f"f{row}" for row in range(30)], [f"s{row}" for row in range(30)]
    rows = scores.mistakes(outputs, truth, "abc", files, shas)
    assert [row["file"] for row in rows] == [f"f{row}" for row in range(28, 16, -1)]
    assert rows[0] == {
        "file": "f28",
        "sha256": "s28",
        "truth": "a",
        "answer": "b",
        "confidence": pytest.approx(np.exp(2.8) / (np.exp(2.8) + 2), abs=1e-6),
    }
    tied = scores.mistakes(outputs * 0 + [0, 1, 0], truth, "abc", files[::-1], shas)
    assert [row["file"] for row in tied[:2]] == ["f1", "f10"]


def test_classes_of_another_set_are_known_by_their_names():
    rows, places = scores.in_common(("0", "+", "="), ("+", "x", "0"), np.array([2, 1, 0, 0, 1], np.uint8))
    assert rows.tolist() == [0, 2, 3] and places.tolist() == [0, 1, 1]


def test_the_printed_accuracies_have_wide_intervals():
    from scipy.stats import binomtest, fisher_exact

    study, found = experiment_named("math-symbols/intervals"), {}
    tasks = [study.task(study.parameters("paper"), arm.id, 0, False) for arm in study.arms]
    for task, measured in study.measure(tasks, lambda done, total: None, Unfinished()):
        found[task.arm] = own = measured.metrics
        assert set(own) == {metric.name for metric in study.metrics}
        assert own["rounds"] == (round(own["accuracy"], 2) == task.settings["printed"])
        interval = binomtest(int(own["images"] - own["errors"]), int(own["images"])).proportion_ci(method="wilson")
        assert (own["low"], own["high"]) == pytest.approx((100 * interval.low, 100 * interval.high))
        table = [[own["errors"], own["images"] - own["errors"]], [6, 460]]
        assert own["same-as-1"] == pytest.approx(fisher_exact(table)[1])
    assert {arm: own["errors"] for arm, own in found.items()} == {
        "set-1": 6,
        "set-2-605": 6,
        "set-2-505": 5,
        "set-2-506": 5,
        "set-2-406": 4,
        "set-3-held": 3,
        "set-3-published": 11,
    }
    assert all(
        own["rounds"] == 1
        for arm, own in found.items()
        if arm in ("set-1", "set-2-605", "set-2-505", "set-2-506", "set-2-406")
    )
    assert found["set-1"]["low"] == pytest.approx(97.22, abs=0.01) and found["set-1"]["same-as-1"] == 1
    assert found["set-2-505"]["same-as-1"] > 0.5 and found["set-3-held"]["same-as-1"] < 0.01


def test_what_the_split_leaves_for_the_test():
    assert [rest(n) for n in (595, 562, 7)] == [30, 29, 1] and fisher(0, 5, 0, 5) == 1
