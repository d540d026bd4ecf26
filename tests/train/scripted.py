"""A training whose losses are written down beforehand, for tests of the loop and its callbacks."""

from __future__ import annotations

from claimbook.train.loop import Training, mx, train


class Scripted:
    """An objective whose loss is the number it is given, and an optimizer that notes the steps."""

    def __init__(self):
        self.weight, self.updates = mx.gluon.Parameter("w", shape=(1,)), []
        self.weight.initialize(mx.init.One())

    def __call__(self, value):
        return self.weight.data() * value

    def update(self, step):
        self.updates.append(step)


def run(losses, callbacks, step=0, epoch_steps=4) -> tuple[Scripted, Training]:
    """Train with these losses, one a step, from `step` on."""
    scripted, training = Scripted(), Training(len(losses), epoch_steps, step)
    train(scripted, scripted, lambda at: (losses[at],), training, callbacks)
    return scripted, training
