"""The rate search: discards, the next best, resumed rows equal uninterrupted ones, and what is observed."""

from __future__ import annotations

import numpy as np
import pytest

from claimbook.train.lp_descent import LpDescent
from claimbook.train.rate_search import Row, best_row, observed_iterations, search_rates, share_of


class Scripted:
    """A descent whose row with rate r has loss 1/(r·t + 1) until iteration `dies[r]`, then NaN. The state is the iteration."""

    def __init__(self, dies):
        self.dies = dies

    def advance(self, w, factors, rates, iterations):
        self.rates = rates
        return w + iterations, np.asarray(rates)[:, None]

    def loss(self, w, factors):
        at = w[:, 0]
        rates = factors[:, 0] if factors.shape[1] else np.zeros(len(w))
        losses = 1 / (rates * at + 1)
        return np.where([t >= self.dies.get(r, np.inf) for t, r in zip(at, rates, strict=True)], np.nan, losses)


def scripted(dies, rates=(0.1, 0.2, 0.4), search=100, final=400):
    return search_rates(Scripted(dies), [(np.zeros(1), np.zeros(1))], rates, search, final, lambda done, total: None)[0]


def test_the_best_survivor_goes_on():
    rows = scripted({})
    assert [row.at for row in rows] == [100, 100, 400]
    assert best_row(rows, 100).rate == 0.4


def test_a_rate_that_dies_in_the_search_is_discarded():
    rows = scripted({0.4: 50})
    assert best_row(rows, 100).rate == 0.2 and rows[1].at == 400
    assert 40 < rows[2].diverged_by <= 60 and not rows[2].alive


def test_a_rate_that_dies_in_the_long_run_gives_way_to_the_next_best():
    rows = scripted({0.4: 350, 0.2: 399})
    assert best_row(rows, 100).rate == 0.1 and rows[0].at == 400
    assert [row.alive for row in rows] == [True, False, False]


def test_no_survivor():
    rows = scripted({0.1: 1, 0.2: 1, 0.4: 300})
    assert best_row(rows, 100) is None


def test_progress_ends_at_the_total_and_never_falls():
    seen = []
    search_rates(
        Scripted({0.4: 50}), [(np.zeros(1), np.zeros(1))] * 2, (0.1, 0.4), 100, 400, lambda *pair: seen.append(pair)
    )
    done = [pair[0] for pair in seen]
    assert done == sorted(done) and seen[-1][0] == seen[-1][1]


def test_a_run_that_went_on_equals_an_uninterrupted_one_whatever_the_batch():
    random = np.random.default_rng(0)
    x, y = random.standard_normal((50, 6)), random.standard_normal(50)
    starts = [(random.standard_normal(6) * 0.1, np.array([0.5])) for _ in range(3)]
    rates = (1e-3, 1e-2, 50.0)
    nothing = lambda done, total: None  # noqa: E731
    batch = search_rates(LpDescent(x, y, 2, 4), starts, rates, 130, 300, nothing)
    for begin, rows in zip(starts, batch, strict=True):
        alone = best_row(search_rates(LpDescent(x, y, 2, 4), [begin], rates, 130, 300, nothing)[0], 130)
        best = best_row(rows, 130)
        assert (alone.rate, alone.iterations, alone.losses) == (best.rate, best.iterations, best.losses)
        w, factors = LpDescent(x, y, 2, 4).advance(begin[0][None], begin[1][None], np.array([best.rate]), 300)
        assert np.array_equal(w[0], best.w) and np.array_equal(factors[0], best.factors)


@pytest.mark.parametrize(("search", "final"), [(300_000, 700_000), (200, 400), (1, 1), (7, 10)])
def test_what_is_observed(search, final):
    points = observed_iterations(search, final)
    assert points == sorted(set(points)) and points[0] == 0 and points[-1] == final
    assert {search, *(share_of(final, percent) for percent in (1, 10, 50, 100))} <= set(points)
    assert set(range(min(20, final) + 1)) <= set(points)
    if final == 700_000:
        assert 190 < len(points) < 260
        late = [b / a for a, b in zip(points, points[1:], strict=False) if a > 1000]
        assert max(late) < 1.12


def test_best_is_by_the_loss_where_the_search_ended():
    fast = Row(0.1, None, None, 4, [0, 2, 4], [1.0, 0.5, 0.4])
    slow = Row(0.2, None, None, 2, [0, 2], [1.0, 0.45])
    assert best_row([fast, slow], 2) is slow
