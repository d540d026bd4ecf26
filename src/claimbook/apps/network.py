"""The paper's net as a function of its weights: what names the symbols, without a framework.

Section V.A of the paper: three times two 3 x 3 convolutions ("same" padding, ReLU) and a 2 x 2 max pool that rounds
down; a dense layer with ReLU; the output with softmax. Dropout does nothing here. It is written in NumPy because a line
has a dozen symbols, and to load a framework takes longer than to name them. A test holds it against MXNet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from claimbook.errors import DataError

SIDE = 50
MOST_WEIGHTS = 4_000_000


@dataclass(frozen=True)
class Layout:
    """classes: names of the outputs. filters: of each pair of convolutions. hidden: units of the dense layer."""

    classes: tuple[str, ...]
    filters: tuple[int, ...] = (64, 128, 256)
    hidden: int = 128

    @classmethod
    def of(cls, arrays: Mapping[str, np.ndarray], classes: Sequence[str]) -> Layout:
        """The layout of the net with these weights and outputs."""
        filters = tuple(len(arrays[f"conv{number}.bias"]) for number in (1, 3, 5))
        return cls(tuple(classes), filters, len(arrays["dense.bias"]))

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Name → shape of every weight: "conv1.weight" (out, in, 3, 3) … "output.bias" (classes,).

        Raises:
            DataError: no such net exists, or it has more than MOST_WEIGHTS weights.
        """
        sizes = (*self.filters, self.hidden, len(self.classes))
        if len(self.filters) != 3 or min(sizes) < 1 or len(set(self.classes)) < len(self.classes):
            why = "It has three numbers of filters, and classes of different names."
            raise DataError("These sizes make no net for symbols.", why, "Use the weights of another file.")
        shapes: dict[str, tuple[int, ...]] = {}
        channels = 3
        for number in range(6):
            own = self.filters[number // 2]
            shapes |= {f"conv{number + 1}.weight": (own, channels, 3, 3), f"conv{number + 1}.bias": (own,)}
            channels = own
        flat = channels * (SIDE // 2 // 2 // 2) ** 2
        shapes |= {"dense.weight": (self.hidden, flat), "dense.bias": (self.hidden,)}
        shapes |= {"output.weight": (len(self.classes), self.hidden), "output.bias": (len(self.classes),)}
        if sum(int(np.prod(shape)) for shape in shapes.values()) > MOST_WEIGHTS:
            raise DataError("This net is too large.", f"It may have {MOST_WEIGHTS:,} weights.", "Use a smaller one.")
        return shapes


def probabilities(arrays: Mapping[str, np.ndarray], images: np.ndarray) -> np.ndarray:
    """(n, classes) float64 of images (n, 50, 50, 3) uint8. arrays: float32, as `Layout.shapes` names them.

    Dense weights take what comes in as channels x rows x columns, as MXNet flattens it.
    """
    rows = [_logits(arrays, image.transpose(2, 0, 1).astype(np.float32) / np.float32(255)) for image in images]
    logits = np.array(rows, np.float64).reshape(len(images), -1)
    powers = np.exp(logits - logits.max(axis=1, keepdims=True, initial=-np.inf))
    return powers / powers.sum(axis=1, keepdims=True)


def _logits(arrays: Mapping[str, np.ndarray], x: np.ndarray) -> np.ndarray:
    """One image (3, 50, 50) at a time: what a convolution multiplies is nine times as large as its input."""
    for part in (1, 3, 5):
        for number in (part, part + 1):
            x = np.maximum(_convolved(x, arrays[f"conv{number}.weight"], arrays[f"conv{number}.bias"]), 0)
        x = _pooled(x)
    x = np.maximum(arrays["dense.weight"] @ x.ravel() + arrays["dense.bias"], 0)
    return arrays["output.weight"] @ x + arrays["output.bias"]


def _convolved(x: np.ndarray, weight: np.ndarray, bias: np.ndarray) -> np.ndarray:
    channels, height, width = x.shape
    framed = np.pad(x, ((0, 0), (1, 1), (1, 1)))
    views = [framed[:, row : row + height, column : column + width] for row in range(3) for column in range(3)]
    columns = np.stack(views, axis=1).reshape(channels * 9, height * width)
    return (weight.reshape(len(weight), -1) @ columns + bias[:, None]).reshape(-1, height, width)


def _pooled(x: np.ndarray) -> np.ndarray:
    channels, height, width = x.shape
    even = x[:, : height // 2 * 2, : width // 2 * 2]
    return even.reshape(channels, height // 2, 2, width // 2, 2).max(axis=(2, 4))
