"""What is looked at of students, by hand and against the theory net's own reference."""

from __future__ import annotations

import numpy as np
import pytest

from claimbook import seeds
from claimbook.models import theory_net
from claimbook.train import teacher_student_views as views
from claimbook.train.teacher_student_views import Activation

SIGMAS = {
    "prelu": Activation("prelu", 0.25),
    "relu": Activation("prelu"),
    "leaky-relu": Activation("prelu", 0.01),
    "softplus": Activation("softplus"),
    "tanh": Activation("tanh"),
}


def drawn(*shape):
    return seeds.stream(3, "views").standard_normal(shape)


@pytest.mark.parametrize("name", SIGMAS)
def test_loss_and_gradient_are_the_theory_nets(name):
    weights, teacher, x = drawn(1, 4, 4), 0.3 * drawn(4, 4), drawn(50, 4)
    neurons, targets = weights[0] + np.eye(4), views.outputs(teacher + np.eye(4), x, SIGMAS[name])
    given = (weights, teacher[None], x, True, name)
    assert views.loss(neurons, x, targets, SIGMAS[name]) == pytest.approx(theory_net.loss(*given)[0], rel=1e-12)
    found = views.gradient(neurons, x, targets, SIGMAS[name])
    np.testing.assert_allclose(found, theory_net.loss_gradient(*given)[0], rtol=1e-10, atol=1e-12)


def test_the_potential_is_nothing_at_the_teacher_and_has_the_teachers_sign():
    teacher = np.eye(3) + 0.2 * drawn(3, 3)
    assert views.potential(teacher, teacher) == 0
    assert views.potential(np.diag([3.0, 4.0]), np.array([[3.0, 4.0], [0.0, 1.0]])) == 5 + 1 - 3 - 4
    assert views.potential(np.stack([teacher, 2 * teacher]), teacher).shape == (2,)


def test_the_printed_potential_is_not_nothing_at_the_teacher():
    """Definition 2 with e_i − w_i, as printed: not 0 at W = W*."""
    w = 0.2 * drawn(3, 3)
    printed = np.linalg.norm(np.eye(3) + w, axis=1).sum() - np.linalg.norm(np.eye(3) - w, axis=1).sum()
    assert abs(printed) > 0.1


def test_a_student_in_another_order_is_the_teacher_all_the_same():
    teacher = drawn(6, 6)
    student = teacher[[3, 0, 5, 1, 2, 4]]
    x = drawn(20, 6)
    assert views.matched_distance(student, teacher) == 0 and views.frobenius(student, teacher) > 1
    same = [views.outputs(v, x, SIGMAS["prelu"]) for v in (student, teacher)]
    np.testing.assert_allclose(*same, rtol=1e-10)
    student[0, 0] += 3e-3
    assert views.matched_distance(student, teacher) == pytest.approx(3e-3)


def test_distances_by_hand():
    assert views.frobenius(np.diag([3.0, 4.0]), np.zeros((2, 2))) == 5
    assert views.spectral(np.diag([3.0, -4.0])) == pytest.approx(4) and np.isnan(
        views.spectral(np.full((2, 2), np.inf))
    )


def test_the_inner_ratio_is_what_a_small_step_gains():
    """d‖W − W*‖²/d(rate) = −2 ⟨−∇L, W* − W⟩ at rate 0."""
    teacher, x = np.eye(4) + 0.1 * drawn(4, 4), drawn(200, 4)
    student, targets = teacher + 0.05, views.outputs(teacher, x, SIGMAS["prelu"])
    ratio = views.inner_ratio(student, teacher, x, targets, SIGMAS["prelu"])
    moved = student - 1e-7 * views.gradient(student, x, targets, SIGMAS["prelu"])
    before, after = views.frobenius(student, teacher) ** 2, views.frobenius(moved, teacher) ** 2
    assert (before - after) / (2e-7 * before) == pytest.approx(ratio, rel=1e-4)


def test_a_student_that_blew_up_has_no_finite_loss():
    assert not np.isfinite(views.loss(np.full((2, 2), np.nan), drawn(5, 2), np.zeros(5), SIGMAS["relu"]))
