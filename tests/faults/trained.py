"""A net with all that makes going on hard: dropout, batch norm, Adam, augmentation, a shuffled order, a best epoch.

Its training keeps itself after every step, so that a kill at any moment falls between two checkpoints or into one.
"""

from __future__ import annotations

from engine.fakes import Parameters, Walk

from claimbook.compat import mxnet
from claimbook.data.augment import composed, crop, horizontal_flip
from claimbook.data.batches import Batches
from claimbook.data.stand_in_digits import stand_in_digits
from claimbook.experiment.base import Arm, Measurement, Metric, Preset
from claimbook.models.losses import CrossEntropy
from claimbook.seeds import stream
from claimbook.train.frequency import every
from claimbook.train.loop import Training, train
from claimbook.train.losses import Losses
from claimbook.train.optimizers import Optimizer
from claimbook.train.randomness import reseeded
from claimbook.train.resume import go_on_from, state_of
from claimbook.train.schedules import staircase
from claimbook.train.watching import BestWeights, Curve, GradientFlow
from claimbook.train.weights import set_values, values, weights_of

STEPS, BATCH, IMAGES = 40, 16, 160


class Trained(Walk):
    """A small convolutional net on stand-in digits."""

    name = "trained"
    title = "A net that is killed"
    solver = "mxnet"
    arms = (Arm("net", "the net", {}),)
    metrics = (Metric("loss", "loss of the last step", better="lower"), Metric("sum", "sum of all weights"))
    Parameters = Parameters
    presets = (Preset("smoke", 1, stand_in=True), Preset("paper", 1))

    def settings(self, parameters, arm):
        return {}

    def cost(self, settings, seeds):
        return 1.0 * seeds

    def batches(self, tasks):
        return [[task] for task in tasks]

    def measure(self, tasks, progress, unfinished):
        for task in tasks:
            room = Room(task.seed)
            state = unfinished.load(task.key)
            if state is not None:
                go_on_from(state, *room.kept)
            print("at", room.training.step, flush=True)
            every_step = [
                lambda training, room=room, key=task.key: unfinished.save({key: state_of(*room.kept)}),
                lambda training: progress(training.step, STEPS),
                lambda training: print("step", training.step, flush=True),
            ]
            train(room.objective, room.optimizer, room.batch_of, room.training, [*room.callbacks, *every_step])
            room.best.restore()
            last = {name: float(array.astype("float64").sum()) for name, array in values(room.weights).items()}
            losses = room.losses.values
            metrics = {"loss": losses[-1], "sum": sum(last.values())}
            curves = {"loss": {"loss": losses}, "flow": room.flow.columns}
            yield task, Measurement(metrics, curves, {"best": [last]}, losses[:20], False, {"digest": "d" * 64})


class Room:
    """The net and everything that trains it."""

    def __init__(self, seed):
        mx = mxnet()
        nn = mx.gluon.nn
        net = nn.HybridSequential()
        net.add(nn.Conv2D(4, 3, in_channels=1), nn.BatchNorm(in_channels=4), nn.Activation("relu"), nn.MaxPool2D(2))
        net.add(nn.Flatten(), nn.Dropout(0.5), nn.Dense(10, in_units=4 * 13 * 13))
        net.initialize(mx.init.Zero())
        self.weights = weights_of(net)
        draw = stream(seed, "start")
        set_values(self.weights, {n: 1.0 + 0.1 * draw.standard_normal(p.shape) for n, p in self.weights.items()})
        self.objective = CrossEntropy(net)
        self.objective.hybridize(static_alloc=True, static_shape=True)
        x, y = stand_in_digits("train", IMAGES)
        augment = composed(horizontal_flip(), crop(2))
        batches = Batches(x[:, None], y, BATCH, seed, classes=10, pixels=True, augment=augment)
        self.batch_of = reseeded(batches.batch_of, seed)
        self.training = Training(STEPS, batches.steps_per_epoch)
        self.optimizer = Optimizer(self.weights, "adam", staircase(1e-2, 0.5, STEPS // 4), l2=1e-3)
        self.losses, self.flow = Losses(), Curve("flow", GradientFlow(self.weights))
        self.best = BestWeights(self.weights, lambda: self.losses.values[-1])
        self.callbacks = [self.losses, self.losses.read, every("5it", self.flow), every("5it", self.best)]
        self.kept = self.training, self.weights, self.optimizer, self.callbacks
