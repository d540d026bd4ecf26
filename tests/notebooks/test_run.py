"""A run puts its result in place when it is whole, and says what it does on the way."""

from __future__ import annotations

import json
import sys

import nbformat
import pytest
from notebooks.small import notebook, printed

from claimbook.errors import UsageError
from claimbook.notebook.places import checked_output
from claimbook.notebook.run import execute, run_notebook


def test_parameters_go_in_and_the_output_is_whole_and_free_of_paths(tmp_path):
    source = notebook(
        tmp_path / "small.ipynb", "n: int = 1\nword = None", "print(n + 1, repr(word))", "import sys\nsys.executable"
    )
    lines = []
    output = execute(source, {"n": 41, "word": "a'b\"c\n\\d"}, tmp_path / "deep" / "out.ipynb", progress=lines.append)
    assert printed(output) == "42 " + repr("a'b\"c\n\\d") + "\n"
    made = nbformat.read(output, as_version=4)
    assert made.metadata.papermill.parameters == {"n": 41, "word": "a'b\"c\n\\d"}
    assert sys.executable in made.cells[-1].outputs[0].data["text/plain"], "the kernel is this Python"
    assert str(tmp_path) not in json.dumps(made.metadata)
    assert [path.name for path in output.parent.iterdir()] == ["out.ipynb"], "nothing is left beside it"
    assert lines[0] == "cell 1: n: int = 1" and "  42 " in "\n".join(lines)


def test_a_kernel_of_the_user_is_not_taken_and_nothing_is_written_to_the_home_folder(tmp_path):
    home = tmp_path / "home"
    spec = home / ".local" / "share" / "jupyter" / "kernels" / "python3" / "kernel.json"
    startup = home / ".ipython" / "profile_default" / "startup" / "own.py"
    for path, text in ((spec, json.dumps({"argv": ["false"], "language": "python"})), (startup, "print('mine')")):
        path.parent.mkdir(parents=True)
        path.write_text(text)
    before = sorted(home.rglob("*"))
    source = notebook(tmp_path / "s.ipynb", "", "import os\nprint(os.environ['X'], os.environ['OMP_NUM_THREADS'])")
    environment = {"X": "here", "HOME": str(home), "XDG_DATA_HOME": ""}
    assert printed(execute(source, {}, tmp_path / "o.ipynb", environment=environment)) == "here 1\n"
    assert sorted(home.rglob("*")) == before


def test_braces_in_the_name_of_the_output_are_no_template(tmp_path):
    source = notebook(tmp_path / "s.ipynb", "n = 1", "n")
    output = execute(source, {"n": 5}, tmp_path / "a{n}{pm}.ipynb")
    assert output.name == "a{n}{pm}.ipynb" and output.is_file()


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ("../out.ipynb", "`..`"),
        ("a/../../out.ipynb", "`..`"),
        ("out.html", ".ipynb"),
        (".ipynb", ".ipynb"),
        ("out.partial.ipynb", "unfinished"),
        ("a\nb.ipynb", "printed"),
        ("folder.ipynb", "not a file"),
    ],
)
def test_an_output_that_will_not_do_is_refused(tmp_path, monkeypatch, given, why):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder.ipynb").mkdir()
    with pytest.raises(UsageError, match=why):
        checked_output(given)


def test_the_notebooks_of_the_checkout_are_never_an_output():
    from claimbook.notebook.places import source_of

    with pytest.raises(UsageError, match="notebooks of the checkout"):
        run_notebook("overparameterization/depth-lp", {}, source_of("overparameterization/depth-lp"))


def test_an_unknown_experiment_is_named_with_the_nearest_one(tmp_path):
    with pytest.raises(UsageError, match="overparameterization/depth-lp"):
        run_notebook("overparametrization/depth-lp", {}, tmp_path / "out.ipynb")
    assert not list(tmp_path.iterdir())
