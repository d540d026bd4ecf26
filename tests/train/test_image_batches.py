"""The minibatches of the studies on CIFAR: the short last one, the augmentation, and MXNet's generator for dropout."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from claimbook.errors import UsageError
from claimbook.train.image_batches import image_batches
from claimbook.train.loop import mx

DATA = SimpleNamespace(
    train_x=np.arange(7 * 3 * 4 * 4, dtype=np.uint8).reshape(7, 3, 4, 4),
    train_y=np.arange(7) % 3,
    classes=("a", "b", "c"),
)


def brighter(images, draw):
    return images + 1


def made(dropout=0.0, batch=3):
    return image_batches(DATA, {"batch": batch, "dropout": dropout}, 5, brighter)


def test_an_epoch_has_every_image_once_augmented_and_a_short_last_batch():
    batch_of, steps = made()
    seen = [batch_of(step) for step in range(steps)]
    assert steps == 3 and [len(y) for _, y in seen] == [3, 3, 1]
    images = np.concatenate([x.asnumpy() for x, _ in seen])
    rows = [int(np.flatnonzero([np.array_equal(image, one + 1) for one in DATA.train_x])[0]) for image in images]
    assert sorted(rows) == list(range(7))
    assert [int(y) for _, labels in seen for y in labels.asnumpy()] == [DATA.train_y[row] for row in rows]


def test_with_dropout_a_step_draws_the_same_whatever_came_before():
    def drawn(dropout, before):
        batch_of, _ = made(dropout)
        mx.random.seed(before)
        batch_of(1)
        return mx.nd.random.uniform(shape=(4,)).asnumpy().tolist()

    assert drawn(0.5, 1) == drawn(0.5, 2) and drawn(0.0, 1) != drawn(0.0, 2)


@pytest.mark.parametrize("batch", [0, 8])
def test_a_batch_that_cannot_be_had_is_told(batch):
    with pytest.raises(UsageError, match="batch"):
        made(batch=batch)
