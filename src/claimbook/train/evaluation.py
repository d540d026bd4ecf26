"""What a net answers on data that it is not trained on."""

from __future__ import annotations

from typing import Any

import numpy as np

TOGETHER = 500  # examples at once; the answer to an example depends on it by rounding, so it is part of the solver


def answers(net: Any, inputs: Any, together: int = TOGETHER) -> np.ndarray:
    """The net's outputs, (n, classes) float32, without dropout and with the running statistics.

    Args:
        inputs: (n, …) on the device. together: examples of a batch; the last may be shorter.

    Raises:
        ValueError: there are no examples.
    """
    if len(inputs) == 0:
        raise ValueError("no examples to evaluate on")
    parts = [net(inputs[i : i + together]).astype("float32") for i in range(0, len(inputs), together)]
    return np.concatenate([part.asnumpy() for part in parts])


def error(outputs: np.ndarray, targets: np.ndarray) -> float:
    """The share of examples whose largest output is not the target's, NaN where an output is not finite.

    An output that is not a number would count as class 0: an error rate of such answers says nothing.
    """
    if not np.isfinite(outputs).all():
        return float("nan")
    return float(np.mean(outputs.argmax(axis=1) != np.asarray(targets)))


def cross_entropy(outputs: np.ndarray, targets: np.ndarray) -> float:
    """The mean of −log softmax(outputs)[target], in float64."""
    outputs = outputs.astype(np.float64)
    shifted = outputs - outputs.max(axis=1, keepdims=True)
    logs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return float(-logs[np.arange(len(logs)), np.asarray(targets, np.int64)].mean())
