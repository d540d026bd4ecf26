"""The net in NumPy is the paper's, and gives what MXNet's layers give; symbols are placed as its training images."""

from __future__ import annotations

import numpy as np
import pytest
from apps.drawn import line

from claimbook.apps.binarise import binarise
from claimbook.apps.network import Layout, probabilities
from claimbook.apps.placing import placed
from claimbook.apps.segment import segment
from claimbook.compat import mxnet
from claimbook.data.symbol_vocabulary import CLASSES
from claimbook.errors import DataError


def weights(layout, seed=0):
    draw = np.random.Generator(np.random.PCG64(seed))
    return {
        name: (draw.standard_normal(shape) * (2 / np.prod(shape[1:])) ** 0.5).astype(np.float32)
        for name, shape in layout.shapes().items()
    }


def test_it_has_as_many_weights_as_the_paper_says():
    for classes, count in ((CLASSES, 2_327_248), (CLASSES[:15], 2_327_119)):
        assert sum(int(np.prod(shape)) for shape in Layout(classes).shapes().values()) == count


def test_the_layout_is_that_of_the_weights():
    for layout in (Layout(CLASSES), Layout(tuple("0123+"), (4, 6, 8), 10)):
        assert Layout.of(weights(layout), layout.classes) == layout


def test_it_gives_what_mxnet_gives():
    nd = mxnet().nd
    layout = Layout(tuple("0123+"), (4, 6, 8), 10)
    own = weights(layout)
    images = np.random.Generator(np.random.PCG64(2)).integers(0, 256, (3, 50, 50, 3)).astype(np.uint8)
    x = nd.array(images.transpose(0, 3, 1, 2) / 255)
    for number in range(1, 7):
        weight, bias = (nd.array(own[f"conv{number}.{kind}"]) for kind in ("weight", "bias"))
        x = nd.relu(nd.Convolution(x, weight, bias, kernel=(3, 3), pad=(1, 1), num_filter=len(bias)))
        if number % 2 == 0:
            x = nd.Pooling(x, kernel=(2, 2), stride=(2, 2), pool_type="max")
    x = nd.relu(nd.FullyConnected(x, nd.array(own["dense.weight"]), nd.array(own["dense.bias"]), num_hidden=10))
    x = nd.FullyConnected(x, nd.array(own["output.weight"]), nd.array(own["output.bias"]), num_hidden=5)
    np.testing.assert_allclose(probabilities(own, images), nd.softmax(x).asnumpy(), rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize(
    "layout",
    [Layout(("a", "a")), Layout(()), Layout(CLASSES, (4, 4)), Layout(CLASSES, hidden=0), Layout(CLASSES, (512,) * 3)],
)  # fmt: skip
def test_sizes_that_make_no_net(layout):
    with pytest.raises(DataError):
        layout.shapes()


def middle(image):
    rows, columns = np.nonzero(image[:, :, 0] < 128)
    return rows.mean(), columns.mean(), np.ptp(rows) + 1, np.ptp(columns) + 1


def test_symbols_are_placed_as_in_data_set_I():
    images = placed(segment(binarise(line("8.8-8=", 3))))
    assert images.shape == (6, 50, 50, 3) and images.dtype == np.uint8
    assert (images[:, 0] == 255).all() and (images.min(axis=(1, 2, 3)) < 60).all()
    digits = [middle(images[at]) for at in (0, 2, 4)]
    assert all(27 <= height <= 35 and 22 <= row <= 32 for row, _, height, _ in digits)
    point, minus = middle(images[1]), middle(images[3])
    assert point[0] > digits[0][0] + 8 and max(point[2:]) < 15
    assert abs(minus[0] - digits[1][0]) < 6 and minus[3] > 2 * minus[2]


def test_no_symbol_shows_its_neighbour():
    (_, wide, _) = placed(segment(binarise(line("1=1", 5))))
    rows = (wide[:, :, 0] < 128).any(axis=1)
    assert np.count_nonzero(np.diff(rows.astype(int)) == 1) == 2  # two bars, and nothing beside them
