from __future__ import annotations

import numpy as np
import pytest

from claimbook import seeds
from claimbook.data.augment import composed, crop, horizontal_flip, normalisation
from claimbook.data.batches import Batches
from claimbook.errors import DataError, UsageError

IMAGES = np.arange(10 * 6, dtype=np.uint8).reshape(10, 1, 2, 3)
LABELS = np.arange(10, dtype=np.uint8) % 3


def made(batch=4, seed=0, inputs=IMAGES, targets=LABELS, **options) -> Batches:
    return Batches(inputs, targets, batch, seed, **{"classes": 3, **options})


def test_an_epoch_takes_each_example_once_in_the_order_of_its_stream():
    batches = made()
    for epoch in range(3):
        taken = [batches.batch_of(epoch * 3 + step) for step in range(3)]
        rows = seeds.stream(0, f"order/{epoch}").permutation(10)
        assert np.array_equal(np.concatenate([x.asnumpy() for x, _ in taken]), IMAGES[rows])
        assert np.array_equal(np.concatenate([y.asnumpy() for _, y in taken]), LABELS[rows])
        assert [len(y) for _, y in taken] == [4, 4, 2]
    assert not np.array_equal(batches.order(0), batches.order(1))
    assert not np.array_equal(batches.order(0), made(seed=1).order(0))


def test_a_batch_depends_on_its_step_alone():
    ahead = made(augment=composed(crop(1), horizontal_flip()))
    forward = [ahead.batch_of(step)[0].asnumpy() for step in range(7)]
    for step in (6, 2, 0, 5, 3):
        again = made(augment=composed(crop(1), horizontal_flip()))
        assert np.array_equal(again.batch_of(step)[0].asnumpy(), forward[step])
        assert np.array_equal(ahead.batch_of(step)[0].asnumpy(), forward[step])


def test_a_short_last_batch_is_kept_or_dropped():
    kept, dropped = made(), made(last="drop")
    assert (kept.steps_per_epoch, dropped.steps_per_epoch) == (3, 2)
    assert np.array_equal(dropped.rows(2), dropped.order(1)[:4])
    assert np.array_equal(kept.rows(2), kept.order(0)[8:]) and np.array_equal(kept.rows(3), kept.order(1)[:4])
    assert made(batch=5).steps_per_epoch == made(batch=5, last="drop").steps_per_epoch == 2
    assert made(batch=10).steps_per_epoch == 1 and made(batch=1).steps_per_epoch == 10


def test_without_shuffling_the_examples_come_as_they_are_in_every_epoch():
    batches = made(shuffle=False)
    assert [batches.rows(step).tolist() for step in (0, 2, 3)] == [[0, 1, 2, 3], [8, 9], [0, 1, 2, 3]]
    assert np.array_equal(batches.batch_of(5)[0].asnumpy(), IMAGES[8:])


def test_pixels_stay_bytes_until_they_are_in_the_batch():
    plain, pixels = made(shuffle=False), made(shuffle=False, pixels=True)
    assert plain.batch_of(0)[0].dtype == np.uint8
    x, y = pixels.batch_of(0)
    assert x.dtype == y.dtype == np.float32
    assert np.array_equal(x.asnumpy(), IMAGES[:4].astype(np.float32) / np.float32(255))
    assert np.array_equal(x.asnumpy(), made(shuffle=False, pixels=True, augment=crop(0)).batch_of(0)[0].asnumpy())


def test_numbers_are_handed_out_as_float32():
    x, y = np.linspace(0, 1, 20).reshape(10, 2), np.linspace(-1, 1, 30).reshape(10, 3)
    inputs, targets = made(inputs=x, targets=y, classes=None, shuffle=False).batch_of(1)
    assert np.array_equal(inputs.asnumpy(), x[4:8].astype(np.float32)) and inputs.dtype == np.float32
    assert np.array_equal(targets.asnumpy(), y[4:8].astype(np.float32)) and targets.dtype == np.float32


def test_the_augmentation_of_a_step_has_its_own_stream():
    augment = composed(crop(1), horizontal_flip(), normalisation([0.4], [0.2]))
    batches = made(seed=7, augment=augment)
    for step in (0, 4):
        expected = augment(IMAGES[batches.rows(step)], seeds.stream(7, f"augment/{step}"))
        x, y = batches.batch_of(step)
        assert np.array_equal(x.asnumpy(), expected) and x.dtype == np.float32
        assert np.array_equal(y.asnumpy(), LABELS[batches.rows(step)])


def test_labels_are_what_pick_takes():
    from claimbook.compat import mxnet

    nd = mxnet().nd
    _, y = made(shuffle=False).batch_of(0)
    table = nd.array(np.arange(12).reshape(4, 3))
    assert np.array_equal(nd.pick(table, y).asnumpy(), np.arange(12).reshape(4, 3)[np.arange(4), LABELS[:4]])


@pytest.mark.parametrize(
    "changes, says",
    [
        ({"inputs": IMAGES[:0], "targets": LABELS[:0]}, "no example in the data.*\n.*0 x 1 x 2 x 3"),
        ({"targets": LABELS[:9]}, "targets of the data are 9 for 10 inputs"),
        ({"targets": LABELS[:, None]}, "10 x 1 for 10 inputs.*\n.*one label for each"),
        ({"targets": np.where(np.arange(10) == 6, 3, LABELS)}, "of example 6 .*is 3.*\n.*0 to 2.*\n.*counts from 1"),
        ({"targets": LABELS.astype(int) - 1}, "label of example 0 .*is -1, and 3 more"),
        ({"targets": LABELS + 0.5}, "label of example 0 .*is 0.5"),
        ({"targets": np.full(10, np.nan)}, "label of example 0 .*is nan"),
        ({"targets": LABELS.clip(max=1)}, "No example of the data is of class 2"),
        ({"classes": 40}, "is of class 3, 4, 5, 6, 7, ….*\n37 of the 40 classes are empty"),
        ({"inputs": np.where(np.arange(10) == 3, np.nan, 1.0)}, "input of example 3 .*not finite"),
        ({"inputs": np.full((10, 2), 1e300)}, "10 of 10 examples"),
        ({"targets": np.full((10, 2), np.inf), "classes": None}, "target of example 0 .*not finite"),
    ],
)  # fmt: skip
def test_data_that_cannot_be_trained_on_are_refused(changes, says):
    with pytest.raises(DataError, match=says):
        made(**changes)


def test_an_empty_class_may_be_allowed():
    assert made(classes=5, every_class=False).examples == 10


@pytest.mark.parametrize("batch", [0, -1, 11, 2.0, True, None])
def test_a_batch_that_does_not_fit_is_refused(batch):
    with pytest.raises(UsageError, match=r"does not fit the test images.*\n.*10 examples.*\n.*from 1 to 10"):
        made(batch=batch, name="the test images")


def test_an_unknown_way_with_the_last_batch_is_refused():
    with pytest.raises(UsageError, match="'kept'.*\n.*'keep'"):
        made(last="kept")
