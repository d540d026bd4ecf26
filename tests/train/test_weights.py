"""Weights by name, out and in again."""

from __future__ import annotations

import numpy as np
import pytest

from claimbook.train.loop import mx
from claimbook.train.weights import set_values, values, weights_of


def net():
    made = mx.gluon.nn.Dense(2, in_units=3)
    made.initialize(mx.init.Normal(1.0))
    return made


def test_names_do_not_depend_on_how_many_nets_there_were():
    assert list(weights_of(net())) == list(weights_of(net())) == ["bias", "weight"]


def test_values_come_back_bit_for_bit():
    one, other = weights_of(net()), weights_of(net())
    kept = values(one)
    set_values(other, kept)
    assert all(np.array_equal(values(other)[name], kept[name]) for name in kept)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda a: a.pop("bias"), r"missing \['bias'\]"),
        (lambda a: a.update(slope=np.ones(1)), r"unknown \['slope'\]"),
        (lambda a: a.update(bias=np.ones(3)), r"bias is \(3,\) and should be \(2,\)"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_changes(change, told):
    weights = weights_of(net())
    before = values(weights)
    arrays = {name: array + 1 for name, array in before.items()}
    change(arrays)
    with pytest.raises(ValueError, match=told):
        set_values(weights, arrays)
    assert all(np.array_equal(values(weights)[name], before[name]) for name in before)
