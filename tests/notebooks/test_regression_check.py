"""The comparison of stored and new outputs: it lets a number pass within its tolerance, and fails beyond it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from notebooks.small import notebook

from claimbook.book.glue import MIME, agrees, glue
from claimbook.notebook.places import root, source_of


def nbval(folder: Path) -> subprocess.CompletedProcess:
    """`pytest --nbval-lax` over `folder`, with the conftest of the checkout's notebooks, in the folder /."""
    shutil.copy(root() / "notebooks" / "conftest.py", folder)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "--nbval-lax",
        "-q",
        "-rA",
        "--color=no",
        "-p",
        "no:cacheprovider",
        str(folder),
    ]
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")}
    return subprocess.run(command, cwd="/", env=environment, capture_output=True, text=True, timeout=300)


def stored(path: Path, *outputs: dict) -> None:
    """Put one output after the other into the code cells after the first, as if they had been run."""
    made = nbformat.read(path, as_version=4)
    made.cells[0].execution_count = 1
    for count, (cell, data) in enumerate(zip(made.cells[1:], outputs, strict=True), 2):
        cell.execution_count = count
        cell.outputs = [nbformat.v4.new_output("execute_result", data, execution_count=count)]
    path.write_text(nbformat.writes(made), encoding="utf-8")


def test_a_small_notebook_passes_within_the_tolerance_and_fails_beyond_it(tmp_path):
    source = notebook(
        tmp_path / "small.ipynb",
        "from claimbook.book.glue import glue",
        'glue("loss", {"a": [0.5001, None]}, rtol=1e-9)',
        'glue("loss", {"a": [0.51, None]}, rtol=1.0)',
        '"the same text"',
        '"another text"',
        tags=("nbval-check-output",),
    )
    reference = glue("loss", {"a": [0.5, None]}, rtol=1e-3)._repr_mimebundle_()
    stored(source, reference, reference, {"text/plain": "'the same text'"}, {"text/plain": "'the text'"})
    done = nbval(tmp_path)
    assert done.returncode == 1, done.stdout + done.stderr
    results = {
        line.split("::")[1].split(" -")[0]: line.split()[0]
        for line in done.stdout.splitlines()
        if line.startswith(("PASSED", "FAILED"))
    }
    assert results == {
        "Cell 0": "PASSED",
        "Cell 1": "PASSED",
        "Cell 2": "FAILED",
        "Cell 3": "PASSED",
        "Cell 4": "FAILED",
    }
    assert "0.51" in done.stdout, "the failure shows the new number"


def test_a_changed_reference_number_of_a_real_notebook_fails_and_one_within_its_tolerance_passes(tmp_path):
    """Of the stored losses of depth-lp one is 0.05 % off, which passes, or another is 1 % off, which fails."""
    made = nbformat.read(source_of("overparameterization/depth-lp"), as_version=4)
    code = [cell for cell in made.cells if cell.cell_type == "code"]
    (number,) = [i for i, cell in enumerate(code) if cell.source.find('glue("loss at 10 %') >= 0]
    losses = code[number].outputs[0].data[MIME]["value"]
    losses["n1-l2"]["0"] *= 1.0005
    beyond = tmp_path / "beyond"
    for folder, factor in ((tmp_path / "within", 1.0), (beyond, 1.01)):
        losses["n1-l4"]["0"] *= factor
        folder.mkdir()
        (folder / "depth-lp.ipynb").write_text(nbformat.writes(made), encoding="utf-8")
    done = nbval(tmp_path)
    failed = [line for line in done.stdout.splitlines() if line.startswith("FAILED")]
    assert len(failed) == 1 and "beyond" in failed[0] and f"Cell {number}" in failed[0], done.stdout


def number(value, name="x", rtol=0.0, atol=0.0):
    return glue(name, value, rtol, atol)._repr_mimebundle_()[MIME]


@pytest.mark.parametrize(
    ("new", "old", "expected"),
    [
        (number(1.0009), number(1.0, rtol=1e-3), True),
        (number(1.0011, rtol=1.0), number(1.0, rtol=1e-3), False),  # the new tolerance does not count
        (number(0.0009), number(0.0, atol=1e-3), True),
        (number(-1.0), number(1.0, rtol=1e-3), False),
        (number(1), number(1.0), True),
        (number(True), number(1.0, rtol=9.0), False),
        (number(None), number(None), True),
        (number(None), number(0.0, atol=9.0), False),
        (number(float("nan")), number(float("nan")), True),
        (number(float("inf")), number(1e308, rtol=9.0), False),
        (number("a"), number("b", rtol=9.0), False),
        (number(1.0, name="y"), number(1.0), False),
        (number({"a": [1.0, 2.0]}), number({"a": [1.0, 2.1]}, rtol=0.1), True),
        (number({"a": 1.0, "b": 1.0}), number({"a": 1.0}, rtol=9.0), False),
        (number([1.0]), number([1.0, 1.0], rtol=9.0), False),
        (number([1.0]), number(1.0, rtol=9.0), False),
    ],
)
def test_agreement(new, old, expected):
    assert agrees(new, old) is expected


def test_what_cannot_be_glued_is_refused():
    with pytest.raises(TypeError, match="object"):
        glue("x", object())
    for bad in (-1.0, float("nan"), float("inf")):
        with pytest.raises(ValueError, match="not negative"):
            glue("x", 1.0, rtol=bad)


def test_a_glued_value_says_itself_in_words():
    assert repr(glue("loss", {"a": 0.123456, "b": None}, rtol=0.01)) == "loss: {a: 0.1235, b: None} (± 0.01 of it)"
