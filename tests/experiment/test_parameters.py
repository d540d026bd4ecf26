from __future__ import annotations

import dataclasses
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimbook.errors import UsageError
from claimbook.experiment.parameters import asked, describe, parameter, parse


@dataclasses.dataclass(frozen=True)
class Given:
    count: int = parameter(3, help="How many.", unit="things", low=1, high=10)
    rate: float = parameter(0.1, help="How fast.", low=0.0)
    small: float = parameter(0.1, help="At most this.", high=1.0)
    rates: tuple[float, ...] = parameter((0.1, 0.2), help="Which.", low=0.0, high=1.0)
    kind: str = parameter("a", help="What kind.", choices=("a", "bee"))
    flag: bool = parameter(False, help="Whether.")
    later: int = parameter(0, help="Added later.", absent=0)


def test_a_field_says_what_it_is():
    infos = {info.name: info for info in describe(Given)}
    assert [info.type for info in infos.values()] == ["int", "float", "float", "list of float", "str", "bool", "int"]
    assert infos["count"].range == "1 … 10" and infos["rate"].range == "≥ 0" and infos["small"].range == "≤ 1"
    assert infos["kind"].range == "a | bee" and infos["flag"].range == "" and infos["count"].unit == "things"


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("count", "1_0", 10),
        ("count", 4.0, 4),
        ("rate", "1e-3", 1e-3),
        ("rate", 2, 2.0),
        ("rates", "0.5, 0.25", (0.5, 0.25)),
        ("rates", "[0.5,1]", (0.5, 1.0)),
        ("rates", 0.5, (0.5,)),
        ("rates", [0.5], (0.5,)),
        ("kind", "bee", "bee"),
        ("flag", "True", True),
        ("flag", "no", False),
        ("flag", True, True),
    ],
)
def test_values_and_text_are_read_by_the_fields_type(name, text, value):
    read = getattr(parse(Given, {name: text}), name)
    assert read == value and type(read) is type(value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("count", 0),
        ("count", 11),
        ("count", "3.5"),
        ("count", 3.5),
        ("count", True),
        ("count", None),
        ("count", "__import__('os')"),
        ("count", float("inf")),
        ("rate", math.nan),
        ("rate", "inf"),
        ("rate", -1e-9),
        ("rate", "fast"),
        ("rate", False),
        ("rates", []),
        ("rates", ""),
        ("rates", "0.1,0.1"),
        ("rates", "0.1,2"),
        ("rates", [math.nan]),
        ("rates", {"a": 1}),
        ("rates", "[0.1"),
        ("kind", "c"),
        ("kind", 1),
        ("flag", 2),
        ("flag", "maybe"),
        ("cuont", 3),
        ("count; import os", 3),
    ],
    ids=repr,
)
def test_what_is_wrong_is_said_with_what_to_do(name, value):
    with pytest.raises(UsageError) as caught:
        parse(Given, {name: value})
    assert caught.value.exit_code == 2 and caught.value.do and name.split(";")[0] in str(caught.value)


def test_the_base_holds_where_nothing_is_given():
    base = parse(Given, {"count": 5})
    assert parse(Given, {"rate": 0.5}, base) == Given(count=5, rate=0.5)
    assert parse(Given, {}) == Given()


def test_a_parameter_added_later_is_left_out_at_the_value_that_earlier_runs_had():
    assert "later" not in asked(Given()) and asked(Given(later=1))["later"] == 1
    assert asked(Given())["rates"] == [0.1, 0.2]


def test_a_class_can_check_what_no_single_field_can_say():
    @dataclasses.dataclass(frozen=True)
    class Pair:
        low: int = parameter(1, help="Low.")
        high: int = parameter(2, help="High.")

        def check(self):
            if self.low > self.high:
                raise UsageError("low is above high.")

    with pytest.raises(UsageError, match="above"):
        parse(Pair, {"low": 3})
    assert parse(Pair, {"low": 3, "high": 4}) == Pair(3, 4)


@given(st.floats(min_value=0.0, max_value=1e300))
def test_a_float_survives_the_way_through_text(number):
    assert parse(Given, {"rate": repr(number)}).rate == number
