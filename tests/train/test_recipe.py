"""The math symbols' whole recipe on a tiny net: augmentation, Keras' Adam, plateau, early stopping, best weights."""

from __future__ import annotations

import numpy as np
import pytest
from train.test_resume import flat

from claimbook import seeds
from claimbook.data.affine import Affine
from claimbook.data.augment import composed, horizontal_flip, vertical_flip
from claimbook.data.batches import Batches
from claimbook.models.classifier import Objective
from claimbook.models.symbol_cnn import SymbolCNN, mx, start
from claimbook.train.accuracies import Accuracies
from claimbook.train.evaluation import answers, cross_entropy, error
from claimbook.train.frequency import every_epoch
from claimbook.train.loop import Training
from claimbook.train.losses import Losses
from claimbook.train.net_run import NetRun
from claimbook.train.optimizers import Optimizer
from claimbook.train.plateau import Plateau
from claimbook.train.plateau_rate import PlateauRate
from claimbook.train.randomness import reseeded
from claimbook.train.watching import BestWeights, Curve, EarlyStopping
from claimbook.train.weights import set_values, values, weights_of

RATE, EPOCHS, PATIENCE = 0.005, 60, 8
PLATEAU = {"factor": 0.5, "patience": 2, "floor": 0.01, "min_delta": 0.05}
STEPS = 6  # of an epoch


def strokes(n, name):
    """Dark strokes on white, (n, 3, 12, 12): lying, standing, and a dot."""
    draw, labels = seeds.stream(0, name), np.arange(n) % 3
    images = np.full((n, 3, 12, 12), 255, np.uint8)
    for image, label in zip(images, labels, strict=True):
        row, column = draw.integers(4, 8, 2)
        high, wide = ((2, 10), (10, 2), (3, 3))[label]
        image[:, max(row - high // 2, 0) : row + high // 2 + 1, max(column - wide // 2, 0) : column + wide // 2 + 1] = (
            20
        )
    return images, labels


class Run(NetRun):
    """As a study of the paper begins it, with smaller numbers."""

    def __init__(self, seed=0):
        x, y = strokes(45, "train")  # a last batch of 5
        self._validation = strokes(12, "validation")
        augment = composed(Affine(30, 0.2), horizontal_flip(), vertical_flip())
        batches = Batches(x, y, 8, seed, classes=3, augment=augment)
        self.net = SymbolCNN(3, side=12, filters=(8, 8, 8), hidden=16, dropout=0.1)
        self.net.initialize(mx.init.Zero())
        self.weights = weights_of(self.net)
        set_values(self.weights, start(self.net, seed))
        objective = Objective(self.net)
        self.optimizer = Optimizer(self.weights, "adam", RATE, form="keras", epsilon=1e-7)
        losses, accuracies = Losses(), Accuracies(objective)
        self.curve = Curve("learning", lambda training: self.seen())
        self.best = BestWeights(self.weights, lambda: self.curve.last("accuracy"), "higher")
        self.plateau = PlateauRate(self.optimizer, lambda: self.curve.last("loss"), Plateau(**PLATEAU))
        stopping = EarlyStopping(lambda: self.curve.last("accuracy"), PATIENCE, "higher")
        each_epoch = (losses.read, accuracies.read, self.curve, self.best, self.plateau, stopping)
        training = Training(EPOCHS * batches.steps_per_epoch, batches.steps_per_epoch)
        callbacks = [losses, accuracies, *map(every_epoch, each_epoch)]
        batch_of = reseeded(batches.batch_of, seed)
        super().__init__(objective, self.weights, self.optimizer, batch_of, training, losses, callbacks)

    def seen(self):
        """Accuracy and loss on the images that are held back."""
        images, labels = self._validation
        outputs = answers(self.net, mx.nd.array(images, dtype="uint8"))
        rate = self.optimizer.rate_at(self._training.step)
        return {"accuracy": 1 - error(outputs, labels), "loss": cross_entropy(outputs, labels), "rate": rate}


@pytest.fixture(scope="module")
def whole():
    """A run to its end, with its state after every epoch."""
    run, kept = Run(), []
    run.train(keep=lambda: kept.append(run.state()))
    return run, kept


def by_keras(accuracies, losses):
    """What Keras' callbacks do with these values: epochs run, the best one, the rate of each epoch."""
    best, at, low, waited, rate, rates = -np.inf, 0, np.inf, 0, RATE, []
    for epoch, (accuracy, loss) in enumerate(zip(accuracies, losses, strict=True), 1):
        rates.append(rate)
        if accuracy > best:
            best, at = accuracy, epoch
        better = loss < low - PLATEAU["min_delta"]
        low, waited = (loss, 0) if better else (low, waited + 1)
        if waited >= PLATEAU["patience"] and rate > RATE * PLATEAU["floor"]:
            rate, waited = max(rate * PLATEAU["factor"], RATE * PLATEAU["floor"]), 0
        if epoch - at >= PATIENCE:
            return epoch, at, rates
    return len(accuracies), at, rates


def test_it_ends_as_kerass_would(whole):
    run, kept = whole
    seen = run.curve.columns
    epochs, at, rates = by_keras(seen["accuracy"], seen["loss"])
    assert epochs == len(seen["iteration"]) == len(kept) < EPOCHS and seen["iteration"][-1] == STEPS * epochs
    assert run.best.best.at == STEPS * at and kept[-1]["stopped"] is not None
    assert seen["rate"] == pytest.approx(rates, rel=1e-12) and run.plateau.lowered and rates[-1] < RATE


def test_it_learns_and_gives_the_last_weights_and_the_best_ones(whole):
    run, kept = whole
    at = run.curve.columns["iteration"].index(run.best.best.at)
    assert max(run.curve.columns["accuracy"]) > 0.6 and np.mean(run.losses.values[-STEPS:]) < run.losses.values[0]
    for state, epoch in ((kept[-1], -1), (kept[at], at)):
        if epoch == at:
            run.best.restore()
        assert all(np.array_equal(array, state["weights"][name]) for name, array in values(run.weights).items())
        for name in ("accuracy", "loss"):
            assert run.seen()[name] == run.curve.columns[name][epoch]
    set_values(run.weights, kept[-1]["weights"])


@pytest.mark.parametrize("share", [0.1, 0.5, 1])
def test_it_goes_on_from_an_epoch_bit_for_bit(whole, share):
    """From an early epoch, from the middle, and from its own end, where nothing is left to do."""
    _, kept = whole
    wanted, again = flat(kept[-1]), Run()
    again.train(kept[round(share * (len(kept) - 1))])
    found = flat(again.state())
    assert wanted.keys() == found.keys()
    for path, leaf in wanted.items():
        assert np.array_equal(leaf, found[path]), path


def test_an_epoch_takes_all_images_and_no_two_steps_the_same_augmentation():
    run = Run()
    batches = [run._batch_of(step) for step in range(STEPS + 1)]
    assert [len(x) for x, _ in batches] == [8] * 5 + [5, 8]
    assert all(-0.01 < x.asnumpy().min() and x.asnumpy().max() < 255.01 for x, _ in batches)
    assert np.array_equal(run._batch_of(2)[0].asnumpy(), batches[2][0].asnumpy())
    assert not np.array_equal(batches[0][0].asnumpy(), batches[-1][0].asnumpy())
