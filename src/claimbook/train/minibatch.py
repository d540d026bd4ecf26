"""What a step of minibatch training takes: examples in the order of the data, and dropout masks."""

from __future__ import annotations

import numpy as np

from claimbook import seeds


def in_order(step: int, batch: int, examples: int) -> slice:
    """The examples of a step in the order of the data, without shuffling, as TensorFlow's MNIST tutorial takes them.

    It begins anew at example (step · batch) mod (examples − batch), so a batch is always whole.
    """
    offset = step * batch % (examples - batch)
    return slice(offset, offset + batch)


def dropout_mask(seed: int, step: int, shape: tuple[int, ...], keep: float = 0.5) -> np.ndarray:
    """float32 of 0 and 1/keep, the latter with probability `keep`. It depends on seed, step and shape only.

    As an input of a net it can be paired between nets; a net's own dropout draws from MXNet's generator
    (`claimbook.train.randomness`).
    """
    drawn = seeds.stream(seed, f"dropout/{step}").random(shape, dtype=np.float32)
    return (drawn < keep) * np.float32(1 / keep)
