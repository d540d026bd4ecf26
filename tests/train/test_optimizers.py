"""Every optimizer through one table: a quadratic and Rosenbrock's valley, against the textbook in NumPy float64."""

from __future__ import annotations

import json

import numpy as np
import pytest
from train import textbook

from claimbook.compat import mxnet
from claimbook.errors import UsageError
from claimbook.train.momentum import Momentum
from claimbook.train.optimizers import METHODS, Optimizer, method_named
from claimbook.train.optimizers.descent import LARGE

mx = mxnet()

STEPS = 16
HESSIANS = {"a": np.array([1.0, 3.0, 10.0]), "b": np.array([[0.5, 2.0]])}
STARTS = {
    "quadratic": {"a": np.array([1.0, -2.0, 0.5]), "b": np.array([[3.0, 0.0]])},
    "rosenbrock": {"x": np.array([-1.25, 1.0])},
}
L2 = {"none": 0.0, "all": 0.25, "some": {"b": 0.25}}  # "some" leaves Rosenbrock's x out

# method: rate (a power of 2, which float32 holds) on the quadratic and on Rosenbrock's valley; options other than the
# defaults, all of them numbers that float32 holds
TABLE = {
    "sgd": (2.0**-5, 2.0**-10, {}),
    "momentum": (2.0**-6, 2.0**-13, {"momentum": 0.75}),
    "nesterov": (2.0**-6, 2.0**-13, {"momentum": 0.75}),
    "adagrad": (2.0**-2, 2.0**-3, {"epsilon": 2.0**-8}),
    "adadelta": (1.0, 1.0, {"rho": 0.75, "epsilon": 2.0**-8}),
    "rmsprop": (2.0**-5, 2.0**-6, {"rho": 0.75, "epsilon": 2.0**-8}),
    "adam": (2.0**-4, 2.0**-4, {"beta1": 0.75, "beta2": 0.875, "epsilon": 2.0**-8}),
    "adamw": (2.0**-4, 2.0**-4, {"beta1": 0.75, "beta2": 0.875, "epsilon": 2.0**-8, "form": "keras"}),
    "amsgrad": (2.0**-4, 2.0**-4, {"beta1": 0.75, "beta2": 0.875, "epsilon": 2.0**-8}),
}


def falling(rate):
    """A rate of 0 at first, as warm-up may have; then one that halves, rises again, and once more is 0."""
    return lambda step: rate * (0.0, 1.0, 1.0, 0.5, 0.25, 1.0, 0.0, 2.0)[step % 8]


RATES = {"fixed": lambda rate: rate, "changing": falling}


def gradients(problem, w):
    """Of Σ h w² / 2, or of (1 − x)² + 100 (y − x²)²."""
    if problem == "quadratic":
        return {name: HESSIANS[name] * w[name] for name in w}
    x, y = w["x"]
    return {"x": np.array([-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)])}


def parameters(start, dtype="float32"):
    made = {}
    for name, array in start.items():
        made[name] = mx.gluon.Parameter(name, shape=array.shape, dtype=dtype)
        made[name].initialize(mx.init.Zero())
        made[name].set_data(mx.nd.array(array, dtype=dtype))
    return made


def values(weights):
    return {name: p.data().astype("float64").asnumpy() for name, p in weights.items()}


def take(optimizer, problem, steps):
    """Steps with gradients that are computed in float64 and rounded to the weights' type."""
    path = []
    for step in steps:
        found = gradients(problem, values(optimizer.weights))
        for name, parameter in optimizer.weights.items():
            parameter.grad()[:] = found[name]
        optimizer.update(step)
        path.append(values(optimizer.weights))
    return path


def by_the_book(method, problem, rate, l2, narrow=textbook.exact, **options):
    start = {name: array.copy() for name, array in STARTS[problem].items()}
    each = l2 if isinstance(l2, dict) else dict.fromkeys(start, l2)
    rate_of = rate if callable(rate) else lambda step: rate
    walk = textbook.METHODS[method](start, rate_of, each, narrow, **options)
    w, path = next(walk), []
    for _ in range(STEPS):
        w = walk.send(gradients(problem, w))
        path.append({name: array.copy() for name, array in w.items()})
    return path


def decay(method, l2):
    return {"decay" if method == "adamw" else "l2": l2}


def rate_on(method, problem, kind):
    return RATES[kind](TABLE[method][0 if problem == "quadratic" else 1])


def cases():
    for method in TABLE:
        for kind in RATES:
            yield from ((method, "quadratic", L2[l2], kind) for l2 in L2)
            yield from ((method, "rosenbrock", L2[l2], kind) for l2 in ("none", "all"))


def apart(found, wanted):
    """The largest distance on the path, against the largest weight of the path."""
    away = [np.abs(f[name] - w[name]).max() for f, w in zip(found, wanted, strict=True) for name in w]
    return np.max(away) / np.max([np.abs(array).max() for w in wanted for array in w.values()])  # a NaN stays one


def test_the_table_has_every_method():
    assert set(TABLE) == set(METHODS) == set(textbook.METHODS)


@pytest.mark.parametrize(("method", "problem", "l2", "kind"), list(cases()))
def test_every_method_is_the_textbooks(method, problem, l2, kind):
    """float32 weights and PyTorch's defaults, to 3e-6; float64 weights and other options to 1e-12."""
    rate = rate_on(method, problem, kind)
    whole = Optimizer(parameters(STARTS[problem]), method, rate, **decay(method, l2))
    assert apart(take(whole, problem, range(STEPS)), by_the_book(method, problem, rate, l2)) < 3e-6
    options = TABLE[method][2]
    fine = Optimizer(parameters(STARTS[problem], "float64"), method, rate, **options, **decay(method, l2))
    wanted = by_the_book(method, problem, rate, l2, textbook.float32, **options)
    assert apart(take(fine, problem, range(STEPS)), wanted) < 1e-12


@pytest.mark.parametrize("shape", [(250, 200), (500, 10, 2, 5)])
def test_large_weights_descend_as_small_ones_do(shape):
    """From `LARGE` entries on another operator of MXNet does it."""
    assert np.prod(shape) == LARGE
    w, g = (np.random.default_rng(i).normal(size=shape) for i in (0, 1))
    weights = parameters({"w": w}, "float64")
    weights["w"].grad()[:] = mx.nd.array(g, dtype="float64")
    Optimizer(weights, "sgd", 0.25, l2=0.125).update(0)
    assert apart([{"w": weights["w"].data().asnumpy()}], [{"w": w - 0.25 * (g + 0.125 * w)}]) < 1e-15


def test_the_defaults_are_pytorchs():
    options = {name: dict(vars(method_named(name))) for name in METHODS}
    assert options["momentum"]["momentum"] == options["nesterov"]["momentum"] == 0.9
    assert options["adagrad"]["epsilon"] == 1e-10
    assert (options["adadelta"]["rho"], options["adadelta"]["epsilon"]) == (0.9, 1e-6)
    assert (options["rmsprop"]["rho"], options["rmsprop"]["epsilon"]) == (0.99, 1e-8)
    for name in ("adam", "adamw", "amsgrad"):
        assert [options[name][each] for each in ("beta1", "beta2", "epsilon", "form")] == [0.9, 0.999, 1e-8, "pytorch"]
    assert options["adamw"]["decay"] == 0.01 and all(each["l2"] == 0 for each in options.values())


@pytest.mark.parametrize("method", ["adam", "adamw", "amsgrad"])
def test_the_two_forms_of_adam_part_where_gradients_are_small(method):
    """First step, g = ε: PyTorch's is η g / (g + ε), Keras' η g / (g + ε / √(1 − β₂)), some thirty times ε."""
    for form, wanted in (("pytorch", 0.5), ("keras", 1 / (1 + 1 / np.sqrt(0.001)))):
        weights = parameters({"w": np.array([0.0])}, "float64")
        optimizer = Optimizer(weights, method, 1.0, form=form, epsilon=1e-3)
        weights["w"].grad()[:] = 1e-3
        optimizer.update(0)
        assert values(weights)["w"] == pytest.approx(-wanted, rel=2e-5)  # 1 − β₂ in float32


def test_mxnets_nesterov_takes_the_decay_of_its_momentum_from_changed_weights():
    """Why λ w is added before: of 0.5 w with w = 1, moved to 0.25, the momentum should get 0.5 and gets 0.125."""
    weight, moved = mx.nd.ones(1), mx.nd.zeros(1)
    mx.nd.nag_mom_update(weight, mx.nd.zeros(1), moved, out=weight, lr=1, momentum=0.5, wd=0.5)
    assert (weight.asscalar(), moved.asscalar()) == (0.25, -0.125)


def test_momentum_is_that_of_the_tutorial_bit_for_bit():
    rate = lambda step: 0.02 * 0.95 ** (step // 3)  # noqa: E731
    ours = Optimizer(parameters(STARTS["quadratic"]), "momentum", rate, l2={"a": 0.3})
    theirs = Momentum(parameters(STARTS["quadratic"]), rate, 0.9, {"a": 0.3})
    first, second = take(ours, "quadratic", range(20)), take(theirs, "quadratic", range(20))
    assert apart(first, second) == 0


@pytest.mark.parametrize("dtype", ["float32", "float16"])
@pytest.mark.parametrize("method", METHODS)
def test_going_on_is_the_same_bit_for_bit(method, dtype):
    def made():
        optimizer = Optimizer(parameters(STARTS["quadratic"], dtype), method, falling(0.05), **decay(method, 0.1))
        optimizer.scale = 0.5
        return optimizer

    whole = take(made(), "quadratic", range(12))
    for stop in (1, 7):  # after the first step, of rate 0, and after the next such step
        first, second = made(), made()
        second.scale = 1.0
        middle = take(first, "quadratic", range(stop))[-1]
        state = first.state()
        state = {**json.loads(json.dumps({**state, "slots": None})), "slots": state["slots"]}
        take(first, "quadratic", range(stop, 12))  # the state is a copy
        for name, parameter in second.weights.items():
            parameter.set_data(mx.nd.array(middle[name], dtype=dtype))
        second.go_on_from(state)
        assert apart(take(second, "quadratic", range(stop, 12)), whole[stop:]) == 0


def test_a_foreign_state_is_refused_and_nothing_changes():
    adam = Optimizer(parameters(STARTS["quadratic"]), "adam", 0.1)
    take(adam, "quadratic", range(2))
    before = adam.state()
    other = parameters({"a": np.zeros(4), "b": np.zeros((1, 2))})
    with pytest.raises(ValueError, match="a/mean"):
        adam.go_on_from(Optimizer(other, "adam", 0.1).state())
    with pytest.raises(ValueError, match="b/most"):
        adam.go_on_from(Optimizer(parameters(STARTS["quadratic"]), "amsgrad", 0.1).state())
    with pytest.raises(ValueError, match="state of adamw does not fit this adam"):
        adam.go_on_from({**before, "method": "adamw"})
    after = adam.state()
    assert all(np.array_equal(before["slots"][name], after["slots"][name]) for name in before["slots"])
    assert after["count"] == 2


@pytest.mark.parametrize("method", METHODS)
def test_weights_without_gradient_stand_still_and_twins_move_once(method):
    weights = parameters(STARTS["quadratic"])
    mean = mx.gluon.Parameter("mean", shape=(2,), grad_req="null", init="ones")
    mean.initialize()
    optimizer = Optimizer({**weights, "mean": mean, "again": weights["a"]}, method, 0.1, **decay(method, 0.5))
    assert set(optimizer.weights) == {"a", "b"}
    alone = Optimizer(parameters(STARTS["quadratic"]), method, 0.1, **decay(method, 0.5))
    assert apart(take(optimizer, "quadratic", range(3)), take(alone, "quadratic", range(3))) == 0
    assert (mean.data().asnumpy() == 1).all()


@pytest.mark.parametrize("kind", ["float16", "bfloat16"])
def test_half_weights_follow_a_float32_master(kind):
    """Steps of 2⁻¹² at 1: halves cannot hold a single one, the master holds all."""
    dtype = np.dtype([("bfloat16", np.uint16)]) if kind == "bfloat16" else np.float16
    weight = mx.gluon.Parameter("w", shape=(1,), dtype=dtype, init="ones")
    weight.initialize()
    optimizer = Optimizer({"w": weight}, "sgd", 2.0**-12)
    for step in range(64):
        mx.nd.amp_cast(mx.nd.ones(1), dtype=dtype, out=weight.grad())
        optimizer.update(step)
    assert optimizer.state()["slots"]["w/master"] == 1 - 2.0**-6
    assert mx.nd.amp_cast(weight.data(), dtype="float32").asscalar() == 1 - 2.0**-6


def test_scale_and_rate():
    optimizer = Optimizer(parameters(STARTS["rosenbrock"]), "sgd", lambda step: 0.1 / (step + 1))
    optimizer.scale *= 0.5
    assert [optimizer.rate_at(step) for step in (0, 1, 4)] == pytest.approx([0.05, 0.025, 0.01])
    for wrong in (-1e-3, float("nan"), float("inf")):
        with pytest.raises(UsageError, match="learning rate of step 3"):
            Optimizer(parameters(STARTS["rosenbrock"]), "sgd", lambda step, rate=wrong: rate).update(3)


@pytest.mark.parametrize(
    ("method", "options", "says"),
    [
        ("adma", {}, "no optimizer named 'adma'.*Did you mean 'adam'"),
        ("adam", {"beta_1": 0.9}, "no option of adam named 'beta_1'.*Did you mean 'beta1'"),
        ("adamw", {"l2": 0.1}, "no option of adamw named 'l2'.*decay"),
        ("sgd", {"momentum": 0.9}, "no option of sgd named 'momentum'"),
        ("momentum", {"momentum": 1}, "momentum = 1.*less than 1"),
        ("momentum", {"momentum": {"a": 0.5}}, "momentum is a mapping"),
        ("nesterov", {"momentum": -0.1}, "momentum = -0.1.*at least 0"),
        ("adam", {"beta1": True}, "beta1 = True"),
        ("adam", {"beta2": 1.0}, "beta2 = 1.0"),
        ("adam", {"epsilon": 0}, "epsilon = 0.*greater than 0"),
        ("adam", {"epsilon": "tiny"}, "epsilon = 'tiny'"),
        ("adam", {"form": "torch"}, "no value of form named 'torch'.*pytorch"),
        ("rmsprop", {"rho": float("nan")}, "rho = nan"),
        ("sgd", {"l2": -1e-4}, "l2 = -0.0001.*at least 0"),
        ("sgd", {"l2": {"a": -1}}, "l2 of a = -1"),
        ("sgd", {"l2": {"c": 0.1}}, r"no trained weight \(for l2\) named 'c'"),
    ],
)
def test_mistakes_are_said(method, options, says):
    with pytest.raises(UsageError, match=f"(?s){says}"):
        Optimizer(parameters(STARTS["quadratic"]), method, 0.1, **options)


@pytest.mark.parametrize("rate", [0, -0.1, float("inf"), None, "0.1"])
def test_a_wrong_rate_is_said(rate):
    with pytest.raises(UsageError, match="rate = .*"):
        Optimizer(parameters(STARTS["quadratic"]), "sgd", rate)


def test_nothing_to_train():
    with pytest.raises(UsageError, match="nothing to train"):
        Optimizer({}, "sgd", 0.1)
