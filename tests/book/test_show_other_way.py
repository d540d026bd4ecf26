"""The same runs with a parameter changed: pairs by seed against a hand-computed case."""

from __future__ import annotations

import re

import numpy as np
import pytest
from book.learned import learned, published
from scipy import stats

from claimbook.book import show, study_other_way
from claimbook.claims.evidence import Sample
from claimbook.errors import UsageError

OURS = {"vgg-08": {0: 0.110, 1: 0.088, 2: 0.082, 3: 0.094}, "vgg-38": {0: 0.01}}
FP32 = {0: 0.100, 1: 0.087, 2: 0.085, 7: 0.5}
WAY = {"precision": "fp32"}


class Records:
    """Evidence with VGG_08 in fp32, at preset reduced and, where it is run so anyhow, at paper; and nothing else."""

    def sample(self, experiment, preset, arm, metric, reading):
        there = (experiment, arm, dict(reading)) == ("vgg-depth/depth", "vgg-08", WAY)
        return Sample(values=FP32 if there else {})


@pytest.fixture(autouse=True)
def records(monkeypatch):
    monkeypatch.setattr(study_other_way, "evidence_of", lambda study: Records())


def shown(study, arms=("vgg-08", "vgg-38"), metric="test-accuracy"):
    return show.other_way(study, WAY, metric, arms).text


def row(text):
    (found,) = (line for line in text.splitlines() if line.startswith("vgg-"))
    return re.split(r"\s{2,}", found.strip())


def test_pairs_are_by_seed_and_their_mean_is_held_against_the_spread():
    pairs = 100 * np.array([FP32[seed] - OURS["vgg-08"][seed] for seed in (0, 1, 2)])
    half, sd = (
        stats.t.ppf(0.975, 2) * pairs.std(ddof=1) / np.sqrt(3),
        100 * np.std(list(OURS["vgg-08"].values()), ddof=1),
    )
    found = row(shown(learned("depth", OURS, "published")))
    assert found[:2] == ["vgg-08", "reduced"] and found[4] == "3" and found[7] == "yes"
    mean, low, high = map(float, re.findall(r"-?[\d.]+", found[5].replace("−", "-")))
    assert (mean, low, high) == pytest.approx((pairs.mean(), pairs.mean() - half, pairs.mean() + half), rel=2e-3)
    assert float(found[6]) == pytest.approx(sd, rel=1e-3)


def test_a_larger_difference_than_the_spread_is_not_within_it():
    close = {"vgg-08": {0: 0.2, 1: 0.2001, 2: 0.1999}}
    assert row(shown(learned("depth", close, "published")))[7] == "no"
    assert row(shown(learned("depth", {"vgg-08": {0: 0.11}}, "published")))[6:] == ["–", "not known"]


def test_only_what_has_records_both_ways_has_a_row():
    """`paper` is in fp32 anyhow: there is no other way."""
    study = published("depth", paper={"vgg-08": {0: 0.5}}, reduced=OURS)
    assert row(shown(study))[1] == "reduced"
    assert "no records are committed" in shown(learned("depth", OURS, "published"), ["vgg-38"])


def test_accuracies_are_in_points_and_losses_as_they_are():
    study = learned("depth", OURS, "published")
    assert "test-accuracy, in points;" in shown(study)
    text = shown(study, metric="test-loss")
    assert "test-loss; the other way" in text and row(text)[2].startswith("4 ")


def test_a_study_that_does_not_judge_says_that_it_has_one_way():
    text = shown(learned("depth", OURS, "smoke", "smoke"))
    assert "precision fp32" in text and "such a study has records one way" in text


def test_unknown_names_are_refused():
    for arms, metric in ((["nothing"], "test-accuracy"), (["vgg-08"], "nothing")):
        with pytest.raises(UsageError):
            shown(learned("depth", OURS, "published"), arms, metric)
