"""`-p name=value`, read."""

from __future__ import annotations

import pytest

from claimbook.cli.options import examples, flowing, read_parameters
from claimbook.errors import UsageError


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("lr=0.01", "lr", "0.01"),
        (" lr =0.01", "lr", "0.01"),
        ("rates=1e-3,2e-3", "rates", "1e-3,2e-3"),
        ("note=a=b", "note", "a=b"),
        ("note=", "note", ""),
        ("note=two words", "note", "two words"),
        ("note='q' \"Q\"\nnext", "note", "'q' \"Q\"\nnext"),
    ],
)
def test_a_value_is_taken_as_it_is_given(text, name, value):
    assert read_parameters([text]) == {name: value}


def test_none_is_no_parameter():
    assert read_parameters(None) == {} and read_parameters([]) == {}


@pytest.mark.parametrize("text", ["lr", "=0.01", " =1", ""])
def test_without_a_name_or_an_equals_sign_it_is_refused(text):
    with pytest.raises(UsageError) as caught:
        read_parameters([text])
    assert repr(text) in caught.value.what and "name=value" in caught.value.why and "-p " in caught.value.do


def test_the_same_name_twice_is_refused_with_both_values():
    with pytest.raises(UsageError, match="'lr' is given twice: '1' and '2'"):
        read_parameters(["lr=1", "seeds=3", "lr =2"])


def test_the_examples_stand_one_a_line_and_their_brackets_are_no_markup():
    assert examples("a [b]", "c").splitlines()[1:] == [r"  a \[b]", "  c"]


def test_paragraphs_have_no_line_ends():
    assert flowing("One\n    two.\n\n    Three\n    four.\n") == "One two.\n\nThree four."
