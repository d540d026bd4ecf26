"""The losses of a run, and the first that is not finite."""

from __future__ import annotations

import pytest
from train.scripted import run

from claimbook.train.frequency import every
from claimbook.train.losses import Losses, NonFinite


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), float("-inf")])
def test_the_first_loss_that_is_not_finite_stops_a_run(bad):
    losses = Losses()
    with pytest.raises(NonFinite) as stopped:
        run([1.0, 2.0, bad, 4.0, 1.0, 1.0], [losses, every("2it", losses.read)])
    assert stopped.value.by == 3 and losses.values == [1.0, 2.0]


def test_losses_are_remembered():
    losses = Losses()
    run([1.0, 2.0, 3.0], [losses])
    kept = losses.state()
    again = Losses()
    again.go_on_from(kept)
    run([0.0, 0.0, 0.0, 4.0], [again], step=3)
    again.read()
    assert kept == {"values": [1.0, 2.0, 3.0]} and again.values == [1.0, 2.0, 3.0, 4.0]
