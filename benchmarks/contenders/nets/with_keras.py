"""Keras on TensorFlow, as its user would write it well: a step as one `tf.function`, images with the channels last.

`model.train_on_batch` takes as long as this step, and gives the mean of the losses so far in place of each one's own.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

os.environ |= {"KERAS_BACKEND": "tensorflow", "KERAS_HOME": sys.argv[1]}  # what it writes is thrown away
os.environ |= {"TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1"}
os.environ |= {"TF_ENABLE_ONEDNN_OPTS": "1", "TF_CPP_MIN_LOG_LEVEL": "2"}

import keras
import tensorflow as tf
from keras import layers
from layouts import as_keras, channels_last
from protocol import main
from workload import Workload


def symbol_cnn(classes: int, side: int, filters: Sequence[int], hidden: int, dropout: float) -> keras.Model:
    """The symbols' net, from the paper's description: bytes (batch, side, side, 3) to logits."""
    parts = [keras.Input((side, side, 3), dtype="uint8"), layers.Rescaling(1 / 255)]
    for group, own in enumerate(filters, 1):
        for number in (2 * group - 1, 2 * group):
            parts.append(layers.Conv2D(own, 3, padding="same", activation="relu", name=f"conv{number}"))
        parts += [layers.MaxPooling2D(2), layers.Dropout(dropout)]
    parts += [layers.Flatten(), layers.Dense(hidden, activation="relu", name="dense")]
    return keras.Sequential([*parts, layers.Dense(classes, name="output")])


class Keras:
    """The net in training, on one thread. compiled: the whole step by XLA."""

    def __init__(self, workload: Workload, compiled: bool = False):
        if (workload.net, workload.method, workload.options.get("form")) != ("SymbolCNN", "adam", "keras"):
            raise SystemExit(f"{workload.net} and its optimizer are not written in Keras yet.")
        self.images, self.labels = channels_last(workload.images), workload.labels.astype("int32")
        self.order, self.at, self.seen = workload.order, 0, []
        self.net = symbol_cnn(**workload.arguments)
        load(self.net, workload)
        self.loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        self.optimizer = keras.optimizers.Adam(workload.rate, epsilon=workload.options["epsilon"])
        self.optimizer.build(self.net.trainable_variables)
        self.train = tf.function(self._train, jit_compile=compiled)

    def _train(self, x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
        variables = self.net.trainable_variables
        with tf.GradientTape() as tape:
            loss = self.loss(y, self.net(x, training=True))
        self.optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables, strict=True))
        return loss

    def step(self, steps: int) -> None:
        """Take the steps; reading the last one's loss waits for it."""
        for _ in range(steps):
            rows = self.order[self.at % len(self.order)]
            self.seen.append(self.train(tf.constant(self.images[rows]), tf.constant(self.labels[rows])))
            self.at += 1
        self.seen[-1].numpy()

    def losses(self) -> list[float]:
        """The loss of every step so far."""
        return [float(loss) for loss in self.seen]


def load(net: keras.Model, workload: Workload) -> None:
    """Give a net the weights that it starts from."""
    start = as_keras(workload.start(), {"dense.weight": workload.arguments["filters"][-1]})
    for layer in net.layers:
        if layer.weights:
            layer.set_weights([start[f"{layer.name}.weight"], start[f"{layer.name}.bias"]])


if __name__ == "__main__":
    main(Workload, Keras)
