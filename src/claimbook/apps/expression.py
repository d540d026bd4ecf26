"""What a line of arithmetic says: read by its grammar and evaluated exactly, in fractions. Nothing is ever executed.

    line       = sum | sum "=" | sum "=" sum
    sum        = product (("+" | "-") product)*
    product    = operand (("×" | "÷") operand)*
    operand    = ["-"] (number | "(" sum ")")
    number     = digits ["." digits] | "." digits

× and ÷ bind more than + and -, and equals are taken from the left. What is written without its sign, 2(3), is refused,
not guessed. The signs are those of `symbol_vocabulary`; − and the *, / of keyboards are understood as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from claimbook.errors import ClaimbookError

LONGEST = 500  # symbols of one line
OPERATORS = ("+", "-", "×", "÷")
DEEPEST = 50  # parentheses within each other
_SAME = {"−": "-", "*": "×", "/": "÷"}
_DIGITS = frozenset("0123456789.")
_DO = "Check the symbols one by one; write or photograph the line again where one was misread."


@dataclass(frozen=True)
class Answer:
    """text: the line as it was understood. value: of the left side. right: of the right side of an equation."""

    text: str
    value: Fraction
    right: Fraction | None = None

    @property
    def holds(self) -> bool | None:
        """Whether the equation is true; None where there is nothing on the right of an =."""
        return None if self.right is None else self.value == self.right


def evaluate(line: str | Sequence[str]) -> Answer:
    """What the line comes to: a text, or the signs of its symbols from left to right.

    Raises:
        ClaimbookError: it is no expression, and why; or it divides by zero.
    """
    signs = [_SAME.get(sign, sign) for sign in line if not sign.isspace()]
    if len(signs) > LONGEST:
        raise _refused(f"A line of {len(signs):,} symbols is too long.", f"At most {LONGEST} are read.")
    tokens = _tokens(signs)
    equals = [at for at, token in enumerate(tokens) if token == "="]
    if not [token for token in tokens if token != "="]:
        raise _refused("There is no expression in the line.", "It has no number.")
    if len(equals) > 1:
        raise _refused("The line has more than one =.", "One expression, or one equation of two, is read.")
    if equals == [0]:
        raise _refused("Nothing stands before the =.", "An expression must stand there.")
    text = spaced(tokens)
    if not equals or equals == [len(tokens) - 1]:
        return Answer(text, _Reader(tokens[: equals[0]] if equals else tokens).value())
    left, right = tokens[: equals[0]], tokens[equals[0] + 1 :]
    return Answer(text, _Reader(left).value(), _Reader(right).value())


def spaced(tokens: Sequence[str]) -> str:
    """The line with spaces where a printer sets them: around what stands between two things, not behind a sign.

    tokens: numbers, operators, parentheses, "=".
    """
    text, glued = "", True
    for at, token in enumerate(tokens):
        text += token if glued or token == ")" else f" {token}"
        is_sign = token == "-" and (at == 0 or tokens[at - 1] in (*OPERATORS, "(", "="))
        glued = is_sign or token == "("
    return text


def decimal(value: Fraction, digits: int = 12) -> tuple[str, bool]:
    """The value as a decimal number of at most so many significant digits, and whether that is all of it."""
    if value == 0:
        return "0", True
    size = abs(value)
    magnitude = len(str(size.numerator)) - len(str(size.denominator))  # of the first digit, or one more
    places = digits - magnitude - (size >= Fraction(10) ** magnitude)
    shift = Fraction(10) ** places
    whole = round(size * shift)
    exact = whole == size * shift
    sign = "-" if value < 0 else ""
    if size >= Fraction(10) ** 15 or size < Fraction(1, 10**6):
        text = str(whole)
        power = len(text) - 1 - places
        return f"{sign}{_trimmed(text[0], text[1:])}e{power}", exact
    if places <= 0:
        return f"{sign}{whole * 10**-places}", exact
    text = str(whole).rjust(places + 1, "0")
    return sign + _trimmed(text[:-places], text[-places:]), exact


def _trimmed(whole: str, part: str) -> str:
    part = part.rstrip("0")
    return f"{whole}.{part}" if part else whole


def _tokens(signs: Sequence[str]) -> list[str]:
    """Numbers put together from their digits and point, and the other signs one by one."""
    tokens: list[str] = []
    number = ""
    for sign in [*signs, ""]:
        if sign in _DIGITS:
            number += sign
            continue
        if number:
            tokens.append(_checked(number))
            number = ""
        if sign and sign not in (*OPERATORS, "=", "(", ")"):
            raise _refused(f"{sign!r} has no meaning in arithmetic.", f"Numbers and {' '.join(OPERATORS)} = are read.")
        if sign:
            tokens.append(sign)
    return tokens


def _checked(number: str) -> str:
    if number == ".":
        raise _refused("A point stands alone.", "A decimal point needs digits behind it.")
    if number.count(".") > 1:
        raise _refused(f"{number} is no number.", "It has more than one decimal point.")
    if number.endswith("."):
        raise _refused(f"{number} is no number.", "It ends with its decimal point.")
    return number


class _Reader:
    """Reads the tokens of one side from left to right; `at` is the place of the next."""

    def __init__(self, tokens: Sequence[str]):
        self.tokens, self.at, self.depth = tokens, 0, 0

    def value(self) -> Fraction:
        """Of the whole side. Raises ClaimbookError where something is left over."""
        value = self._sum()
        if self.next == ")":
            raise _refused("A parenthesis is closed that was not opened.", f"It stands behind {self._before()}.")
        if self.next:
            raise self._nothing_between()
        return value

    @property
    def next(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def _sum(self) -> Fraction:
        value = self._product()
        while self.next in ("+", "-") and self.next:
            sign = self._take()
            other = self._product()
            value = value + other if sign == "+" else value - other
        return value

    def _product(self) -> Fraction:
        value = self._operand()
        while self.next in ("×", "÷") and self.next:
            sign, start = self._take(), self.at
            other = self._operand()
            if sign == "÷" and other == 0:
                divisor = spaced(self.tokens[start : self.at])
                why = f"What stands behind a ÷, {divisor}, is zero." if divisor != "0" else "A ÷ has 0 behind it."
                raise ClaimbookError("Division by zero has no value.", why, _DO)
            value = value * other if sign == "×" else value / other
        return value

    def _operand(self) -> Fraction:
        if self.next == "-":
            self._take()
            if self.next == "-":
                raise _refused("Two minus signs stand before a number.", "One is read as its sign.")
            return -self._operand()
        token = self._take()
        if token == "(":
            return self._inside()
        if token and token[0] in _DIGITS:
            return Fraction(token)
        raise self._no_number(token)

    def _inside(self) -> Fraction:
        self.depth += 1
        if self.depth > DEEPEST:
            raise _refused("Too many parentheses stand within each other.", f"At most {DEEPEST} are read.")
        value = self._sum()
        if self.next and self.next != ")":
            raise self._nothing_between()
        if self._take() != ")":
            raise _refused("A parenthesis is not closed.", "Each ( needs its ).")
        self.depth -= 1
        return value

    def _take(self) -> str:
        token = self.next
        self.at += 1
        return token

    def _before(self) -> str:
        return self.tokens[self.at - 1]

    def _no_number(self, token: str) -> ClaimbookError:
        before = self.tokens[self.at - 2] if self.at >= 2 else ""
        if not token and before:
            return _refused(f"The line ends with {before}.", "A number must follow.")
        if not before:
            return _refused(f"The line begins with {token}.", "A number must stand before it.")
        return _refused(f"{token} stands behind {before}.", "A number must stand between them.")

    def _nothing_between(self) -> ClaimbookError:
        why = "Nothing stands between them: a multiplication without its sign is not guessed."
        return _refused(f"{self.next} stands right behind {self._before()}.", why)


def _refused(what: str, why: str) -> ClaimbookError:
    return ClaimbookError(what, why, _DO)
