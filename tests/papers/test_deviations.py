"""Every other way that a paper's claims file declares can be asked for: its parameters are ones that may be given."""

import pytest

from claimbook.claims.ledger import paper_claims
from claimbook.experiment.registry import experiment_named, papers
from claimbook.study.asked import judging_presets

ENTRIES = [
    pytest.param(slug, entry, id=entry.id)
    for slug in papers()
    for entry in (*paper_claims(slug).paper.claims, *paper_claims(slug).paper.deviations)
    if entry.readings and entry.experiment
]


@pytest.mark.parametrize(("slug", "entry"), ENTRIES)
def test_another_reading_may_be_given_and_changes_what_is_asked(slug, entry):
    experiment = experiment_named(f"{slug}/{entry.experiment}")
    for reading in entry.readings:
        for preset in judging_presets(experiment):
            parameters, plain = experiment.parameters(preset, reading), experiment.parameters(preset)
            keys = [
                [experiment.task(given, arm.id, 0, stand_in=False).key for arm in experiment.arms]
                for given in (parameters, plain)
            ]
            assert keys[0] != keys[1], f"{entry.id}: {reading} asks for the same runs"
