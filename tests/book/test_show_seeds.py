"""The seeds that the paper's differences ask for, as a notebook shows them."""

import re
from types import SimpleNamespace

import numpy as np
import pytest

from claimbook.book import show
from claimbook.claims.differences import seeds_needed, strictest_level
from claimbook.claims.ledger import paper_claims
from claimbook.errors import UsageError
from claimbook.experiment.registry import experiment_named

PAIRS = np.array([3.0, -6.0, 11.0, 0.0, 8.0])  # test images


def study(pairs, name="activation", arms=("relu", "prelu"), preset="paper"):
    """A study whose second arm makes 170 errors of 10,000 in each seed, the first so many more."""
    errors = {arms[1]: dict.fromkeys(range(len(pairs)), 0.017)}
    errors[arms[0]] = {seed: None if pair is None else 0.017 + pair / 10_000 for seed, pair in enumerate(pairs)}
    experiment = experiment_named(f"identity-mapping/{name}")
    return SimpleNamespace(
        experiment=experiment, preset=preset, data="real", metric=lambda arm, metric: errors.get(arm, {})
    )


def seeds_decided(apart):
    return seeds_needed(PAIRS, apart, alpha=strictest_level(paper_claims("identity-mapping").paper)).to_decide


@pytest.mark.parametrize(
    ("name", "arms", "claims", "apart"),
    [
        ("activation", ("relu", "prelu"), ("SI-1.1", "SI-1.2"), 2.6),
        ("identity", ("prelu", "prelu-identity"), ("SI-2.1", "SI-2.2"), 9.6),
    ],
)
def test_the_row_has_the_papers_difference_our_spread_and_the_seeds(name, arms, claims, apart):
    text = show.seeds_needed(study(PAIRS, name, arms), *claims).text
    row = next(line for line in text.splitlines() if line.startswith(" − ".join(arms)))
    found = seeds_needed(PAIRS, apart)
    cells = re.split(r"\s{2,}", row)
    assert cells[1:4] == [f"{number:.1f} images" for number in (apart, PAIRS.std(ddof=1), found.sd_limit)]
    assert cells[4:7] == [f"{n:,}" for n in (*found.to_see.values(), seeds_decided(apart))]
    assert cells[7].endswith("% of the time (5 runs)")
    assert found.to_see[0.8] < found.to_see[0.95]
    noise = 10_000 * np.sqrt(0.01742 * (1 - 0.01742) / 10_000)
    assert f"is {noise:.1f} images" in text.replace("\n", " ") or claims[0] == "SI-1.1"
    assert "5 seeds" in text and "Preset paper, real data." in text


@pytest.mark.parametrize(
    ("pairs", "said"),
    [
        ([], "0 pairs of runs at hand"),
        ([1.0], "1 pair of runs at hand"),
        ([1.0, None, 2.0], "a run diverged"),
        ([0.0, 0.0], "tell of no spread"),
    ],
    ids=str,
)
def test_what_lacks_is_said(pairs, said):
    text = show.seeds_needed(study(pairs), "SI-1.1", "SI-1.2").text
    assert said in text and "difference of 2.6 images" in text


def test_two_seeds_are_enough_to_work_with():
    assert "2 seeds" in show.seeds_needed(study([2.0, 5.0], preset="smoke"), "SI-1.1", "SI-1.2").text
    assert "more than 10,000" in show.seeds_needed(study([-500.0, 900.0]), "SI-1.1", "SI-1.2").text


@pytest.mark.parametrize(
    "names", [("SI-1.1", "SI-1.9"), ("SI-1.1", "SI-Q1"), ("SI-1.2", "SI-2.1"), ("SI-1.1", "SI-TH2")], ids=str
)
def test_claims_that_print_no_difference(names):
    with pytest.raises(UsageError, match=r"no difference|Did you mean|claim"):
        show.seeds_needed(study(PAIRS), *names)
