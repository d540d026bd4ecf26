"""Arrays are taken out of a state and put back to the last bit; what cannot be kept is named by its place."""

from __future__ import annotations

import io
import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as numpy_st

from claimbook.record.arrays import DTYPES, ArrayHead, heads_of, put_back, raw, read_arrays, take_out

NAN_PAYLOADS = np.array([0x7FC00001, 0xFFC12345, 0x7F800001, 0x80000000], np.uint32).view(np.float32)
SHAPES = numpy_st.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3)


def again(state):
    """The state after a round trip through JSON text and raw bytes."""
    arrays = []
    tree = json.loads(json.dumps(take_out(state, arrays), allow_nan=False))
    pieces = [(array, raw(array)) for array in arrays]
    content = b"".join(data.tobytes() for _, data in pieces)
    return put_back(tree, read_arrays(io.BytesIO(content), len(content), heads_of(pieces)))


def same(a, b):
    return (a.dtype, a.shape, a.tobytes()) == (b.dtype, b.shape, b.tobytes())


@pytest.mark.parametrize("dtype", DTYPES)
@given(data=st.data())
@settings(max_examples=15, deadline=None)
def test_any_bytes_of_any_shape_come_back(dtype, data):
    shape = data.draw(SHAPES)
    size = math.prod(shape) * np.dtype(dtype).itemsize
    content = data.draw(st.binary(min_size=size, max_size=size))
    array = np.frombuffer(content, dtype).reshape(shape)  # read-only, with every NaN there is
    found = again([array])[0]
    assert same(found, array)
    found[...] = 0  # it is one's own


@pytest.mark.parametrize(
    "array",
    [
        NAN_PAYLOADS,
        NAN_PAYLOADS[::-2],
        np.arange(6, dtype=np.int64).reshape(3, 2).T,
        np.zeros((0, 4)),
        np.array(-0.0),
        np.array(True),
    ],
)
def test_views_empty_ones_and_single_numbers_come_back(array):
    found = again({"a": {"b": [1, array]}})["a"]["b"][1]
    assert same(found, array)


def test_the_other_byte_order_is_turned_round():
    found = again([np.array([1.5, -0.0, np.inf], ">f4")])[0]
    assert same(found, np.array([1.5, -0.0, np.inf], np.float32))


def test_plain_values_come_back_and_words_stay_words():
    state = {"at": 7, "x": [0.1 + 0.2, -0.0, 1e-300, None, True], "words": ["nan", "inf", ""], "t": (np.float64(3), [])}
    found = again(state)
    assert found == {**state, "t": [3.0, []]} and math.copysign(1, found["x"][1]) == -1
    nan, inf, low = again([math.nan, np.float32(np.inf), -math.inf])
    assert math.isnan(nan) and (inf, low) == (math.inf, -math.inf)


@pytest.mark.parametrize(
    ("state", "says"),
    [
        ({"w": [np.array([object()])]}, "state/w/0: a ndarray of object cannot be kept"),
        ({"w": np.zeros(2, "complex64")}, "state/w: a ndarray of complex64"),
        ({"w": np.array(["a"])}, "state/w: a ndarray of <U1"),
        ({"w": np.zeros(2, [("a", "f4")])}, "cannot be kept"),
        ({"w": np.ma.masked_array([1.0], [True])}, "state/w: a MaskedArray"),
        ({"w": {1, 2}}, "state/w: a set cannot be kept"),
        ({"w": b"x"}, "state/w: a bytes cannot be kept"),
        ({3: 1}, "state: 3 cannot be a name"),
        ({"w": {"$array": 0}}, r"state/w: no name begins with \$"),
    ],
)
def test_what_cannot_be_kept_is_named_by_its_place(state, says):
    with pytest.raises((TypeError, ValueError), match=says):
        take_out(state, [])


@pytest.mark.parametrize("tree", [{"$array": 1}, {"$array": -1}, {"$array": True}, {"$number": "x"}, {"$number": []}])
def test_a_tree_that_points_nowhere_is_refused(tree):
    with pytest.raises(ValueError):
        put_back([tree], [np.zeros(1)])


class Untouched(io.BytesIO):
    def readinto(self, buffer):
        raise AssertionError("read before the sizes were checked")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"shape": [2**40]}, "truncated"),
        ({"shape": [2**62, 2**62, 2**62]}, "truncated"),
        ({"shape": [1]}, "too long"),
        ({"offset": 4}, "one behind the other"),
        ({"dtype": "float64"}, "truncated"),
    ],
)
def test_sizes_are_checked_before_anything_is_read(change, says):
    data = raw(np.ones(3, np.float32))
    head = ArrayHead(**(heads_of([(np.ones(3, np.float32), data)])[0].model_dump() | change))
    with pytest.raises(ValueError, match=says):
        read_arrays(Untouched(data.tobytes()), data.size, [head])


@pytest.mark.parametrize(
    "change", [{"dtype": "object"}, {"dtype": "<f4"}, {"shape": [-1]}, {"shape": [True]}, {"offset": -1}]
)
def test_no_head_names_another_type_or_a_shape_that_cannot_be(change):
    good = {"dtype": "float32", "shape": [3], "offset": 0, "sha256": "0" * 64}
    assert ArrayHead(**good).size == 12
    with pytest.raises(ValueError):
        ArrayHead(**{**good, **change})
