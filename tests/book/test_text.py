"""Numbers and names as the book writes them."""

import math

import pytest

from claimbook.book.text import duration, number, slug, span, value_text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"),
        (0.00001, "1e-5"),
        (1.5e12 + 0.5, "1.5e12"),
        (700000, "700,000"),
        (0.0555123, "0.05551"),
        (12345.6, "12,346"),
        (-0.25, "-0.25"),
        (4.944823407830523e-16, "4.945e-16"),
        (True, "yes"),
        (math.inf, "not finite"),
        (math.nan, "not finite"),
    ],
)
def test_a_number_has_four_digits_and_no_padding(value, text):
    assert number(value) == text


def test_an_interval_never_breaks_over_two_lines():
    assert span((0.05, 1.0)) == "[0.05,\u00a01]"
    assert span(None) == "–"


@pytest.mark.parametrize(("seconds", "text"), [(4.24, "4.2 s"), (42, "42 s"), (150, "2 min"), (9000, "2.5 h")])
def test_a_duration_is_in_the_unit_that_people_would_choose(seconds, text):
    assert duration(seconds) == text


def test_lists_and_words():
    assert value_text([1e-5, 0.5]) == "1e-5, 0.5"
    assert value_text("min-max") == "min-max"


def test_a_slug_is_an_id_that_sphinx_leaves_as_it_is():
    from docutils.nodes import make_id

    for name in ("OP-2.1", "overparameterization/depth-lp/n1-l2-s0-2a7a7f17", "VGG-T1.2.test-acc"):
        assert slug(name) == make_id(name)


@pytest.mark.parametrize(
    ("value", "shown"),
    [(3.0432e18, "3.043e18"), (-2.5e9, "-2,500,000,000"), (1.5e9 + 0.5, "1.5e9"), (999_999_999.5, "1,000,000,000")],
)
def test_huge_numbers_are_short(value, shown):
    assert number(value) == shown
