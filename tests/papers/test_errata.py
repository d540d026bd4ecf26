"""The errata of every paper: all are there once, say where and why, and no printed statement called one holds."""

from __future__ import annotations

import importlib

import pytest

from claimbook.claims.ledger import paper_claims
from claimbook.experiment.registry import papers

NUMBERS = {
    "homotopy": ("HTA", range(1, 22)),
    "identity-mapping": ("SI", range(1, 17)),
    "math-symbols": ("MS", range(1, 17)),
    "overparameterization": ("OP", (*range(1, 10), 11, 12, 13)),
    "vgg-depth": ("VGG", (1, *range(3, 18))),
}
"""Paper → prefix and the numbers that its errata have."""
ARITHMETIC = {
    slug: importlib.import_module(f"claimbook.papers.{slug.replace('-', '_')}.errata").ARITHMETIC for slug in NUMBERS
}


def test_every_paper_is_looked_at():
    assert set(NUMBERS) == set(papers())


@pytest.mark.parametrize(("slug", "name"), [(slug, name) for slug in NUMBERS for name in ARITHMETIC[slug].erratum_ids])
def test_no_printed_statement_called_an_erratum_holds(slug, name):
    erratum = ARITHMETIC[slug].redo(name)
    assert erratum.holds is False and len(erratum.working) >= 2 and erratum.kind == "arithmetic"
    assert all(any(sign.isdigit() for sign in line) for line in erratum.working)


@pytest.mark.parametrize("slug", NUMBERS)
def test_all_are_there_each_once_and_say_where_and_why(slug):
    prefix, numbers = NUMBERS[slug]
    found = paper_claims(slug).errata
    assert [erratum.id for erratum in found] == [f"{prefix}-ERR.{number}" for number in numbers]
    assert all(erratum.where and erratum.says and erratum.correct and erratum.reason for erratum in found)
    assert {erratum.id for erratum in found if erratum.kind == "arithmetic"} == set(ARITHMETIC[slug].erratum_ids)
