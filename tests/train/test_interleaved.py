"""Timing in turns, with clocks that the test moves."""

from __future__ import annotations

import pytest

from claimbook.train.interleaved import Round, interleave, quartiles


class Clock:
    """Stands still but for what the steps take; a drift makes all slower from turn to turn."""

    def __init__(self, drift: float = 1.0):
        self.now, self.turns, self.slower, self.drift = 0.0, [], 1.0, drift

    def __call__(self) -> float:
        return self.now

    def run(self, name: str, seconds: float):
        def take(steps: int) -> None:
            self.turns.append(name)
            self.now += steps * seconds * self.slower
            self.slower *= self.drift

        return take


def timed(clock: Clock, rounds: int = 4, **others):
    return interleave(clock.run("a", 0.5), clock.run("b", 0.75), rounds, 8, wall=clock, cpu=clock, **others)


def test_seconds_a_step_and_their_ratio():
    clock, seen = Clock(), []
    found = timed(clock, done=lambda: seen.append(len(clock.turns)))
    assert found == [Round(below=0.5, above=0.75, cpu_below=0.5, cpu_above=0.75)] * 4
    assert {one.ratio for one in found} == {one.cpu_ratio for one in found} == {1.5}
    assert seen == [2, 4, 6, 8]


def test_turns_change_so_that_a_drift_cancels():
    clock = Clock(drift=1.01)
    ratios = [one.ratio for one in timed(clock, rounds=20)]
    assert clock.turns[:8] == ["a", "b", "b", "a", "a", "b", "b", "a"]
    assert quartiles(ratios)[1] == pytest.approx(1.5, rel=1e-3)
    assert ratios[0] == pytest.approx(1.5 * 1.01) and ratios[1] == pytest.approx(1.5 / 1.01)


def test_the_same_step_against_itself_is_two_measurements():
    clock = Clock()
    run = clock.run("a", 0.5)
    (found,) = interleave(run, run, 1, 3, wall=clock, cpu=clock)
    assert found.ratio == 1 and clock.turns == ["a", "a"]


def test_a_clock_too_coarse_for_processor_time_gives_1():
    assert Round(1.0, 2.0, 0.0, 0.0).cpu_ratio == 1.0


def test_quartiles_by_hand():
    assert quartiles([5.0, 1.0, 2.0, 4.0, 3.0]) == (2.0, 3.0, 4.0)
