"""How Keras lays out what Claimbook has: channels last, and kernels with their outputs last. NumPy only."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np


def channels_last(images: np.ndarray) -> np.ndarray:
    """Images (n, channels, height, width) as (n, height, width, channels)."""
    return np.ascontiguousarray(images.transpose(0, 2, 3, 1))


def as_keras(start: Mapping[str, np.ndarray], maps: Mapping[str, int]) -> dict[str, np.ndarray]:
    """Weights by Claimbook's names → the same in Keras' shapes, by the same names.

    A convolution's (out, in, 3, 3) becomes (3, 3, in, out), a dense layer's (out, in) becomes (in, out).

    maps: of a dense layer behind a `Flatten`, by the name of its weight, how many channels were flattened. Claimbook
    flattens channel after channel, Keras pixel after pixel: the inputs change their order.
    """
    made = {}
    for name, array in start.items():
        if array.ndim == 4:
            array = array.transpose(2, 3, 1, 0)
        elif array.ndim == 2:
            array = array.T
            if channels := maps.get(name):
                array = array.reshape(channels, -1, array.shape[1]).transpose(1, 0, 2).reshape(array.shape)
        made[name] = np.ascontiguousarray(array)
    return made
