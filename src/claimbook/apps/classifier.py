"""From published weights to something that names symbols."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from claimbook.apps import network, weights
from claimbook.apps.recognise import Classifier
from claimbook.errors import ClaimbookError


@dataclass(frozen=True)
class NetClassifier:
    """The paper's net with these weights. Called with images (n, 50, 50, 3) uint8 it gives (n, classes)."""

    weights: weights.Weights

    @property
    def classes(self) -> tuple[str, ...]:
        """The names of the columns."""
        return self.weights.layout.classes

    def __call__(self, images: np.ndarray) -> np.ndarray:
        """The probabilities of each class."""
        return network.probabilities(self.weights.arrays, images)


def from_file(path: Path | str) -> NetClassifier:
    """The classifier of a weights file. Raises DataError as `weights.read` does."""
    return NetClassifier(weights.read(path))


def published() -> NetClassifier:
    """The classifier that comes with the project.

    Raises:
        ClaimbookError: no weights are published, with how to make them; or they are damaged.
    """
    if not weights.PUBLISHED.is_file():
        raise ClaimbookError(
            "No trained net is published with this copy of Claimbook yet.",
            "Symbols are named by a net that was trained on data set I, and its weights are not here.",
            "Train it with `python -m claimbook.apps math-symbols/dataset-1 --arm set-1`, where that data set is; or "
            "give a weights file: --weights FILE",
        )
    return from_file(weights.PUBLISHED)


def accuracy(classifier: Classifier, images: np.ndarray, labels: Sequence[str]) -> float:
    """The share of images (n, 50, 50, 3) uint8 that get their label; n is 1 at least."""
    names = np.asarray(classifier.classes)[np.argmax(classifier(images), axis=1)]
    return float(np.mean(names == np.asarray(labels)))
