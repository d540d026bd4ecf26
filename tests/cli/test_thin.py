"""The command line is thin: it asks the other rooms, and computes nothing itself."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

FILES = sorted((Path(__file__).parents[2] / "src" / "claimbook" / "cli").glob("*.py"))
ARITHMETIC = (ast.Mult, ast.Div, ast.Sub, ast.Pow, ast.Mod, ast.FloorDiv, ast.LShift, ast.RShift, ast.MatMult)
TEXTS = (ast.JoinedStr, ast.List, ast.ListComp)


def arithmetic(tree):
    """Lines that compute: an operator between numbers, or a call of a function that sums up or imports one."""
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ARITHMETIC):
            yield node.lineno
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            sides = (node.left, node.right)
            if not any(isinstance(s, TEXTS) or isinstance(getattr(s, "value", None), str) for s in sides):
                yield node.lineno
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("sum", "round", "divmod", "pow", "abs"):
            yield node.lineno
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names = [getattr(node, "module", None) or "", *(alias.name for alias in node.names)]
            if any(name.split(".")[0] in ("math", "statistics", "numpy", "scipy", "pandas") for name in names):
                yield node.lineno


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_arithmetic(path):
    assert list(arithmetic(ast.parse(path.read_text(encoding="utf-8")))) == []


@pytest.mark.parametrize("code", ["a * b", "a / 2", "a + b", "a - 1", "sum(a)", "import numpy", "from math import pi"])
def test_arithmetic_is_seen(code):
    assert list(arithmetic(ast.parse(code)))


@pytest.mark.parametrize("code", ["'a' + b", "[1] + b", "f'{a}' + b", "a | b", "len(a)"])
def test_putting_texts_and_lists_together_is_none(code):
    assert not list(arithmetic(ast.parse(code)))
