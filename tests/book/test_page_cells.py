"""What notebooks show, on a paper's page."""

from __future__ import annotations

import json

import pytest

from claimbook.book.page_cells import cells
from claimbook.errors import ClaimbookError

PAGE = "# A\n\n```{include} /_generated/papers/some-paper/cells/one/curves.md\n```\n"
MADE = "_generated/papers/some-paper/cells/one/curves.md"
HTML = '<svg><clipPath id="p1"/><g clip-path="url(#p1)"/></svg><a href="../../ledger.html#claim-a">A</a>'


def notebook(tmp_path, tag="curves", html=HTML):
    outputs = [
        {"output_type": "stream", "name": "stdout", "text": ["done"]},
        {"output_type": "display_data", "data": {"text/html": html.splitlines(keepends=True), "text/plain": ["A"]}},
    ]
    own = {"cell_type": "code", "metadata": {"tags": [tag]}, "outputs": outputs}
    path = tmp_path / "one.ipynb"
    path.write_text(json.dumps({"cells": [{"cell_type": "markdown", "metadata": {}}, own]}))
    return {"some-paper/one": path}


def test_a_cell_moves_with_its_links_and_ids_of_its_own(tmp_path):
    text = cells(PAGE, notebook(tmp_path))[MADE]
    assert '<a href="../ledger.html#claim-a">A</a>' in text
    assert 'id="some-paper-one-curves-p1"' in text and "url(#some-paper-one-curves-p1)" in text
    assert text.startswith("```{raw} html\n") and "[one](/notebooks/some-paper/one.ipynb)" in text
    assert "done" not in text


def test_a_page_that_asks_for_nothing_gets_nothing(tmp_path):
    assert cells("# A\n", notebook(tmp_path)) == {}


@pytest.mark.parametrize("executed", [False, True])
def test_a_notebook_that_was_not_run_is_said(tmp_path, executed):
    path = tmp_path / "one.ipynb"
    path.write_text("{}")
    made = cells(PAGE, {"some-paper/one": path} if executed else {})
    assert "has not been run" in made[MADE] and "{raw}" not in made[MADE]


@pytest.mark.parametrize("wrong", [{"tag": "other"}, {"html": ""}])
def test_a_tag_that_leads_to_nothing_is_named(tmp_path, wrong):
    with pytest.raises(ClaimbookError, match="some-paper/one with the tag curves"):
        cells(PAGE, notebook(tmp_path, **wrong))
