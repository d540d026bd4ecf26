"""Stacked students as one batched problem: equal to NumPy one by one, and bit for bit the same in any company."""

from __future__ import annotations

import functools

import numpy as np
import pytest

from claimbook import seeds
from claimbook.train.stacked_students import StackedStudents
from claimbook.train.stacked_views import loss, outputs
from claimbook.train.teacher_student import HEIGHT, UNROLL, Lesson, Students, order

COUNT, STEPS, D, SLOPE = 11, UNROLL + 7, 6, 0.25
NETS = [(1, False), (2, False), (3, False), (2, True), (3, True)]


@functools.cache
def problem(layers, linear, slope=SLOPE):
    """Eleven students, three of a seed, who take more than six epochs of five whole batches."""
    draw = seeds.stream(5, "test")
    data = [draw.standard_normal((230, D)) for _ in range(4)]
    near = [np.eye(D) + 0.1 * draw.standard_normal((COUNT, layers, D, D)) for _ in range(2)]
    lessons = [
        Lesson(data[i // 3], outputs(teacher, data[i // 3], slope, linear), i // 3, 0.02 * (1 + i % 3))
        for i, teacher in enumerate(near[0])
    ]
    return StackedStudents(lessons, 40, layers, slope, linear), near[1]


def gradient(layers, x, targets, linear, slope=SLOPE):
    """The gradient of `loss`, example by example: ∂y/∂V_k = (σ'-weighted pull from above) h_{k−1}ᵀ."""
    total = np.zeros_like(layers)
    for example, target in zip(x, targets, strict=True):
        hidden, slopes = [example], []
        for number, layer in enumerate(layers):
            z = layer @ hidden[-1]
            bent = not linear or number == len(layers) - 1
            slopes.append(np.where(z >= 0, 1.0, slope) if bent else np.ones(D))
            hidden.append(slopes[-1] * z)
        pull = 2 * (hidden[-1].sum() - target) / len(x) * slopes[-1]
        for number in reversed(range(len(layers))):
            total[number] += np.outer(pull, hidden[number])
            if number:
                pull = layers[number].T @ pull * slopes[number - 1]
    return total


def batch_of(students, i, at):
    lesson, (epoch, within) = students.lessons[i], divmod(at, students.epoch_steps)
    own = order(lesson.seed, students.count, epoch)[within * students.batch :][: students.batch]
    return lesson.examples[own], lesson.targets[own]


@pytest.mark.parametrize(("layers", "linear"), NETS)
def test_the_steps_are_those_of_a_float64_loop(layers, linear):
    students, start = problem(layers, linear)
    moved = students.advance(start, 0, STEPS)
    for i in (0, HEIGHT, COUNT - 1):
        own = start[i].copy()
        for at in range(STEPS):
            own -= students.lessons[i].rate * gradient(own, *batch_of(students, i, at), linear)
        assert np.abs(own - start[i]).max() > 0.02
        np.testing.assert_allclose(moved[i], own, rtol=0, atol=1e-12)


@pytest.mark.parametrize(("layers", "linear"), NETS)
@pytest.mark.parametrize("slope", [SLOPE, 0.0])
def test_one_step_is_along_the_loss_by_finite_differences(layers, linear, slope):
    students, start = problem(layers, linear, slope)
    (x, y), rate = batch_of(students, 4, 0), students.lessons[4].rate
    found = (start[4] - students.advance(start[[4]], 0, 1, [4])[0]) / rate
    expected = np.zeros_like(found)
    for at in np.ndindex(found.shape):
        ends = []
        for sign in (1, -1):
            own = start[4].copy()
            own[at] += sign * 1e-6
            ends.append(loss(own, x, y, slope, linear))
        expected[at] = (ends[0] - ends[1]) / 2e-6
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("linear", [False, True])
def test_with_one_layer_the_steps_are_those_of_students_bit_for_bit(linear):
    students, start = problem(1, linear)
    plain = Students(students.lessons, students.batch, "prelu", SLOPE, "float64")
    assert np.array_equal(students.advance(start, 0, STEPS)[:, 0], plain.advance(start[:, 0], 0, STEPS))


@pytest.mark.parametrize(("layers", "linear"), NETS[1:])
def test_a_student_is_the_same_bit_for_bit_in_any_place_and_company(layers, linear):
    students, start = problem(layers, linear)
    together = students.advance(start, 0, STEPS)
    assert np.isfinite(together).all() and together.shape == start.shape
    spoilt = start.copy()
    spoilt[[0, 2, 4]] = np.array([np.nan, np.inf, 1e200])[:, None, None, None]
    who = [3, 4, 0, 9, 2, 1]
    among = students.advance(spoilt[who], 0, STEPS, who)
    for place in (0, 3, 5):
        assert np.array_equal(among[place], together[who[place]])
    assert np.isnan(among[2]).any()
    alone = StackedStudents([students.lessons[9]], students.batch, layers, SLOPE, linear)
    assert np.array_equal(alone.advance(start[[9]], 0, STEPS)[0], together[9])


@pytest.mark.parametrize(("layers", "linear"), [(3, False), (2, True)])
def test_steps_are_the_same_one_by_one_and_in_the_long_graph(layers, linear):
    students, start = problem(layers, linear)
    together, moved = students.advance(start, 0, STEPS), start
    for at in range(STEPS):
        moved = students.advance(moved, at, 1)
    assert np.array_equal(moved, together)
    assert np.array_equal(students.advance(students.advance(start, 0, 3), 3, STEPS - 3), together)


def test_from_zero_a_linear_net_moves_all_its_layers_alike():
    """By each W_k of (W_2 + I)(W_1 + I) the gradient at 0 is that by the product; of W_2 W_1 + I it would be 0."""
    students, start = problem(2, True)
    zero = np.tile(np.eye(D), (COUNT, 2, 1, 1))
    moved = (students.advance(zero, 0, 1) - zero)[0]
    x, y = batch_of(students, 0, 0)
    by_product = gradient(np.eye(D)[None], x, y, True)[0]
    np.testing.assert_allclose(moved, np.tile(-students.lessons[0].rate * by_product, (2, 1, 1)), rtol=1e-10)
