"""Claims found by a paper's slug, and verdicts of what is named."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from claimbook.claims import ledger
from claimbook.errors import UsageError
from claimbook.experiment.registry import papers


class Nothing:
    """Evidence of empty stores."""

    def presets(self, experiment):
        return ("paper",)

    def sample(self, *asked):
        from claimbook.claims import Sample

        return Sample()

    def faults(self, experiment):
        return []

    def cost(self, *asked):
        return 1.0


@pytest.mark.parametrize("slug", papers())
def test_every_paper_has_claims_that_load(slug):
    book = ledger.paper_claims(slug)
    assert book.paper.slug == slug and book.paper.claims and book.inventory is not None and book.errata


@pytest.mark.parametrize("slug", papers())
def test_every_cell_that_an_inventory_names_is_in_its_notebook(slug):
    notebooks = Path(__file__).parents[2] / "notebooks"
    for item in ledger.paper_claims(slug).inventory.items:
        if item.cell:
            page, tag = item.cell.split("#")
            source = (notebooks / f"{page}.md").read_text(encoding="utf-8")
            tags = ",".join(re.findall(r"^:tags: \[(.*)\]$", source, re.MULTILINE)).replace(" ", "").split(",")
            assert tag in tags, f"{item.id}: {page} has no cell with the tag {tag}"


def test_all_verdicts_or_those_named():
    everything = ledger.verdicts(Nothing())
    assert [v.id for v in everything] == [c.id for s in papers() for c in ledger.paper_claims(s).paper.claims]
    some = everything[2].id
    assert [v.id for v in ledger.verdicts(Nothing(), [some])] == [some]
    assert ledger.verdicts(Nothing(), [some])[0] == everything[2]  # judged with its family all the same
    assert {v.paper for v in ledger.verdicts(Nothing(), [everything[0].paper])} == {everything[0].paper}


def test_an_unknown_name_has_a_nearest_right_one():
    known = ledger.verdicts(Nothing())[0].id
    with pytest.raises(UsageError, match=known):
        ledger.verdicts(Nothing(), [known + "x"])
    with pytest.raises(UsageError):
        ledger.paper_claims("no-such-paper")


def test_judging_needs_neither_mxnet_nor_pandas():
    code = "import sys, claimbook.claims.ledger as l; [l.paper_claims(s) for s in l.papers()]; " + (
        "print([m for m in ('mxnet', 'pandas', 'matplotlib', 'scipy.stats') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
