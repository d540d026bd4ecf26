"""A network's numbers by name, its running statistics among them: out of it and back, bit for bit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from claimbook.compat import mxnet

mx = mxnet()


def weights_of(block: Any) -> dict[str, Any]:
    """The parameters of a Gluon block by their place in it ("dense1.weight"), sorted.

    These names do not depend on how many blocks were made before, as those of `collect_params` do.
    """
    return dict(sorted(block._collect_params_with_prefix().items()))


def values(weights: Mapping[str, Any]) -> dict[str, np.ndarray]:
    """A copy of every weight as a NumPy array; this waits for the device."""
    return {name: parameter.data().asnumpy() for name, parameter in weights.items()}


def set_values(weights: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> None:
    """Give every weight its array.

    Raises:
        ValueError: a name is missing or too many, or a shape does not fit; then nothing has changed.
    """
    missing, foreign = sorted(set(weights) - set(arrays)), sorted(set(arrays) - set(weights))
    if missing or foreign:
        raise ValueError(f"weights do not fit the network: missing {missing}, unknown {foreign}")
    for name, parameter in weights.items():
        if tuple(parameter.shape) != tuple(arrays[name].shape):
            raise ValueError(f"{name} is {tuple(arrays[name].shape)} and should be {tuple(parameter.shape)}")
    for name, parameter in weights.items():
        parameter.set_data(mx.nd.array(arrays[name], dtype=parameter.dtype))
