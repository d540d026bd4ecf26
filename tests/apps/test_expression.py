"""Lines are read by their grammar, and come to what Python's fractions say, however they are put together."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claimbook.apps.expression import DEEPEST, LONGEST, decimal, evaluate
from claimbook.errors import ClaimbookError


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("7", 7),
        ("007", 7),
        ("1+2×3", 7),
        ("8-3-2", 3),
        ("16÷4÷2", 2),
        ("16÷4×2", 8),
        ("1÷3+1÷6", Fraction(1, 2)),
        ("0.1+0.2", Fraction(3, 10)),
        (".5×4", 2),
        ("-2+3", 1),
        ("3×-2", -6),
        ("2--3", 5),
        ("-2×-2", 4),
        ("12÷8=", Fraction(3, 2)),
        ("2×(3+4)", 14),
        ("-(2+3)×((4))", -20),
        ("0÷5", 0),
        ("2−1", 1),
        ("6 / 4 * 2", 3),
    ],
)
def test_by_hand(line, value):
    assert evaluate(line).value == value and evaluate(line).holds is None


@pytest.mark.parametrize(
    ("line", "holds"), [("2+3=5", True), ("2+3=6", False), ("1÷3=2÷6", True), ("0.1+0.2=.3", True)]
)
def test_an_equation_is_checked(line, holds):
    assert evaluate(line).holds is holds


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("", "no expression"),
        ("=", "no expression"),
        (" ", "no expression"),
        ("12+", "ends with +"),
        ("+5", "begins with +"),
        ("×3", "begins with ×"),
        ("2+×3", "× stands behind +"),
        ("2---3", "Two minus signs"),
        ("=5", "before the ="),
        ("1=1=1", "more than one ="),
        ("1=+", "begins with +"),
        ("1.2.3", "more than one decimal point"),
        ("5.", "ends with its decimal point"),
        (".", "A point stands alone"),
        ("2(3)", "a multiplication without its sign"),
        ("(2)(3)", "a multiplication without its sign"),
        ("(2)3", r"3 stands right behind \)"),
        ("(2", "not closed"),
        ("2)", "was not opened"),
        ("()", r"\) stands behind \("),
        ("2x3", "'x' has no meaning"),
        ("__import__('os')", "has no meaning"),
        ("9**9", "× stands behind ×"),
        ("٣+1", "has no meaning"),
        ("7÷0", "Division by zero"),
        ("7÷(3-3)", r"\(3 - 3\), is zero"),
        ("1=2÷0", "Division by zero"),
    ],
)
def test_what_is_no_expression_is_refused_in_words(line, says):
    with pytest.raises(ClaimbookError, match=says) as fault:
        evaluate(line)
    assert fault.value.why and fault.value.do


def test_long_and_deep_lines_are_refused_and_not_a_crash():
    assert evaluate("(" * DEEPEST + "1" + ")" * DEEPEST).value == 1
    with pytest.raises(ClaimbookError, match=f"At most {DEEPEST}"):
        evaluate("(" * 200 + "1" + ")" * 200)
    assert evaluate("9" * LONGEST).value == 10**LONGEST - 1
    with pytest.raises(ClaimbookError, match="too long"):
        evaluate("9" * (LONGEST + 1))


def test_a_minus_behind_an_operator_is_a_sign_and_no_space_follows_it():
    assert evaluate("-2--3×(-4)=").text == "-2 - -3 × (-4) ="


numbers = st.one_of(
    st.integers(0, 999).map(lambda n: (str(n), Fraction(n))),
    st.tuples(st.integers(0, 99), st.integers(0, 99)).map(
        lambda n: (f"{n[0]}.{n[1]:02}", n[0] + Fraction(n[1], 100)),
    ),
)


def combined(parts):
    """Two operands and an operator → text with parentheses and value; None for a value that does not exist."""
    (left, a), sign, (right, b) = parts
    if a is None or b is None or (sign == "÷" and b == 0):
        return f"({left}{sign}{right})", None
    return f"({left}{sign}{right})", {"+": a + b, "-": a - b, "×": a * b, "÷": a / b if b else None}[sign]


trees = st.recursive(
    numbers, lambda inner: st.tuples(inner, st.sampled_from("+-×÷"), inner).map(combined), max_leaves=12
)


@settings(max_examples=60, deadline=None)
@given(trees)
def test_any_tree_with_its_parentheses(tree):
    text, value = tree
    if value is None:
        with pytest.raises(ClaimbookError, match="Division by zero"):
            evaluate(text)
    else:
        assert evaluate(text).value == value


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("+-×"), st.integers(0, 99)), min_size=1, max_size=8), st.integers(0, 99))
def test_precedence_without_parentheses(steps, first):
    text = str(first) + "".join(f"{sign}{number}" for sign, number in steps)
    terms = [first]
    for sign, number in steps:
        if sign == "×":
            terms[-1] *= number
        else:
            terms.append(number if sign == "+" else -number)
    assert evaluate(text).value == sum(terms)


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="0123456789.+-×÷=() x", max_size=12))
def test_any_text_has_a_value_or_a_reason(text):
    try:
        assert isinstance(evaluate(text).value, Fraction)
    except ClaimbookError as fault:
        assert fault.what and fault.why


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (Fraction(0), ("0", True)),
        (Fraction(3, 2), ("1.5", True)),
        (Fraction(-7, 4), ("-1.75", True)),
        (Fraction(1, 3), ("0.333333333333", False)),
        (Fraction(2, 3), ("0.666666666667", False)),
        (Fraction(1000), ("1000", True)),
        (Fraction(1, 1024), ("0.0009765625", True)),
        (Fraction(10**20), ("1e20", True)),
        (Fraction(1, 10**9), ("1e-9", True)),
        (Fraction(999_999_999_999_999), ("1000000000000000", False)),
        (Fraction(9_999_999_999_999, 10**12), ("10", False)),
    ],
)
def test_decimals(value, said):
    assert decimal(value) == said


@settings(max_examples=60, deadline=None)
@given(st.fractions(max_denominator=10**9))
def test_a_decimal_is_within_half_of_its_last_digit(value):
    text, exact = decimal(value)
    assert (Fraction(text) == value) is exact
    assert abs(Fraction(text) - value) <= abs(value) / 10**11
