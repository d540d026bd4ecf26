from __future__ import annotations

import hashlib
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimbook.record.canonical import canonical, digest_of, from_json, to_json


def test_one_form_whatever_the_order():
    assert canonical({"b": [1, 2.5], "a": "é"}) == b'{"a":"\\u00e9","b":[1,2.5]}'
    assert digest_of({"b": 1, "a": 2}) == digest_of({"a": 2, "b": 1}) == hashlib.sha256(b'{"a":2,"b":1}').hexdigest()
    assert digest_of(1) != digest_of(1.0)


def test_numbers_that_json_cannot_say_are_refused_or_written_as_text():
    with pytest.raises(ValueError):
        canonical(math.nan)
    assert to_json({"x": (math.inf, -math.inf, np.float32(0.5), np.int64(3), np.bool_(True))}) == {
        "x": ["inf", "-inf", 0.5, 3, True]
    }
    assert math.isnan(from_json(to_json([math.nan]))[0])


@pytest.mark.parametrize("value", [np.zeros(2), {1: 2}, object()])
def test_what_is_no_json_is_a_type_error(value):
    with pytest.raises(TypeError):
        to_json(value)


@given(st.lists(st.floats(allow_nan=False)))
def test_floats_come_back_bit_for_bit(numbers):
    import json

    assert from_json(json.loads(json.dumps(to_json(numbers), allow_nan=False))) == numbers
