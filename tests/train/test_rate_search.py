"""The rate search: discards, the next best, resumed rows equal uninterrupted ones, and what is observed."""

from __future__ import annotations

import contextlib
import json

import numpy as np
import pytest

from claimbook.train.lp_descent import LpDescent
from claimbook.train.rate_search import Row, best_row, observed_iterations, rows_of, search_rates, share_of


class Scripted:
    """A descent whose row with rate r has loss 1/(r·t + 1) until iteration `dies[r]`, then NaN; w is the iteration."""

    def __init__(self, dies):
        self.dies = dies

    def advance(self, state, rates, at, iterations):
        w, _ = state
        assert (w == at).all()  # the rows stand where the search says they do
        return w + iterations, np.asarray(rates)[:, None]

    def loss(self, state):
        w, factors = state
        at = w[:, 0]
        rates = factors[:, 0] if factors.shape[1] else np.zeros(len(w))
        losses = 1 / (rates * at + 1)
        return np.where([t >= self.dies.get(r, np.inf) for t, r in zip(at, rates, strict=True)], np.nan, losses)


def scripted(dies, rates=(0.1, 0.2, 0.4), search=100, final=400):
    rows = rows_of((np.zeros(1), np.zeros(1)), rates)
    search_rates(Scripted(dies), [rows], search, final, lambda done, total: None)
    return rows


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


def nothing(done, total):
    pass


def test_progress_ends_at_the_total_and_never_falls():
    seen = []
    runs = [rows_of((np.zeros(1), np.zeros(1)), (0.1, 0.4)) for _ in range(2)]
    search_rates(Scripted({0.4: 50}), runs, 100, 400, lambda *pair: seen.append(pair))
    done = [pair[0] for pair in seen]
    assert done == sorted(done) and seen[-1][0] == seen[-1][1]


def problem():
    random = np.random.default_rng(0)
    x, y = random.standard_normal((50, 6)), random.standard_normal(50)
    starts = [(random.standard_normal(6) * 0.1, np.array([0.5])) for _ in range(3)]
    return LpDescent(x, y, 2, 4), starts, (1e-3, 1e-2, 50.0)


def test_a_run_that_went_on_equals_an_uninterrupted_one_whatever_the_batch():
    descent, starts, rates = problem()
    batch = [rows_of(begin, rates) for begin in starts]
    search_rates(descent, batch, 130, 300, nothing)
    for begin, rows in zip(starts, batch, strict=True):
        alone = rows_of(begin, rates)
        search_rates(descent, [alone], 130, 300, nothing)
        assert text(alone) == text(rows)
        best = best_row(rows, 130)
        w, factors = descent.advance((begin[0][None], begin[1][None]), np.array([best.rate]), 0, 300)
        assert np.array_equal(w[0], best.arrays[0]) and np.array_equal(factors[0], best.arrays[1])


def text(rows):
    """The rows to the last bit, NaN included."""
    return json.dumps([row.state() for row in rows])


class Stopped(Exception):
    pass


@pytest.mark.parametrize("stop_after", [1, 10, 25, 40, 60, 75])
def test_rows_kept_at_any_observation_go_on_bit_for_bit(stop_after):
    """Stopped in the search or in the long run, kept as JSON, and gone on with, one start further than the other."""
    descent, starts, rates = problem()
    whole = [rows_of(begin, rates) for begin in starts[:2]]
    search_rates(descent, whole, 130, 300, nothing)
    runs, count = [rows_of(starts[0], rates)], iter(range(1000))

    def keep():
        if next(count) == stop_after:
            raise Stopped

    with contextlib.suppress(Stopped):
        search_rates(descent, runs, 130, 300, nothing, keep)
    again = [[Row.from_state(state) for state in json.loads(text(runs[0]))], rows_of(starts[1], rates)]
    search_rates(descent, again, 130, 300, nothing)
    assert [text(rows) for rows in again] == [text(rows) for rows in whole]


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
    fast = Row(0.1, (), 4, [0, 2, 4], [1.0, 0.5, 0.4])
    slow = Row(0.2, (), 2, [0, 2], [1.0, 0.45])
    assert best_row([fast, slow], 2) is slow
