"""Splits of a net's weights into two groups."""

from __future__ import annotations

import numpy as np
import pytest

from claimbook.errors import UsageError
from claimbook.train.splits import split

SHAPES = {"a.weight": (4, 2), "a.bias": (4,), "b.weight": (3, 4), "b.bias": (3,), "c.weight": (2, 3)}


def test_halves_of_the_outputs_of_each_layer():
    made = split(SHAPES, "output-halves")
    assert made["a.weight"].tolist() == [[True] * 2] * 2 + [[False] * 2] * 2
    assert made["b.bias"].tolist() == [True, False, False] and made["c.weight"].sum() == 3


def test_halves_of_the_layers():
    made = split(SHAPES, "layer-halves")
    assert {name: set(each.reshape(-1).tolist()) for name, each in made.items()} == {
        name: {name.startswith("a")} for name in SHAPES
    }


def test_at_random_by_seed_and_name():
    shapes = {"a.weight": (200, 50), "b.weight": (200, 50)}
    made, again, other = (
        split(shapes, "random", 1, 0.3),
        split(shapes, "random", 1, 0.3),
        split(shapes, "random", 2, 0.3),
    )
    assert made["a.weight"].mean() == pytest.approx(0.3, abs=0.02)
    assert np.array_equal(made["a.weight"], again["a.weight"])
    assert not np.array_equal(made["a.weight"], other["a.weight"])
    assert not np.array_equal(made["a.weight"], made["b.weight"])


@pytest.mark.parametrize(
    ("shapes", "kind", "share", "told"),
    [
        (SHAPES, "output-halfs", 0.5, "output-halves"),
        (SHAPES, "random", 0.0, "no split"),
        (SHAPES, "random", 1.0, "no split"),
        ({"a.weight": (1, 5)}, "output-halves", 0.5, "θ₁ empty"),
        ({"a.weight": (4, 5), "a.bias": (4,)}, "layer-halves", 0.5, "θ₁ empty"),
        ({"a.weight": (1, 1)}, "random", 0.999999, "θ₂ empty"),
    ],
)
def test_a_split_that_cannot_be_is_told(shapes, kind, share, told):
    with pytest.raises(UsageError, match=told):
        split(shapes, kind, 0, share)
