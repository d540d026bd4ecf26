"""The loop and how often its callbacks come."""

from __future__ import annotations

import pytest
from train.scripted import run

from claimbook.errors import UsageError
from claimbook.train.frequency import at_end, at_step, every, every_epoch


def test_callbacks_come_in_order_and_as_often_as_they_say():
    seen = []

    def note(name):
        return lambda training: seen.append((name, training.step))

    callbacks = [every("3it", note("every")), at_step("6it", note("at")), every_epoch(note("ep")), at_end(note("end"))]
    scripted, training = run([1.0] * 10, callbacks)
    assert scripted.updates == list(range(10)) and training.over and training.epoch == 2.5
    assert seen == [
        ("every", 3), ("ep", 4), ("every", 6), ("at", 6), ("ep", 8), ("every", 9),
        ("every", 10), ("ep", 10), ("end", 10),
    ]  # fmt: skip


def test_a_run_that_goes_on_takes_the_steps_that_are_left():
    seen = []
    scripted, _ = run([1.0, 2.0, 3.0, 4.0], [lambda training: seen.append(float(training.loss.asscalar()))], step=2)
    assert scripted.updates == [2, 3] and seen == [3.0, 4.0]


def test_a_callback_stops_a_run_and_the_others_still_see_the_last_step():
    seen = []
    callbacks = [
        at_step("5it", lambda training: training.stop("enough")),
        at_end(lambda training: seen.append((training.step, training.stopped))),
    ]
    scripted, training = run([1.0] * 8, callbacks)
    assert scripted.updates == list(range(5)) and not training.step == training.steps
    assert seen == [(5, "enough")]


def test_a_bad_length_is_told_at_the_first_step():
    with pytest.raises(UsageError, match="5 epochs"):
        run([1.0] * 3, [every("5 epochs", lambda training: None)])


def test_a_wrapped_callback_keeps_its_memory():
    class Memory:
        name = "memory"

        def __call__(self, training):
            self.seen = training.step

        def state(self):
            return {"seen": self.seen}

        def go_on_from(self, state):
            self.seen = state["seen"]

    wrapped = every("2it", Memory())
    run([1.0] * 3, [wrapped, at_step("1it", lambda training: None)])
    assert wrapped.name == "memory" and wrapped.state() == {"seen": 3}
    other = every_epoch(Memory())
    other.go_on_from(wrapped.state())
    assert other.call.seen == 3 and at_end(lambda training: None).name is None
