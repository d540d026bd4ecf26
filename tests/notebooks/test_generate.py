"""The .ipynb follows from the .md alone: the same bytes every time, and nothing of this machine in them."""

from __future__ import annotations

import nbformat
import pytest

from claimbook.errors import ClaimbookError, RunError
from claimbook.notebook.generate import bare, generate

HEAD = """---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  display_name: Python 3 (ipykernel)
  language: python
  name: python3
---

# A title

```{code-cell} ipython3
:tags: [parameters]

n: int = 2
```

"""


def written(tmp_path, *cells, tags=""):
    path = tmp_path / "small.md"
    head = f":tags: [{tags}]\n\n" if tags else ""
    path.write_text(HEAD + "\n".join(f"```{{code-cell}} ipython3\n{head}{cell}\n```\n" for cell in cells))
    return path


def test_the_same_source_gives_the_same_bytes_with_outputs(tmp_path):
    path = written(tmp_path, "print(n)\nn + 1", "import os\nos.environ['CLAIMBOOK_STORE'] != ''")
    (made,) = generate([path])
    first = made.read_bytes()
    generate([path])
    assert made.read_bytes() == first
    notebook = nbformat.read(made, as_version=4)
    assert [cell.get("execution_count") for cell in notebook.cells] == [None, 1, 2, 3]
    assert notebook.cells[2].outputs[0].text == "2\n" and notebook.cells[2].outputs[1].data["text/plain"] == "3"
    assert notebook.cells[1].metadata == {"tags": ["parameters"]} and set(notebook.metadata) == {
        "kernelspec",
        "language_info",
    }


def test_a_cell_that_shows_times_keeps_no_output(tmp_path):
    path = written(tmp_path, "import time\nprint('now')\ntime.perf_counter()", tags="no-reference")
    (made,) = generate([path])
    cell = nbformat.read(made, as_version=4).cells[2]
    assert cell.outputs == [] and cell.execution_count == 2


def test_an_edit_changes_the_id_of_that_cell_alone(tmp_path):
    before = [cell.id for cell in bare(written(tmp_path, "1", "2", "2")).cells]
    after = [cell.id for cell in bare(written(tmp_path, "1", "3", "2")).cells]
    assert (
        len(set(before)) == len(before) and before[:3] == after[:3] and before[3] == after[4] and after[3] not in before
    )


def test_what_a_progress_cell_prints_is_no_reference(tmp_path):
    (made,) = generate([written(tmp_path, "import time\nprint(time.time())\n7", tags="remove-stdout")])
    outputs = nbformat.read(made, as_version=4).cells[-1].outputs
    assert [output.output_type for output in outputs] == ["execute_result"]


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("import sys; print('x', file=sys.stderr)", "stderr"),
        ("import sys; sys.prefix", "path of this machine"),
        ("object()", "address"),
        ("'x' * 300_000", "bytes"),
    ],
)
def test_what_would_differ_elsewhere_is_refused_and_the_old_one_stays(tmp_path, cell, words):
    path = written(tmp_path, cell)
    path.with_suffix(".ipynb").write_text("old")
    with pytest.raises(ClaimbookError, match=words):
        generate([path])
    assert path.with_suffix(".ipynb").read_text() == "old"


def test_a_cell_that_raises_is_named(tmp_path):
    with pytest.raises(RunError, match=r"cell 3: `1 / 0`(.|\n)*ZeroDivisionError"):
        generate([written(tmp_path, "1 / 0")])


def test_an_unknown_notebook_is_named_on_the_command_line(capsys):
    from claimbook.notebook.__main__ import main

    assert main(["overparameterization/depth-l"]) == 2
    assert "Did you mean 'overparameterization/depth-lp'" in capsys.readouterr().err
