"""A data set that lies on the device whole, and its batches: which examples a step takes, gathered there.

The order of an epoch's examples, and the random numbers of a step's augmentation, come from named streams of the seed
that depend on the epoch or the step and on nothing else: `batch_of(step)` is the same whatever was asked for before,
so that a run can go on at any step.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from claimbook import seeds
from claimbook.data.augment import Augmentation
from claimbook.data.examples import check_batch, checked_inputs, checked_targets


class Batches:
    """Inputs and targets in one array each, and the batches of a training run or, in order, of an evaluation.

    Without `augment` the inputs lie on the device in the dtype that they come in (pixels as uint8), and a batch is
    gathered there. With it they stay in the host's memory, where whole batches are augmented before they go over.

    Args:
        inputs: (n, …) uint8 or floating-point.
        targets: (n,) labels 0 … classes − 1, handed out as float32, which `pick` takes; or, where `classes` is None,
            numbers of any shape (n, …), handed out as float32.
        batch: examples of a batch, 1 … n.
        seed: of the order and of the augmentation.
        classes: how many there are. MXNet's `pick` and `take` clip a label that is out of range and say nothing, so all
            labels are looked at here.
        shuffle: take each epoch in an order of its own; else always as they come.
        last: what becomes of a last batch that is not whole: "keep" it short, or "drop" it (with `shuffle`, other
            examples each epoch). A net with a static shape is set up anew for a short batch.
        pixels: hand the inputs out as float32, divided by 255.
        augment: (images, random numbers) → images; see `data.augment`. What it gives is handed out as float32.
        every_class: refuse data in which a class has no example.
        device: an MXNet context; the CPU where None.
        name: what the data are, for messages ("the training images").

    Attributes:
        examples: n. batch: as given. steps_per_epoch: batches in an epoch.

    Raises:
        UsageError: a batch below 1 or above n, or an unknown `last`.
        DataError: no example, as many targets as there are not inputs, a number that is not finite, a label that is no
            whole number or out of range, a class without examples.
    """

    def __init__(
        self,
        inputs: np.ndarray,
        targets: np.ndarray,
        batch: int,
        seed: int,
        *,
        classes: int | None = None,
        shuffle: bool = True,
        last: Literal["keep", "drop"] = "keep",
        pixels: bool = False,
        augment: Augmentation | None = None,
        every_class: bool = True,
        device: Any = None,
        name: str = "the data",
    ):
        from claimbook.compat import mxnet

        self._mx = mxnet()
        inputs = checked_inputs(inputs, name)
        targets = checked_targets(targets, len(inputs), classes, every_class, name)
        check_batch(batch, len(inputs), last, name)
        self.examples, self.batch = len(inputs), batch
        self.steps_per_epoch = len(inputs) // batch if last == "drop" else -(-len(inputs) // batch)
        self._seed, self._shuffle, self._pixels, self._augment = seed, shuffle, pixels, augment
        self._device = device or self._mx.cpu()
        self._inputs = inputs if augment else self.on_device(inputs)
        self._targets = self.on_device(targets)
        self._epoch, self._order, self._order_there = -1, None, None

    def order(self, epoch: int) -> np.ndarray:
        """The examples in the order in which an epoch (from 0) takes them, (n,) int32."""
        if self._epoch != epoch:
            drawn = seeds.stream(self._seed, f"order/{epoch}").permutation(self.examples) if self._shuffle else None
            self._order = (np.arange(self.examples) if drawn is None else drawn).astype(np.int32)
            self._order_there, self._epoch = self.on_device(self._order), epoch
        return self._order

    def rows(self, step: int) -> np.ndarray:
        """The examples that a step (from 0, through all epochs) takes, (batch,) int32; fewer in a short last batch."""
        epoch, at = divmod(step, self.steps_per_epoch)
        return self.order(epoch)[at * self.batch : (at + 1) * self.batch]

    def batch_of(self, step: int) -> tuple[Any, Any]:
        """The inputs (batch, …) and the targets (batch, …) of a step, on the device."""
        rows = self.rows(step)
        start = step % self.steps_per_epoch * self.batch
        there = self._order_there[start : start + len(rows)]
        if self._augment:
            inputs = self._augmented(self._inputs[rows], step)
        else:
            inputs = self._mx.nd.take(self._inputs, there)
            inputs = inputs.astype("float32") / 255 if self._pixels else inputs
        return inputs, self._mx.nd.take(self._targets, there)

    def _augmented(self, images: np.ndarray, step: int) -> Any:
        made = self._augment(images, seeds.stream(self._seed, f"augment/{step}")).astype(np.float32, copy=False)
        return self.on_device(made / np.float32(255) if self._pixels else made)

    def on_device(self, array: np.ndarray) -> Any:
        """The array, of the same shape and dtype, where the batches are; what is evaluated whole goes there too."""
        return self._mx.nd.array(array, ctx=self._device, dtype=array.dtype)
