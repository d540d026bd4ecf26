"""Deviations in a notebook: both numbers, both verdicts, what has not been run, and nothing judged at smoke."""

import dataclasses

import pytest

from claimbook.book import show
from claimbook.claims import ledger
from claimbook.claims.deviations import Deviation
from claimbook.study import reproduce

NAME = "overparameterization/depth-lp"
COMMON = {"experiment": "depth-lp", "claims": ["OP-2.1"]}
DECLARED = [
    Deviation(id="when", what="The slides do not say when they compare.", instead=[{"loss-10": "loss-1"}], **COMMON),
    Deviation(id="scaling", what="Two scalings are named.", readings=[{"scaling": "z-score"}], **COMMON),
    Deviation(id="figure", what="The figure is a picture.", experiment="depth-lp", why_not="It has no numbers."),
    Deviation(id="elsewhere", what="That is another matter.", why_not="It is of no experiment."),
]


@pytest.fixture
def declared(made, monkeypatch):
    """depth-lp's claims with the deviations above."""
    book = ledger.paper_claims("overparameterization")
    changed = dataclasses.replace(book, paper=book.paper.model_copy(update={"deviations": DECLARED}))
    monkeypatch.setattr(ledger, "paper_claims", lambda slug: changed)
    return changed


def test_both_numbers_both_verdicts_and_whether_it_matters(declared):
    shown = show.sensitivity(reproduce(NAME, preset="published"))
    table = shown.text.split("The slides do not say when they compare.\n")[1].split("\n\n")[0]
    row = table.splitlines()[2]
    assert row.startswith("loss-1 in place of loss-10") and "OP\u20112.1.at\u201110" in row
    assert row.count("reproduced") == 2 and row.endswith("yes, in size")  # made losses differ more, the earlier
    assert 'href="../../ledger.html#claim-op-2-1"' in shown.html and 'href="../../records/' in shown.html


def test_what_has_not_been_run_has_the_command_that_runs_it(declared):
    text = show.sensitivity(reproduce(NAME, preset="published")).text
    table = text.split("Two scalings are named.\n")[1].split("\n\n")[0]
    assert all(row.endswith("not run") for row in table.splitlines()[2:])
    arms = "--arm n1-l2 --arm n2-l2 --arm n3-l2"
    assert f"claimbook run {NAME} --preset paper --seeds 5 -p scaling=z-score {arms} && claimbook publish" in text
    assert text.count("Not run for") == 1


def test_what_has_no_other_way_says_why(declared):
    text = show.sensitivity(reproduce(NAME, preset="published")).text
    assert "The figure is a picture.  It has no numbers." in text and "another matter" not in text


@pytest.mark.parametrize("changes", [{"preset": "smoke", "stand_in": True}, {"preset": "quick"}])
def test_a_study_that_does_not_judge_lists_them(declared, changes):
    shown = show.sensitivity(dataclasses.replace(reproduce(NAME, preset="published"), **changes))
    assert "scaling z-score" in shown.text and "does not judge" in shown.text and "no numbers" in shown.text
    assert "reproduced" not in shown.text and "<a " not in shown.html


def test_an_experiment_without_deviations_says_so(made, monkeypatch):
    book = ledger.paper_claims("overparameterization")
    bare = dataclasses.replace(book, paper=book.paper.model_copy(update={"deviations": []}))
    monkeypatch.setattr(ledger, "paper_claims", lambda slug: bare)
    assert "No deviation" in show.sensitivity(reproduce(NAME, preset="published")).text
