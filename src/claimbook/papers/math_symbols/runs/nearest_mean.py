"""The plainest classifier of symbols: the class whose mean training image is nearest."""

from __future__ import annotations

import numpy as np

from claimbook.data.symbol_images import SymbolImages


class NearestMean:
    """Called with images (n, 50, 50, 3) uint8 it gives (n, classes): 1 for the nearest mean, and 0 for the others.

    Nearest by the squared distance of pixels. Means are of the training images of `data`, in float64.
    """

    def __init__(self, data: SymbolImages):
        self.classes = data.classes
        flat = data.train_x.reshape(len(data.train_x), -1)
        self._means = np.array([flat[data.train_y == place].mean(axis=0) for place in range(len(data.classes))])

    def __call__(self, images: np.ndarray) -> np.ndarray:
        """The probabilities of each class; of means that are equally near the first one has it."""
        flat = images.transpose(0, 3, 1, 2).reshape(len(images), -1).astype(np.float64)
        far = [((flat - mean) ** 2).sum(axis=1) for mean in self._means]
        return np.eye(len(self.classes))[np.argmin(far, axis=0)]
