"""The judge's error rates, by simulation: how often it is wrong, and how often it decides when asked properly."""

from __future__ import annotations

import math

import numpy as np
import pytest
from claims.fakes import ORDER, Records, book

from claimbook.claims import judge
from claimbook.claims.rules import Terms, combine, ordering, sampled_count, trend, value
from claimbook.claims.statistics import mean_interval, shared_confidence, wilson
from claimbook.claims.words import NOT_REPRODUCED, PARTLY, REPRODUCED, UNDECIDED

TWO_LOOKS = Terms(margin=1.0, epsilon=1e-3, confidence=shared_confidence(1, 2), alpha=0.0125)
MOST_SEEDS = 200
"""The longest top-up that these studies can pay for."""


def drawn(name, *shape):
    return np.random.default_rng(sum(map(ord, name))).normal(size=shape)


def study(differences, first=5, terms=TWO_LOOKS):
    """The whole workflow: a look at `first` seeds; if undecided, one top-up to the seeds it asks for, and a last look.

    Returns (verdict, seeds used, whether the seeds asked for could be paid).
    """
    look = ordering(differences[:first], terms)
    if look.verdict != UNDECIDED:
        return look.verdict, first, True
    n = max(first + 1, int(min(look.needed, MOST_SEEDS)))
    return ordering(differences[:n], terms).verdict, n, look.needed <= MOST_SEEDS


@pytest.mark.parametrize("n", [3, 5, 10])
def test_intervals_cover_their_share(n):
    intervals = [mean_interval(x) for x in drawn(f"cover {n}", 15_000, n)]
    assert 0.94 <= np.mean([i.lo <= 0 <= i.hi for i in intervals]) <= 0.96


def test_wilson_covers_its_share_on_average():
    """Counts are lumpy: for one share and size the coverage swings about 95 %."""
    draw = np.random.default_rng(5)
    shares = draw.uniform(0.1, 0.9, 20_000)
    intervals = [wilson(k, 60) for k in draw.binomial(60, shares)]
    covered = [lo <= share <= hi for (lo, hi), share in zip(intervals, shares, strict=True)]
    assert 0.94 <= np.mean(covered) <= 0.96


@pytest.mark.parametrize("sd", [0.4, 1.0, 3.0])
def test_no_difference_is_called_reproduced_in_at_most_2_5_percent(sd):
    found = [study(x)[0] for x in sd * drawn(f"null {sd}", 6_000, MOST_SEEDS)]
    wrong, se = np.mean([verdict == REPRODUCED for verdict in found]), math.sqrt(0.025 * 0.975 / 6_000)
    assert wrong <= 0.025 + 2 * se
    if sd < 3:  # and most such studies come to see that there is none
        assert np.mean([verdict == NOT_REPRODUCED for verdict in found]) >= 0.8


@pytest.mark.parametrize("sd", [0.4, 1.0, 1.5])
def test_a_true_difference_of_the_margin_is_decided_with_the_seeds_asked_for(sd):
    found = [study(1.0 + x) for x in sd * drawn(f"true {sd}", 4_000, MOST_SEEDS)]
    paid = [verdict for verdict, _, affordable in found if affordable]
    assert len(paid) > 0.9 * len(found)
    assert np.mean([verdict != UNDECIDED for verdict in paid]) >= 0.8
    topped_up = [verdict for verdict, n, affordable in found if affordable and n > 5]
    assert np.mean([verdict != UNDECIDED for verdict in topped_up]) >= 0.8
    assert np.mean([verdict == NOT_REPRODUCED for verdict in paid]) <= 0.03
    assert np.mean([verdict in (REPRODUCED, PARTLY) for verdict in paid]) >= 0.8


def test_a_true_difference_is_decided_under_a_family_of_24(sd=0.5):
    strict = Terms(margin=1.0, epsilon=1e-3, alpha=0.025 / 24)
    found = []
    for x in 1.0 + sd * drawn("family of 24", 3_000, MOST_SEEDS):
        pilot = ordering(x[:5], strict, survives=False)
        n = int(pilot.needed) if pilot.verdict == UNDECIDED else 5
        look = ordering(x[:n], strict)
        found.append(ordering(x[:n], strict, survives=look.p <= strict.alpha).verdict)  # Holm's hardest step
    assert np.mean([verdict != UNDECIDED for verdict in found]) >= 0.8


def papers_judged(folder, papers, shift=0.0):
    """Verdicts (papers, claims) of made-up papers, each claim on a metric of its own, through the judge itself."""
    text = ""
    for i, metric in enumerate(("loss", "score", "share", "late")):
        text += ORDER.replace("M-1", f"M-{i}").replace("metric: loss", f"metric: {metric}")
    made = book(folder, text)
    noise = drawn(f"papers {shift}", papers, 2, 4, 5)
    rows = []
    for a, b in noise:
        values = {}
        for index, metric in enumerate(("loss", "score", "share", "late")):
            values["paper", "a", metric] = 0.5 * a[index] - (shift if index == 0 else 0.0)
            values["paper", "b", metric] = 0.5 * b[index]
        rows.append([verdict.verdict for verdict in judge(made, Records(values))])
    return np.array(rows)


def test_no_claim_of_a_paper_is_called_reproduced_in_5_percent_of_papers(tmp_path):
    found = papers_judged(tmp_path, papers=600)
    assert 0.0 < np.mean((found == REPRODUCED).any(axis=1)) <= 0.05
    alone = np.mean([ordering(x, Terms(1.0, 0.01)).verdict == REPRODUCED for x in drawn("alone", 600 * 4, 5)])
    assert 1 - (1 - alone) ** 4 > 0.05  # without Holm it would be more


def test_true_claims_do_not_make_others_true(tmp_path):
    found = papers_judged(tmp_path, papers=400, shift=6.0)
    assert np.mean(found[:, 0] == REPRODUCED) > 0.9
    assert np.mean((found[:, 1:] == REPRODUCED).any(axis=1)) <= 0.05


class TestValue:
    """n = 5 and M = 2 sd."""

    def verdicts(self, shift, studies=6_000):
        x = drawn(f"value {shift}", studies, 6)
        return [value(row[:5], row[5] + shift, 1e-6, Terms(2.0)).verdict for row in x]

    def test_the_same_process_is_reproduced(self):
        found = self.verdicts(0.0)
        assert np.mean([verdict == REPRODUCED for verdict in found]) >= 0.85
        assert np.mean([verdict == NOT_REPRODUCED for verdict in found]) <= 0.05  # prediction intervals are of 95 %

    def test_one_that_is_off_by_three_margins_is_not(self):
        found = self.verdicts(6.0)
        assert np.mean([verdict == REPRODUCED for verdict in found]) <= 0.02
        assert np.mean([verdict == NOT_REPRODUCED for verdict in found]) >= 0.85


@pytest.mark.parametrize("n", [2, 3, 5, 50])
@pytest.mark.parametrize("base", [0.0, 1.0, 1e6])
def test_a_gap_of_1e_9_between_deterministic_arms_is_never_reproduced(n, base):
    gap = (np.full(n, base + 1e-9) - np.full(n, base)) if base < 1e6 else np.full(n, 1e-9)
    for terms in (Terms(1.0, 1e-6), Terms(1e-4, 1e-8), Terms(1.0, 1e-8, confidence=0.9)):
        assert ordering(gap, terms).verdict == NOT_REPRODUCED


class TestRulesThatWereMended:
    """What the first wording of three rules would have said, and what they say now."""

    def test_a_sample_of_two_would_have_confirmed_any_count(self):
        """Asked first whether k/N is inside Wilson's interval, a wide one confirms a count that is off by 0.3."""
        k = np.random.default_rng(6).binomial(5, 0.3, 4_000)  # the truth is 0.3, the paper says 0.6
        inside = {i: wilson(i, 5)[0] <= 0.6 <= wilson(i, 5)[1] for i in range(6)}
        assert np.mean([inside[i] for i in k]) > 0.8
        now = {i: sampled_count(i, 5, 600, 1000, Terms(0.1)).verdict for i in range(6)}
        assert REPRODUCED not in now.values()
        enough = np.random.default_rng(7).binomial(2_000, 0.3, 2_000)
        assert all(sampled_count(i, 2_000, 600, 1000, Terms(0.1)).verdict == NOT_REPRODUCED for i in set(enough))

    def test_equal_arms_would_have_stayed_undecided_for_ever(self):
        """No step reversed and the ends not right: "else undecided", with any number of seeds."""
        for n in (5, 50):
            found = [trend(x, Terms(1.0, 1e-3)).verdict for x in 0.15 * drawn(f"equal {n}", 300, 3, n)]
            assert np.mean([verdict == NOT_REPRODUCED for verdict in found]) >= 0.9

    def test_undecided_parts_would_have_refuted_the_claim(self):
        """ "Not reproduced if … none is" would call a claim refuted whose parts are all undecided."""
        verdicts = []
        for x in 1.0 + 5.0 * drawn("open parts", 300, 3, 5):  # right by the margin, but noisy
            parts = [ordering(part, Terms(1.0, 1e-3, shared_confidence(3))).verdict for part in x]
            verdicts.append((parts, combine([(part, False) for part in parts])))
        assert np.mean([REPRODUCED not in parts for parts, _ in verdicts]) > 0.8
        assert np.mean([whole == NOT_REPRODUCED for _, whole in verdicts]) < 0.02
