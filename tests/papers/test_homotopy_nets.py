"""The homotopy's ways to train a net: every step against NumPy in float64, terms, schedules, what is shared."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from models.test_cifar_vgg import by_numpy
from papers.plain_homotopy import LEVELS, RATES, SMALL, PlainLoop, mx, norms

from claimbook.errors import UsageError
from claimbook.experiment.registry import experiment_named
from claimbook.papers.homotopy.nets import HomotopyNets
from claimbook.papers.homotopy.nets_schedule import levels, rates
from claimbook.papers.homotopy.runs.nets import HomotopyRun
from claimbook.papers.homotopy.runs.nets_copies import Objective, copies_of
from claimbook.papers.homotopy.runs.nets_terms import Homotopic, Norms, Quadratic
from claimbook.seeds import stream
from claimbook.train.optimizers import Optimizer
from claimbook.train.splits import split

VGG, SPLITS = experiment_named("homotopy/vgg"), experiment_named("homotopy/splits")


def settings(arm, experiment=VGG, preset="smoke", **over):
    return experiment.settings(experiment.parameters(preset, over), experiment.arm(arm))


def arrays(weights, prefix):
    found = {name: p.data().asnumpy().astype(np.float64) for name, p in weights.items() if name.startswith(prefix)}
    return {name[len(prefix) :]: array for name, array in found.items()}


def ready(arm, experiment=VGG, **over):
    """Two copies with gradients of 0."""
    copies = copies_of(settings(arm, experiment, width=2, **over), 10, 0)
    for each in copies.weights.values():
        if each.grad_req != "null":
            each.grad()[:] = 0
    return copies


@pytest.mark.parametrize(
    ("arm", "experiment"),
    [
        ("vgg11-sgd", VGG),
        ("vgg11-released", VGG),
        ("vgg11-bn-released", VGG),
        ("vgg11-paper", VGG),
        ("vgg11-paper-start", VGG),
        ("vgg11-layer-halves", SPLITS),
    ],
)
def test_every_step_is_that_of_a_plain_loop(arm, experiment):
    """Two whole passes, SGD with momentum and coupled L2, the terms' gradients or two equations an entry; and the
    running statistics of a trunk that is passed once are those of one that is passed twice."""
    asked = settings(arm, experiment, **SMALL)
    run, plain = HomotopyRun(asked, 3, True), PlainLoop(asked["way"], asked["batch_norm"])
    if asked["way"] == "paper":
        theta = plain.copies()[0]
        ordered = {n: theta[n].shape for n in plain.theta._collect_params_with_prefix() if n in theta}
        plain.first = split(ordered, asked["split"])
        plain.pins = {n: a if asked["pins"] == "start" else np.zeros_like(a) for n, a in theta.items()}
    run.train()
    for number in range(6):
        plain.step(number)
    assert run.steps == 6
    np.testing.assert_allclose(run.losses.values, plain.losses, rtol=1e-4)
    for name, array in plain.at.items():
        if asked["batch_norm"] and ".conv" in name and name.endswith("bias"):
            continue  # normalisation takes it out again: its gradient is rounding, whose direction the norms follow
        found = run._weights[name].data().asnumpy()
        np.testing.assert_allclose(found, array, rtol=2e-3, atol=2e-5, err_msg=name)
    for name, parameter in plain.theta._collect_params_with_prefix().items():
        if "running" in name:
            found = run._weights[f"theta.{name}"].data().asnumpy()
            np.testing.assert_allclose(found, parameter.data().asnumpy(), rtol=1e-3, atol=2e-4)
    if plain.terms:
        by_epoch = [2 * np.mean(plain.losses[i : i + 2]) + np.mean(plain.terms[i : i + 2]) for i in (0, 2, 4)]
        np.testing.assert_allclose(run.path.columns["objective"], by_epoch, rtol=1e-4)
        assert run.path.columns["level"] == [0.01, 0.005, 0.005]


def test_the_cross_entropies_are_those_of_numpy():
    copies = ready("vgg11-released", dropout=0)
    x, y = stream(0, "images").integers(0, 256, (3, 3, 32, 32)), np.array([0, 4, 9])
    with mx.autograd.train_mode():
        objective = Objective(copies)
        loss = float(objective(mx.nd.array(x, dtype="float32"), mx.nd.array(y)).asscalar())
    theta, eta = arrays(copies.weights, "theta."), arrays(copies.weights, "eta.")
    total = 0.0
    for weights in (theta, theta | eta):
        logits = by_numpy(None, x, weights, False)
        total -= np.mean((logits - np.log(np.exp(logits).sum(axis=1, keepdims=True)))[np.arange(3), y])
    assert loss == pytest.approx(total, rel=1e-5)
    assert float(objective.cross_entropy.asscalar()) == pytest.approx(total / 2, rel=1e-5)


@pytest.mark.parametrize("arm", ["vgg11-released", "vgg13-bn-released"])
def test_the_released_terms_and_their_gradients(arm):
    """Closed form, which is itself a central difference's; biases start at 0, where a norm has the gradient 0."""
    copies = ready(arm, dropout=0)
    terms, (theta, eta) = Norms(copies, 0.1), (arrays(copies.weights, "theta."), arrays(copies.weights, "eta."))
    theta = {name: array for name, array in theta.items() if "running" not in name}
    for level in (0.01, 0.005):
        terms.before(level)
        total, gradients = norms(theta, eta, level)
        assert float(terms._now.asscalar()) == pytest.approx(total, rel=1e-5)
        for name, parameter in copies.weights.items():
            if parameter.grad_req != "null":
                found = parameter.grad().asnumpy()
                np.testing.assert_allclose(found, gradients.get(name, 0 * found), rtol=1e-4, atol=1e-7, err_msg=name)
                parameter.grad()[:] = 0
    for name, others, place in (("trunk.group1.conv0.weight", {}, (1, 0, 2, 1)), ("head.linear2.bias", eta, (5,))):
        step = np.zeros_like(theta[name])
        step[place] = 1e-5
        ends = [norms(theta | {name: theta[name] + sign * step}, others, 0.005)[0] for sign in (1, -1)]
        assert (ends[0] - ends[1]) / 2e-5 == pytest.approx(gradients[f"theta.{name}"][place], rel=1e-4)


def test_where_nothing_moves_h_is_stationary():
    """SGD with momentum on f = Σ (w − a)² / 2 and the implicit step come to the minimum of H, solved by hand."""
    copies = ready("vgg11-paper", dropout=0)
    name = "head.linear3.bias"
    theta, eta = copies.pairs[name]
    goals, level = (2.0, -1.0), 0.3
    first, own = split({name: theta.shape}, "output-halves")[name], {"theta": theta, "eta": eta}
    terms = Quadratic(dataclasses.replace(copies, pairs={name: (theta, eta)}), "output-halves", "zero", 0, 0.9)
    both = Homotopic(Optimizer(own, "momentum", 0.05, momentum=0.9), terms, lambda step: level)
    for step in range(250):
        for parameter, goal in zip((theta, eta), goals, strict=True):
            parameter.grad()[:] = parameter.data() - goal
        both.update(step)
    for place, on_theta in enumerate(first):
        pins = (2 * level, 0.0) if on_theta else (0.0, 2 * level)
        c = 2 / level
        matrix = [[1 + pins[0] + c, -c], [-c, 1 + pins[1] + c]]
        expected = np.linalg.solve(matrix, goals)
        found = [each.data().asnumpy()[place] for each in (theta, eta)]
        np.testing.assert_allclose(found, expected, rtol=1e-3)


def test_what_exists_twice():
    head = ready("vgg11-released")
    assert head.eta.trunk is head.theta.trunk and len(head.pairs) == 6
    assert all(name.startswith("head.") for name in head.pairs)
    trunk = ready("vgg11-cnn", SPLITS)
    assert trunk.eta.head is trunk.theta.head and len(trunk.pairs) == 16
    assert not any(name.startswith("eta.head") for name in trunk.weights)
    dense, whole = ready("vgg13-dense", SPLITS), ready("vgg13-bn-paper")
    assert list(dense.pairs) == list(head.pairs) and len(whole.pairs) == 2 * 20 + 6
    assert next(iter(whole.pairs)) == "trunk.group0.conv0.weight"  # in the order of the layers
    assert ready("vgg11-sgd").eta is None


@pytest.mark.parametrize(("arm", "same"), [("vgg11-paper", True), ("vgg11-released", False)])
def test_where_the_copy_starts(arm, same):
    """PyTorch starts each head by itself; with equation (3) η starts where θ does, which is where SGD does."""
    copies, alone = ready(arm), ready("vgg11-sgd")
    for name, (theta, eta) in copies.pairs.items():
        if name.endswith("weight"):
            assert np.array_equal(theta.data().asnumpy(), eta.data().asnumpy()) == same
        own = alone.weights[f"theta.{name}"].data().asnumpy()
        assert np.array_equal(theta.data().asnumpy(), own)


def test_levels_and_rates_by_hand():
    homotopy = settings("vgg11-released", **SMALL)
    assert [levels(homotopy["schedule"], 2)(step) for step in range(6)] == LEVELS
    assert [rates(homotopy, 2)(step) for step in range(6)] == RATES["released"]
    assert [rates(settings("vgg11-sgd", **SMALL), 2)(step) for step in range(6)] == RATES["sgd"]


def test_the_paper_preset_s_levels_and_rates():
    """As the logs have them: 20 epochs at 0.05, then halved at the 30th, 60th … of 600; SGD at the 31st … of 620."""
    homotopy, alone = (settings(f"vgg13-{way}", preset="paper") for way in ("released", "sgd"))
    level, rate, plain = levels(homotopy["schedule"], 391), rates(homotopy, 391), rates(alone, 391)
    starts = [level(391 * epoch) for epoch in (0, 4, 8, 12, 16, 20, 619)]
    assert starts == [0.01, 0.009, 0.008, 0.007, 0.006, 0.005, 0.005] and level(391 * 4 - 1) == 0.01
    assert [rate(391 * epoch) for epoch in (0, 19, 20, 48, 49, 78, 79)] == [0.05] * 4 + [0.025] * 2 + [0.0125]
    assert [plain(391 * epoch) for epoch in (0, 29, 30, 60)] == [0.05, 0.05, 0.025, 0.0125]
    assert rate(391 * 620 - 1) == plain(391 * 620 - 1) == pytest.approx(0.05 / 2**20)


def test_twice_the_epochs_at_the_same_rates():
    once, twice = (settings(f"vgg11-{way}", preset="paper") for way in ("sgd", "sgd-double"))
    for step in (0, 5_000, 11_729, 11_730, 240_000):
        assert rates(once, 391)(step) == rates(twice, 391)(2 * step)


@pytest.mark.parametrize("experiment", [VGG, SPLITS])
def test_settings_hold_what_touches_the_arm(experiment):
    assert isinstance(experiment, HomotopyNets)
    parameters = experiment.parameters("paper")
    other = experiment.parameters("paper", {"schedule": "0.02..0.016 by 0.001, 4ep each; 0.01, 600ep", "norms": 0.3})
    for arm in experiment.arms:
        same = experiment.settings(parameters, arm) == experiment.settings(other, arm)
        assert same == arm.id.endswith(("-sgd", "-sgd-double"))


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"schedule": "0, 2ep"}, "not above 0"),
        ({"schedule": "0.01..0.02 by 0.001, 4ep each"}, "rise or stand still"),
        ({"schedule": "0.01 for ever"}, "no part of a schedule"),
        ({"schedule": "0.01, 0.3ep"}, "whole"),
        ({"schedule": "0.01, 0ep; 0.005, 2ep"}, "no step"),
        ({"train_images": 100}, "batch = 128"),
        ({"train_images": 255}, "multiple of 10"),
        ({"width": 1}, "width"),
        ({"learning_rate": 0}, "learning_rate"),
        ({"momentum": 1}, "momentum"),
        ({"dropout": 1}, "dropout"),
        ({"precision": "fp16"}, "bf16"),
        ({"halving": 0}, "halving"),
    ],
)
def test_what_cannot_be_is_told_before_anything_runs(wrong, told):
    with pytest.raises(UsageError, match=told):
        VGG.parameters("smoke", wrong)


def test_a_split_with_an_empty_side_is_refused():
    copies = ready("vgg11-paper")
    only = dataclasses.replace(copies, pairs={"head.linear3.bias": copies.pairs["head.linear3.bias"]})
    with pytest.raises(UsageError, match="leaves θ₁ empty"):
        Quadratic(only, "layer-halves", "zero", 0, 0.9)
