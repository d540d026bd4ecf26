"""The accuracy of every step, as the objective has it."""

from __future__ import annotations

from train.scripted import run

from claimbook.train.accuracies import Accuracies
from claimbook.train.frequency import every
from claimbook.train.loop import mx


class Rising:
    """An objective's accuracy that rises at each look."""

    def __init__(self):
        self._looks = 0

    @property
    def accuracy(self):
        self._looks += 1
        return mx.nd.array([self._looks / 8])


def test_each_step_has_its_accuracy_and_a_run_goes_on():
    seen = Accuracies(Rising())
    run([1.0, 2.0, 3.0], [seen, every("2it", seen.read)])
    assert seen.values == [1 / 8, 2 / 8, 3 / 8]
    again = Accuracies(Rising())
    again.go_on_from(seen.state())
    run([1.0] * 4, [again, every("1it", again.read)], step=3)
    assert again.values == [1 / 8, 2 / 8, 3 / 8, 1 / 8] and seen.name != "losses"
