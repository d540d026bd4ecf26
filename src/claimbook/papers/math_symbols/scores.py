"""What is counted on test images: the confusion matrix, F1, two classes taken for one another, the worst mistakes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

WORST = 12
PAIRS = 40


def confusion(truth: np.ndarray, answers: np.ndarray, classes: int) -> np.ndarray:
    """(classes, classes) int64: how many images of the class of the row got the answer of the column.

    truth, answers: (n,) places of classes.
    """
    counts = np.bincount(np.asarray(truth, np.int64) * classes + answers, minlength=classes**2)
    return counts.reshape(classes, classes)


def f1(matrix: np.ndarray) -> np.ndarray:
    """F1 of each class, (classes,): 2 TP / (2 TP + FP + FN); 0 for a class that is neither there nor answered."""
    right, both = np.diag(matrix), matrix.sum(axis=0) + matrix.sum(axis=1)
    return 2 * right / np.maximum(both, 1)


def swapped(matrix: np.ndarray, classes: Sequence[str], one: str, other: str) -> float | None:
    """The share of the images of two classes that got the other one's name; None where there are no such images."""
    if one not in classes or other not in classes:
        return None
    pair = [classes.index(one), classes.index(other)]
    images = int(matrix[pair].sum())
    return float(matrix[pair[0], pair[1]] + matrix[pair[1], pair[0]]) / images if images else None


def probabilities(outputs: np.ndarray) -> np.ndarray:
    """The softmax of logits (n, classes), float64."""
    powers = np.exp(outputs.astype(np.float64) - outputs.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def mistakes(
    outputs: np.ndarray, truth: np.ndarray, classes: Sequence[str], files: Sequence[str], shas: Sequence[str]
) -> list[dict[str, Any]]:
    """The wrong answers of most confidence, `WORST` at most: file and its sha256, truth, answer, confidence.

    outputs: (n, classes), logits. truth: (n,) places. The images stay out: they are looked up by the sha256.
    """
    sure, answers = probabilities(outputs).max(axis=1), outputs.argmax(axis=1)
    wrong = sorted(np.flatnonzero(answers != truth).tolist(), key=lambda row: (-sure[row], files[row]))
    return [
        {
            "file": files[row],
            "sha256": shas[row],
            "truth": classes[truth[row]],
            "answer": classes[answers[row]],
            "confidence": round(float(sure[row]), 6),
        }
        for row in wrong[:WORST]
    ]


def matrix_rows(matrix: np.ndarray, classes: Sequence[str]) -> list[dict[str, Any]]:
    """The confusion matrix as a table: truth, and a column for each answer."""
    return [
        {"truth": name} | dict(zip(classes, row.tolist(), strict=True))
        for name, row in zip(classes, matrix, strict=True)
    ]


def class_rows(matrix: np.ndarray, classes: Sequence[str]) -> list[dict[str, Any]]:
    """For each class its test images, how many of them were right, and F1."""
    columns = zip(classes, matrix.sum(axis=1).tolist(), np.diag(matrix).tolist(), f1(matrix).tolist(), strict=True)
    return [{"class": name, "images": images, "right": right, "f1": score} for name, images, right, score in columns]


def confused_rows(matrix: np.ndarray, classes: Sequence[str]) -> list[dict[str, Any]]:
    """The pairs of truth and wrong answer that occurred most often, `PAIRS` at most, and how often."""
    wrong = matrix - np.diag(np.diag(matrix))
    order = np.argsort(-wrong, axis=None, kind="stable")[:PAIRS]
    pairs = [divmod(int(place), len(classes)) for place in order]
    return [
        {"truth": classes[row], "answer": classes[column], "images": int(wrong[row, column])}
        for row, column in pairs
        if wrong[row, column]
    ]


def in_common(own: Sequence[str], foreign: Sequence[str], labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The images of another set whose class a net knows: their rows, rising, and their places among its own classes.

    own: the net's classes. foreign: the other set's. labels: (n,) places in `foreign`. Classes are one by their names.
    """
    place = np.array([own.index(name) if name in own else -1 for name in foreign], np.int64)[np.asarray(labels)]
    rows = np.flatnonzero(place >= 0)
    return rows, place[rows]
