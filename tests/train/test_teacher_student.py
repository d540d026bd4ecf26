"""Students as one batched problem: equal to NumPy one by one, and bit for bit the same in any company."""

from __future__ import annotations

import functools

import numpy as np
import pytest

from claimbook import seeds
from claimbook.train.teacher_student import HEIGHT, UNROLL, Lesson, Students, order
from claimbook.train.teacher_student_views import Activation, gradient, outputs

COUNT, STEPS = 11, UNROLL + 7
SIGMAS = (("prelu", 0.25), ("prelu", 0.0), ("tanh", 0.0), ("softplus", 0.0))


@functools.cache
def problem(name, slope, dtype, d=10, examples=230, batch=40):
    """Eleven students, three of a seed, who take more than five epochs of five whole batches."""
    sigma, draw = Activation(name, slope), seeds.stream(5, "test")
    data = [draw.standard_normal((examples, d)) for _ in range(4)]
    near = [np.eye(d) + 0.1 * draw.standard_normal((COUNT, d, d)) for _ in range(2)]
    lessons = [
        Lesson(data[i // 3], outputs(teacher, data[i // 3], sigma), i // 3, 5 / d**2 * (1 + i % 3))
        for i, teacher in enumerate(near[0])
    ]
    return Students(lessons, batch, name, slope, dtype), near[1]


def by_numpy(students, neurons, i, name, slope):
    """The steps of one student, one by one in float64."""
    lesson, moved = students.lessons[i], neurons[i].copy()
    for at in range(STEPS):
        epoch, within = divmod(at, students.epoch_steps)
        own = order(lesson.seed, students.count, epoch)[within * students.batch :][: students.batch]
        moved -= lesson.rate * gradient(moved, lesson.examples[own], lesson.targets[own], Activation(name, slope))
    return moved


@pytest.mark.parametrize(("name", "slope"), SIGMAS)
def test_the_steps_are_those_of_a_float64_loop(name, slope):
    students, start = problem(name, slope, "float64")
    moved = students.advance(start, 0, STEPS)
    for i in (0, HEIGHT - 1, HEIGHT, COUNT - 1):
        assert np.abs(moved[i] - start[i]).max() > 0.02
        np.testing.assert_allclose(moved[i], by_numpy(students, start, i, name, slope), rtol=0, atol=1e-12)


def test_float32_differs_by_rounding_only():
    students, start = problem("prelu", 0.25, "float32")
    moved = students.advance(start, 0, STEPS)
    assert moved.dtype == np.float32
    np.testing.assert_allclose(moved[9], by_numpy(students, start, 9, "prelu", 0.25), rtol=0, atol=1e-5)


@pytest.mark.parametrize(("dtype", "d"), [("float32", 10), ("float64", 10), ("float32", 100), ("float64", 100)])
def test_a_student_is_the_same_bit_for_bit_in_any_place_and_company(dtype, d):
    students, start = problem("prelu", 0.25, dtype, d)
    together = students.advance(start, 0, STEPS)
    assert np.isfinite(together).all()
    spoilt = start.copy()
    spoilt[[0, 2, 4]] = np.array([np.nan, np.inf, 1e30])[:, None, None]
    who = [3, 4, 0, 9, 2, 1]
    among = students.advance(spoilt[who], 0, STEPS, who)
    for place in (0, 3, 5):
        assert np.array_equal(among[place], together[who[place]])
    assert np.isnan(among[2]).any() and np.array_equal(students.advance(start[[9]], 0, STEPS, [9])[0], together[9])
    alone = Students([students.lessons[9]], students.batch, "prelu", 0.25, dtype)
    assert np.array_equal(alone.advance(start[[9]], 0, STEPS)[0], together[9])


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_steps_are_the_same_one_by_one_and_in_the_long_graph(dtype):
    students, start = problem("prelu", 0.25, dtype)
    together, moved = students.advance(start, 0, STEPS), start
    for at in range(STEPS):
        moved = students.advance(moved, at, 1)
    assert np.array_equal(moved, together)
    assert np.array_equal(students.advance(students.advance(start, 0, 3), 3, STEPS - 3), together)


def test_at_zero_the_derivative_is_that_of_the_positive_side_and_all_neurons_stay_alike():
    """Equation (5); from V = 0 the first step is by 2 mean[y* x] in every row, whatever the slope."""
    students, _ = problem("prelu", 0.25, "float64")
    moved, lesson = students.advance(np.zeros((COUNT, 10, 10)), 0, 1)[0], students.lessons[0]
    own = order(0, students.count, 0)[: students.batch]
    row = lesson.rate * 2 * (lesson.targets[own] @ lesson.examples[own]) / students.batch
    np.testing.assert_allclose(moved, np.tile(row, (10, 1)), rtol=1e-12)


def test_an_epoch_takes_every_example_once_but_for_the_rest_and_each_epoch_in_another_order():
    assert sorted(order(1, 30, 0)) == list(range(30)) and not np.array_equal(order(1, 30, 0), order(1, 30, 1))
    students, _ = problem("prelu", 0.25, "float64")
    (places, _) = students._picked(3, 4, [9])
    taken = places.asnumpy()[:, 0] - 3 * students.count  # of the fourth data set
    assert students.epoch_steps == 5 and len(set(taken[:2].ravel())) == 2 * students.batch
    assert np.array_equal(taken[2:].ravel(), order(3, students.count, 1)[: 2 * students.batch])
