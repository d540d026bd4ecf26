"""One run of TensorFlow's MNIST tutorial: its training, what is observed on the way, and where it stands in between."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from claimbook.data.mnist import load_mnist
from claimbook.papers.overparameterization.mnist_factored import steps_of

MOMENTUM = 0.9  # tutorial: tf.train.MomentumOptimizer(learning_rate, 0.9)
DECAY = 0.95  # tutorial: decay rate of tf.train.exponential_decay, by the epoch
OBSERVE_EVERY = 100  # tutorial: EVAL_FREQUENCY
EVALUATED_TOGETHER = 500


class MnistRun:
    """A net with its data on the device, ready to train.

    Args:
        settings: those of `MnistFactored`. seed: of the start and of the dropout masks. stand_in: which data.

    Attributes:
        losses: the cross-entropy of every minibatch, before its step. steps: how many there will be.
        curve: every 100 steps (in a short run more often) the "iteration"; the mean "loss" since the last; the loss of
            the last "minibatch"; the "l2" term of the objective after it.
        errors: after each epoch the "iteration" and the "error", the percentage of wrong validation images.
        test_error: in percent, at the end; None before. diverged_by: the step by which something was not finite.
        start_sds: standard deviations of the hidden and the output layer's matrix (the product) at the start.
        facts: of the data.
    """

    def __init__(self, settings: Mapping[str, Any], seed: int, stand_in: bool):
        from claimbook.models.mnist_tutorial import CrossEntropy, MnistTutorial, product, start
        from claimbook.train.losses import Losses
        from claimbook.train.momentum import Momentum, staircase

        self._batch, self._examples, self._epochs = settings["batch"], settings["train_images"], settings["epochs"]
        self.steps, self._seed, self._dense_l2 = steps_of(settings), seed, settings["dense_l2"]
        self._load(stand_in, settings["validation_images"])
        self._net = MnistTutorial(factored=settings["added"] != "none")
        first = start(self._net, seed, equal_variance=settings["added"] == "equal-variance")
        self.start_sds = tuple(float(product(first, i).std()) for i in (1, 2))
        self._net.start_from(first)
        self._mask_shape = (self._batch, first["dense2"].shape[1])
        self._objective = CrossEntropy(self._net)
        self._objective.hybridize(static_alloc=True, static_shape=True)
        kinds = ("dense", "added") if settings.get("regularise_added") else ("dense",)
        self._regularised = [name for name in first if name.startswith(kinds)]
        rate = staircase(settings["learning_rate"], DECAY, self._batch, self._examples)
        self._descent = Momentum(self._net.weights(), rate, MOMENTUM, dict.fromkeys(self._regularised, self._dense_l2))
        self.losses, self.test_error, self.diverged_by = Losses(), None, None
        self.curve: dict[str, list] = {"iteration": [], "loss": [], "minibatch": [], "l2": []}
        self.errors: dict[str, list] = {"iteration": [], "error": []}

    def train(
        self,
        state: Mapping[str, Any] | None = None,
        step_done: Callable[[int], None] = lambda at: None,
        keep: Callable[[int], None] = lambda at: None,
        until: int | None = None,
    ) -> None:
        """Train to the end, or to step `until`, from the start or from where `state` stood, bit for bit the same.

        Args:
            state: what `state` gave. step_done: called with the number of steps done, after each.
            keep: called with that number whenever `state` may be asked for.
        """
        from claimbook.train.frequency import at_step, every
        from claimbook.train.loop import Training, train
        from claimbook.train.losses import NonFinite

        at, last = self._go_on_from(state), min(self.steps, until or self.steps)
        often = min(OBSERVE_EVERY, max(1, self.steps // 10))
        # The tutorial's epochs are no whole number of steps: 55,000 images are 859.4 minibatches.
        epochs = [epoch * self._examples // self._batch for epoch in range(1, self._epochs + 1)]
        callbacks = [
            self.losses,
            lambda training: step_done(training.step),
            every(often, lambda training: self._observe(training.step)),
            *(at_step(epoch, lambda training: self._validate(training.step)) for epoch in epochs),
            every(often, lambda training: keep(training.step)),
        ]
        training = Training(last, epoch_steps=max(1, self._examples // self._batch), step=at)
        try:
            train(self._objective, self._descent, self._inputs, training, callbacks)
        except NonFinite as stopped:
            self.diverged_by = stopped.by
        else:
            if last == self.steps:
                self.test_error = self._error(self._test)

    def state(self, at: int) -> dict[str, Any]:
        """Where the run stands after `at` steps: JSON values and NumPy arrays."""
        curves = {"losses": self.losses.values, "curve": self.curve, "errors": self.errors}
        return {"at": at, "descent": self._descent.state(), **curves}

    def _go_on_from(self, state: Mapping[str, Any] | None) -> int:
        if state is None:
            return 0
        self._descent.go_on_from(state["descent"])
        self.losses.values[:] = state["losses"]
        self.curve, self.errors = dict(state["curve"]), dict(state["errors"])
        return state["at"]

    def _load(self, stand_in: bool, validation: int) -> None:
        from claimbook.compat import mxnet

        mx = mxnet()
        data = load_mnist(stand_in=stand_in)
        self.facts = data.facts()
        # The stand-in has fewer images than MNIST: it is repeated as often as it takes.
        rows = np.arange(validation + self._examples) % len(data.train_y)

        def on_device(x: np.ndarray, y: np.ndarray) -> tuple[Any, Any]:
            return mx.nd.array(x[:, None], dtype="uint8"), mx.nd.array(y, dtype="float32")

        self._validation = on_device(data.train_x[rows[:validation]], data.train_y[rows[:validation]])
        self._train = on_device(data.train_x[rows[validation:]], data.train_y[rows[validation:]])
        self._test = on_device(data.test_x, data.test_y)

    def _inputs(self, step: int) -> tuple[Any, Any, Any]:
        from claimbook.compat import mxnet
        from claimbook.train.minibatch import dropout_mask, in_order

        x, y = self._train
        taken = in_order(step, self._batch, self._examples)
        return x[taken], y[taken], mxnet().nd.array(dropout_mask(self._seed, step, self._mask_shape))

    def _observe(self, at: int) -> None:
        squares = self._finite(at)
        since = self.curve["iteration"][-1] if self.curve["iteration"] else 0
        block = self.losses.values[since:]
        l2 = self._dense_l2 * sum(squares[name] for name in self._regularised) / 2
        row = {"iteration": at, "loss": math.fsum(block) / len(block), "minibatch": block[-1], "l2": l2}
        for name, value in row.items():
            self.curve[name].append(value)

    def _validate(self, at: int) -> None:
        self._finite(at)
        self.errors["iteration"].append(at)
        self.errors["error"].append(self._error(self._validation))

    def _finite(self, at: int) -> dict[str, float]:
        """The squares of the weights. ReLU swallows NaN, so that a finite loss does not say that they are finite."""
        from claimbook.train.losses import NonFinite

        self.losses.read()
        squares = self._descent.squares()
        if not all(map(math.isfinite, squares.values())):
            raise NonFinite(at)
        return squares

    def _error(self, images: tuple[Any, Any]) -> float:
        """Percentage of wrong images; no dropout."""
        x, y = images
        wrong = 0
        for i in range(0, len(y), EVALUATED_TOGETHER):
            found = self._net(x[i : i + EVALUATED_TOGETHER]).asnumpy().argmax(axis=1)
            wrong += int((found != y[i : i + EVALUATED_TOGETHER].asnumpy()).sum())
        return 100.0 * wrong / len(y)
