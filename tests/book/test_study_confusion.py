"""Confusion matrices, counted over the seeds."""

from __future__ import annotations

import re

import numpy as np
import pytest
from book.symbols import CLASSES, MATRIX, confusion, symbols

from claimbook.book import show
from claimbook.errors import UsageError


def test_counts_are_added_up_over_the_seeds():
    other = [[1, 2, 3], [0, 0, 0], [4, 0, 6]]
    study = symbols(
        "dataset-1", {("set-1", 0): {"confusion": confusion()}, ("set-1", 1): {"confusion": confusion(other)}}
    )
    shown = show.confusion(study)
    lines = shown.text.splitlines()
    assert lines[1].split() == [*CLASSES, "in", "all"]
    for line, row in zip(lines[3:6], np.array(MATRIX) + other, strict=True):
        assert re.split(r"\s+", line)[1:] == [str(n) if n else "·" for n in row.tolist()] + [str(row.sum())]
    assert "12 wrong answers to 35 images; most often 9 taken for 6 6 times, 6 taken for 9 4 times" in shown.text
    assert "6 taken for + 2 times" in shown.text and shown.html.count("<table") == 2


def test_a_matrix_without_mistakes_says_so():
    right = confusion(np.diag([3, 4, 5]).tolist())
    shown = show.confusion(symbols("dataset-1", {("set-1", 0): {"confusion": right}}))
    assert "0 wrong answers to 12 images." in shown.text


def test_another_table_and_other_arms_can_be_asked_for():
    study = symbols("transfer", {("train-1", 0): {"confusion-set-3": confusion(), "confusion": confusion()}})
    assert "3 wrong answers to 19 images" in show.confusion(study, table="confusion-set-3").text
    assert "No record" in show.confusion(study, arms=["train-3"]).text
    assert "No record" in show.confusion(symbols("dataset-1", {("set-1", 0): {}})).text
    with pytest.raises(UsageError, match="set-9"):
        show.confusion(study, arms=["set-9"])
