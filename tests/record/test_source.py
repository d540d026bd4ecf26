from __future__ import annotations

import subprocess
import sys

import pytest

from claimbook.record import source

PLAIN = """
def f(x, y=2):
    return x + y * f"{x:.2f}"

class A:
    z = 1
"""
DRESSED = '''
"""A docstring."""

# a comment
def f(
    x: int,
    y: float = 2,
) -> str:
    """Another."""
    return x + (y * f'{x:.2f}')
class A:
    """And another."""
    z: int = 1
'''


def digest(tmp_path, text, name="m.py"):
    file = tmp_path / name
    file.write_text(text)
    return source.tree_digest(file)


def test_docstrings_comments_annotations_and_formatting_do_not_count(tmp_path):
    assert digest(tmp_path, PLAIN, "a.py") != digest(tmp_path, PLAIN.replace("y * f", "y + f"), "b.py")
    assert digest(tmp_path, "z = 1", "c.py") != digest(tmp_path, "z = 2", "d.py")
    dressed = DRESSED.replace("z: int = 1", "z = 1")
    assert digest(tmp_path, PLAIN, "e.py") == digest(tmp_path, dressed, "f.py")
    assert digest(tmp_path, "z: int = 1", "g.py") == digest(tmp_path, "z: float = 1", "h.py")


def test_a_text_that_is_no_docstring_counts(tmp_path):
    assert digest(tmp_path, "x = 'a'", "a.py") != digest(tmp_path, "x = 'b'", "b.py")
    assert digest(tmp_path, "x = 1\n'a'", "c.py") != digest(tmp_path, "x = 1\n'b'", "d.py")


def test_a_changed_file_is_read_again(tmp_path):
    assert digest(tmp_path, "x = 1") != digest(tmp_path, "x = 22")


ASKING = """
class Parameters:
    rate = parameter(1e-3, low=0)

def sizes(seeds):
    return (Preset("quick", seeds, {"epochs": 2}),)

QUICK = Preset("quick", 1, {})

class Study:
    arms = ("a", "b")
    presets = sizes(5)

    def cost(self, settings):
        return 3.0 * settings["epochs"]

    def measure(self):
        return cost(2)

def cost(loss):
    return 2 * loss

presets = 7
"""


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("parameter(1e-3, low=0)", "parameter(1e-2, low=0)"),
        ('{"epochs": 2}', '{"epochs": 3}'),
        ('QUICK = Preset("quick", 1, {})', 'QUICK = Preset("quick", 2, {})'),
        ("presets = sizes(5)", "presets = sizes(10)"),
        ("3.0 * settings", "4.0 * settings"),
    ],
)
def test_what_only_asks_for_runs_and_what_they_cost_do_not_count(tmp_path, text, other):
    assert text in ASKING
    assert digest(tmp_path, ASKING, "a.py") == digest(tmp_path, ASKING.replace(text, other), "b.py")


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ('("a", "b")', '("a", "c")'),
        ("return cost(2)", "return cost(3)"),
        ("2 * loss", "3 * loss"),
        ("presets = 7", "presets = 8"),
    ],
)
def test_beside_them_all_else_counts(tmp_path, text, other):
    assert text in ASKING
    assert digest(tmp_path, ASKING, "a.py") != digest(tmp_path, ASKING.replace(text, other), "b.py")


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package tree in place of Claimbook's own."""
    root = tmp_path / "claimbook"
    files = {
        "__init__.py": "__version__ = '1'",
        "errors.py": "E = 1",
        "data/__init__.py": "",
        "data/reader.py": "from ..errors import E\nfrom claimbook.data import fetch",
        "data/fetch.py": "X = 1",
        "train/__init__.py": "",
        "train/loop.py": "from . import step",
        "train/step.py": "s = 1",
        "train/other.py": "s = 1",
        "papers/__init__.py": "",
        "papers/one/__init__.py": "",
        "papers/one/exp.py": (
            "from typing import TYPE_CHECKING\nimport claimbook.data.reader\n"
            "if TYPE_CHECKING:\n    from claimbook.train import other\n"
            "def measure():\n    from claimbook.train import loop\n"
        ),
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    (root / "record").mkdir()
    monkeypatch.setattr(source, "__file__", str(root / "record" / "source.py"))
    monkeypatch.setattr(sys, "modules", {})
    return root


def test_lazy_imports_are_followed_and_what_cannot_change_a_number_is_not(package):
    names = set(source.reachable("claimbook.papers.one.exp"))
    assert {
        "claimbook.papers.one.exp",
        "claimbook.data.reader",
        "claimbook.train.loop",
        "claimbook.train.step",
    } <= names
    assert not names & {"claimbook", "claimbook.errors", "claimbook.data.fetch", "claimbook.train.other"}


@pytest.mark.parametrize(
    ("file", "counts"),
    [("train/step.py", True), ("papers/one/exp.py", True), ("errors.py", False), ("train/other.py", False)],
)
def test_which_changes_make_a_record_stale(package, file, counts):
    before = source.source_digest("claimbook.papers.one.exp")
    (package / file).write_text((package / file).read_text() + "\nadded = 123\n")
    assert (source.source_digest("claimbook.papers.one.exp") != before) is counts


def test_an_experiment_reaches_its_mathematics_but_not_the_engine():
    names = source.reachable("claimbook.papers.overparameterization.depth_lp")
    assert {"claimbook.train.lp_descent", "claimbook.train.rate_search", "claimbook.seeds", "claimbook.compat"} <= set(
        names
    )
    assert not [name for name in names if name.startswith(("claimbook.engine", "claimbook.record", "claimbook.study"))]


def test_no_source_is_an_import_error():
    with pytest.raises(ImportError):
        source.source_digest("nowhere.to.be.found")


def test_the_digest_does_not_depend_on_the_process():
    name = "claimbook.papers.overparameterization.depth_lp"
    code = f"from claimbook.record.source import source_digest; print(source_digest({name!r}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == source.source_digest(name)
