"""A training that goes on from its state is the same bit for bit: dropout, batch norm, callbacks with memory."""

from __future__ import annotations

import numpy as np
import pytest

from claimbook.train.frequency import every
from claimbook.train.loop import Training, mx, train
from claimbook.train.losses import Losses
from claimbook.train.momentum import Momentum
from claimbook.train.randomness import reseeded
from claimbook.train.resume import go_on_from, state_of
from claimbook.train.watching import BestWeights, Curve
from claimbook.train.weights import values, weights_of

STEPS = 12


class Squares(mx.gluon.HybridBlock):
    """Mean squared outputs of a small net with batch norm and dropout."""

    def __init__(self):
        super().__init__()
        self.net = mx.gluon.nn.HybridSequential()
        self.net.add(mx.gluon.nn.Dense(5, in_units=3), mx.gluon.nn.BatchNorm(in_channels=5), mx.gluon.nn.Dropout(0.5))
        self.net.add(mx.gluon.nn.Dense(1, in_units=5))

    def hybrid_forward(self, F, x):
        return F.mean(F.square(self.net(x)))


class Descent(Momentum):
    """The tutorial's momentum on the weights that have gradients; its state holds no weights but its own."""

    def __init__(self, weights):
        super().__init__({n: p for n, p in weights.items() if p.grad_req != "null"}, lambda step: 0.1 / (1 + step))


class Room:
    """A net with everything that trains it, made the same each time."""

    def __init__(self, seed=0):
        self.objective = Squares()
        random = np.random.default_rng(5)
        self.weights = weights_of(self.objective)
        self.objective.initialize(mx.init.Zero())
        for name, parameter in self.weights.items():
            parameter.set_data(mx.nd.array(np.abs(random.standard_normal(parameter.shape)) + name.endswith("var")))
        self.objective.hybridize(static_alloc=True, static_shape=True)
        self.optimizer, self.losses = Descent(self.weights), Losses()
        self.curve = Curve("loss", lambda training: {"loss": self.losses.values[-1]})
        self.best = BestWeights(self.weights, lambda: self.curve.last("loss"))
        self.callbacks = [
            self.losses,
            every("2it", self.losses.read),
            every("2it", self.curve),
            every("2it", self.best),
        ]
        x = np.random.default_rng(1).standard_normal((STEPS, 4, 3))
        self.batch_of = reseeded(lambda step: (mx.nd.array(x[step]),), seed)
        self.training = Training(STEPS, epoch_steps=4)

    def train(self, until=STEPS, state=None):
        if state is not None:
            go_on_from(state, self.training, self.weights, self.optimizer, self.callbacks)
        self.training.steps = until
        train(self.objective, self.optimizer, self.batch_of, self.training, self.callbacks)
        return self

    def state(self):
        return state_of(self.training, self.weights, self.optimizer, self.callbacks)


def flat(tree, name=""):
    """Every leaf of a state, by its path."""
    if isinstance(tree, dict):
        return {path: leaf for key, branch in tree.items() for path, leaf in flat(branch, f"{name}/{key}").items()}
    return {name: tree}


@pytest.mark.parametrize("stop", [1, 5, 6, STEPS])
def test_a_run_that_goes_on_is_the_same_bit_for_bit(stop):
    whole = flat(Room().train().state())
    resumed = flat(Room().train(state=Room().train(until=stop).state()).state())
    # A shorter run's last step is a moment at which "every" calls: it looks once more than the whole run does.
    if stop % 2 == 0:
        assert whole.keys() == resumed.keys()
        for path, leaf in whole.items():
            assert np.array_equal(leaf, resumed[path]), path
    for path, leaf in whole.items():
        if path.startswith(("/weights", "/optimizer", "/callbacks/losses")):
            assert np.array_equal(leaf, resumed[path]), path


def test_dropout_is_another_with_another_seed_and_the_same_with_the_same():
    losses = [Room(seed).train().losses.values for seed in (0, 0, 1)]
    assert losses[0] == losses[1] and losses[0] != losses[2]


def test_a_state_of_another_net_or_of_other_callbacks_is_refused():
    state = Room().train(until=2).state()
    room = Room()
    before = values(room.weights)
    room.callbacks.pop()
    with pytest.raises(ValueError, match="best-weights"):
        room.train(state=state)
    assert all(np.array_equal(values(room.weights)[name], before[name]) for name in before)
    with pytest.raises(ValueError, match="unknown"):
        Room().train(state={**state, "weights": {**state["weights"], "more": np.zeros(1)}})
    room.callbacks.append(Losses())
    with pytest.raises(ValueError, match="one name"):
        room.state()
