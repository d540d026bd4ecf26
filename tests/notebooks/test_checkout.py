"""The notebooks of the checkout: each .ipynb is what its .md makes, clean, short, and true to its experiment."""

from __future__ import annotations

import json
import re
import statistics
import sys
from pathlib import Path

import nbformat
import pytest

from claimbook.claims.ledger import paper_claims
from claimbook.experiment.registry import experiment_named, papers
from claimbook.notebook.generate import ADDRESS, LIMIT_BYTES, bare
from claimbook.notebook.parameters import parameters_cell
from claimbook.notebook.places import names, root, source_of

NAMES = names()


def cells(name, kind="code"):
    return [cell for cell in nbformat.read(source_of(name), as_version=4).cells if cell.cell_type == kind]


def test_there_is_a_notebook_and_no_ipynb_without_its_md():
    assert "overparameterization/depth-lp" in NAMES
    folder = root() / "notebooks"
    assert sorted(path.relative_to(folder).with_suffix("").as_posix() for path in folder.glob("*/*.ipynb")) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_the_ipynb_is_what_its_md_makes(name):
    made, source = nbformat.read(source_of(name), as_version=4), bare(source_of(name).with_suffix(".md"))
    nbformat.validate(made)
    for cell in made.cells:
        if cell.cell_type == "code":
            assert cell.execution_count is not None
            cell.execution_count, cell.outputs = None, []
    assert made == source, f"python -m claimbook.notebook {name} makes it anew"


@pytest.mark.parametrize("name", NAMES)
def test_its_parameters_cell_is_the_one_that_the_dataclass_asks_for(name):
    (cell,) = [cell for cell in cells(name) if "parameters" in cell.metadata.get("tags", [])]
    assert cell.source == parameters_cell(experiment_named(name))


@pytest.mark.parametrize("name", NAMES)
def test_the_first_code_cell_after_the_parameters_checks_them(name):
    assert f'check("{name}", globals())' in cells(name)[1].source


JUDGED = {
    f"{slug}/{claim.experiment}" for slug in papers() for claim in paper_claims(slug).paper.claims if claim.experiment
}


@pytest.mark.parametrize("name", NAMES)
def test_it_is_a_short_view_of_a_study_without_code_of_its_own(name):
    sources = [cell.source for cell in cells(name)]
    assert statistics.median(len(source.splitlines()) for source in sources) <= 6
    assert not re.search(r"^\s*(def|class|lambda|for|while)\b", "\n".join(sources), re.MULTILINE)
    views = {view for source in sources for view in re.findall(r"show\.(\w+)\(\s*study\b", source)}
    assert "study" in views and len(views) >= 3
    assert ("claims" in views) == (name in JUDGED)


@pytest.mark.parametrize("name", NAMES)
def test_its_outputs_hold_nothing_of_the_machine_that_made_them(name):
    text = source_of(name).read_text(encoding="utf-8")
    outputs = [output for cell in cells(name) for output in cell.outputs]
    assert outputs and not [
        output for output in outputs if output.output_type == "error" or output.get("name") == "stderr"
    ]
    assert len(text.encode()) <= LIMIT_BYTES
    assert not ADDRESS.search(text) and str(Path.home()) not in text.replace(str(root()), "") and sys.prefix not in text
    assert not re.search(r'(?<![\w.<:/"])/(home|root|tmp|usr|work|Users)/', text)
    assert set(json.loads(text)["metadata"]) == {"kernelspec", "language_info"}


@pytest.mark.parametrize("name", NAMES)
def test_the_check_has_something_to_compare(name):
    checked = [cell for cell in cells(name) if "nbval-check-output" in cell.metadata.get("tags", [])]
    kinds = {kind for cell in checked for output in cell.outputs for kind in output.get("data", {})}
    assert "application/vnd.claimbook.number+json" in kinds


@pytest.mark.parametrize("name", NAMES)
def test_its_prose_names_parts_that_a_reader_looks_for(name):
    titles = [line for cell in cells(name, "markdown") for line in cell.source.splitlines() if line.startswith("## ")]
    wanted = ["What the paper claims", "Parameters", "The study", "What we did differently", "How to run it again"]
    assert [title for title in wanted if f"## {title}" not in titles] == []


def test_every_cell_that_an_inventory_names_is_there():
    """An inventory names the cell that answers an item as "paper/experiment#tag"."""
    from claimbook.claims.ledger import paper_claims
    from claimbook.experiment.registry import papers

    inventories = [paper_claims(paper).inventory for paper in papers()]
    named = [item.cell for inventory in inventories if inventory for item in inventory.items if item.cell]
    tags = {f"{name}#{tag}" for name in NAMES for cell in cells(name) for tag in cell.metadata.get("tags", [])}
    assert named and [cell for cell in named if cell not in tags] == []
