"""Which differences our runs exclude, and which they would have seen: against Student's t and many made-up studies."""

from __future__ import annotations

import re

import numpy as np
import pytest
from book.learned import learned, published
from scipy import stats

from claimbook.book import show
from claimbook.book.study_excluded import visible
from claimbook.claims.planning import sd_upper_limit
from claimbook.errors import UsageError

OURS = {"after": {0: 0.09, 1: 0.10, 2: 0.095}, "before": {0: 0.065, 1: 0.08, 2: 0.06}}
PAIRS = 100 * np.array([0.025, 0.02, 0.035])


def cells(shown, name):
    return re.split(r"\s{2,}", next(line for line in shown.text.splitlines() if line.startswith(name)).strip())


def row(ours):
    return cells(show.excluded(learned("batch-norm", ours), [("after", "before")], "test-accuracy"), "after − before")


def test_a_row_has_the_interval_and_where_the_paper_lies():
    found, half = row(OURS), stats.t.ppf(0.975, 2) * PAIRS.std(ddof=1) / np.sqrt(3)
    assert found[1].startswith("3 seeds") and found[2] == f"{PAIRS.mean():.4g}"
    low, high = map(float, re.findall(r"[\d.]+", found[3]))
    assert (low, high) == pytest.approx((PAIRS.mean() - half, PAIRS.mean() + half), rel=1e-3)
    assert found[5:7] == ["4.47", "in the interval"]
    far = {"after": {0: 0.09, 1: 0.10}, "before": {0: 0.09, 1: 0.1001}}
    assert row(far)[6] == "excluded"


def test_a_single_pair_excludes_nothing():
    assert row({"after": {0: 0.1}, "before": {0: 0.05}})[2:] == ["5", "–", "–", "4.47", "–", "–"]


@pytest.mark.parametrize("n", [3, 5])
def test_what_is_visible_is_seen_in_four_of_five_studies(n):
    """20,000 studies of n pairs whose sd is the limit that was planned with."""
    shift, limit = visible(0.7, n), sd_upper_limit(0.7, n - 1)
    studies = np.random.default_rng(0).normal(shift, limit, (20_000, n))
    low = studies.mean(1) - stats.t.ppf(0.975, n - 1) * studies.std(1, ddof=1) / np.sqrt(n)
    assert (low > 0).mean() == pytest.approx(0.8, abs=0.01)


def test_of_several_sizes_only_those_with_pairs_have_rows():
    study = published("batch-norm", paper={"before": {0: 0.47}}, reduced=OURS)
    text = show.excluded(study, [("after", "before")], "test-accuracy").text
    assert text.count("after − before") == 1 and "3 seeds, preset reduced" in text


def test_unknown_names_are_refused():
    for pairs, metric in (([("after", "nothing")], "test-accuracy"), ([("after", "before")], "nothing")):
        with pytest.raises(UsageError):
            show.excluded(learned("batch-norm", OURS), pairs, metric)
