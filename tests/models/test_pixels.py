"""Pixels: by hand, as the augmentations' normalisation has it, in every type, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from claimbook.data.augment import normalisation
from claimbook.errors import UsageError
from claimbook.models.pixels import CIFAR_MEAN, CIFAR_SD, Pixels, mx
from claimbook.seeds import stream


def test_by_hand():
    x = np.array([0, 51, 255], np.uint8).reshape(1, 3, 1, 1)
    found = Pixels((0.5, 0.2, 0.0), (0.25, 1.0, 2.0))(mx.nd.array(x, dtype="uint8")).asnumpy()
    np.testing.assert_allclose(found.ravel(), [-2, 0, 0.5], atol=1e-7)


@pytest.mark.parametrize("dtype", ["uint8", "float32"])
@pytest.mark.parametrize("hybridized", [False, True])
def test_it_is_the_normalisation_of_whole_batches(dtype, hybridized):
    x = stream(0, "test").integers(0, 256, (5, 3, 4, 6)).astype(np.uint8)
    block = Pixels()
    if hybridized:
        block.hybridize(static_alloc=True, static_shape=True)
    expected = normalisation(CIFAR_MEAN, CIFAR_SD)(x)
    np.testing.assert_allclose(block(mx.nd.array(x, dtype=dtype)).asnumpy(), expected, rtol=1e-6, atol=1e-6)


def test_what_is_cast_gives_that_type():
    block = Pixels()
    block.cast("float64")
    assert block(mx.nd.zeros((1, 3, 2, 2), dtype="uint8")).dtype == np.float64


@pytest.mark.parametrize(
    "given", [{"sd": (1, 1, 0)}, {"sd": (1, 1)}, {"mean": 0.5, "sd": 0.5}, {"mean": (0, 0, float("nan"))}]
)
def test_bad_input(given):
    with pytest.raises(UsageError, match="cannot normalise images"):
        Pixels(**given)
