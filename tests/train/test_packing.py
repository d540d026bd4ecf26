"""Arrays as text come back bit for bit, NaN and negative zero included; what is damaged is refused."""

from __future__ import annotations

import json

import numpy as np
import pytest

from claimbook.train.packing import pack, unpack


@pytest.mark.parametrize(
    "array",
    [
        np.array([[0.1, -0.0, np.nan], [np.inf, 1e-45, 3.0]], np.float32),
        np.arange(6, dtype=np.int64).reshape(3, 2).T,
        np.zeros((0, 4)),
        np.array(2.5),
    ],
)
def test_an_array_comes_back_bit_for_bit(array):
    again = unpack(json.loads(json.dumps(pack(array))))
    assert again.dtype == array.dtype and again.shape == array.shape and again.tobytes() == array.tobytes()
    again[...] = 0  # it is one's own


def test_damage_is_refused():
    packed = pack(np.ones(3, np.float32))
    for wrong in ({"shape": [4]}, {"base64": packed["base64"][:-4]}, {"base64": "?"}, {"dtype": "object"}):
        with pytest.raises(ValueError):
            unpack(packed | wrong)
    with pytest.raises(ValueError, match="not packed"):
        pack(np.array([object()]))
