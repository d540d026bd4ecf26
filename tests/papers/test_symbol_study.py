"""Training on symbols: steps as a plain loop takes them, what is measured, stopped, blown up, asked wrongly."""

from __future__ import annotations

import json

import numpy as np
import pytest
from papers.stopping import Stop

from claimbook.compat import mxnet
from claimbook.data.affine import Affine
from claimbook.data.symbols import load_symbols
from claimbook.errors import UsageError
from claimbook.experiment.registry import experiment_named, experiments
from claimbook.models.symbol_cnn import SymbolCNN, start
from claimbook.papers.math_symbols import scores
from claimbook.papers.math_symbols.runs import symbols
from claimbook.papers.math_symbols.study import SymbolStudy
from claimbook.record.unfinished import Unfinished
from claimbook.seeds import stream
from claimbook.train.weights import set_values, values, weights_of

mx = mxnet()
SMALL = {"epochs": 2, "side": 17, "filters": 2, "each": 10}


def task(name="dataset-1", arm="set-1", seed=0, preset="smoke", **over):
    experiment = experiment_named(f"math-symbols/{name}")
    return experiment.task(experiment.parameters(preset, SMALL | over), arm, seed, True)


def begun(*given, **over):
    asked = task(*given, **over)
    return asked.experiment.begun(asked.settings, asked.seed, True)


def measured(asked, unfinished=None):
    ((_, found),) = asked.experiment.measure([asked], lambda done, total: None, unfinished or Unfinished())
    return found


def outputs_of(net, images):
    return net(mx.nd.array(images, dtype=images.dtype)).asnumpy().astype(np.float64)


def cross_entropy(logits, labels):
    logs = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    return -logs[np.arange(len(labels)), labels].mean()


class PlainLoop:
    """Keras' training: MXNet for the net and its gradients, NumPy in float64 for all else."""

    def __init__(self, seed):
        self.data = load_symbols(seed=seed, each=10, side=17, stand_in=True)
        self.net, self.seed, self.losses, self.count = SymbolCNN(16, 17, (2, 4, 8), 4, 0.0), seed, [], 0
        self.net.initialize(mx.init.Zero())
        set_values(weights_of(self.net), start(self.net, seed))
        self.adam = {
            name: [p.data().asnumpy().astype(np.float64), 0.0, 0.0] for name, p in weights_of(self.net).items()
        }

    def minibatch(self, step):
        rows = stream(self.seed, "order/0").permutation(len(self.data.train_y))[step * 32 : (step + 1) * 32]
        draw = stream(self.seed, f"augment/{step}")
        images = Affine(30, 0.2)(self.data.train_x[rows], draw)
        for axis in (3, 2):
            turned = draw.random(len(rows)) < 0.5
            images[turned] = np.flip(images[turned], axis)
        return images, self.data.train_y[rows]

    def step(self, step):
        x, y = self.minibatch(step)
        with mx.autograd.record():
            loss = mx.gluon.loss.SoftmaxCrossEntropyLoss()(self.net(mx.nd.array(x)), mx.nd.array(y)).mean()
        loss.backward()
        self.losses.append(float(loss.asscalar()))
        self.count += 1
        for name, (weight, mean, square) in self.adam.items():
            parameter = weights_of(self.net)[name]
            gradient = parameter.grad().asnumpy().astype(np.float64)
            mean, square = 0.9 * mean + 0.1 * gradient, 0.999 * square + 0.001 * gradient**2
            rate = 0.002 * np.sqrt(1 - 0.999**self.count) / (1 - 0.9**self.count)
            weight = weight - rate * mean / (np.sqrt(square) + 1e-7)
            self.adam[name] = [weight, mean, square]
            parameter.set_data(mx.nd.array(weight))


def test_training_is_that_of_a_plain_loop():
    """The split, the start, the order, rotation with zoom and the flips, Keras' Adam; a last batch that is short."""
    run, plain = begun(seed=3, epochs=1, dropout=0.0, learning_rate=0.002), PlainLoop(3)
    run.train()
    for step in range(4):
        plain.step(step)
    assert len(plain.data.train_y) == 128
    np.testing.assert_allclose(run.losses.values, plain.losses, rtol=2e-4)
    curve = run.curve.columns
    assert curve["iteration"] == [4] and curve["train_loss"] == [pytest.approx(np.mean(plain.losses), rel=2e-4)]
    loss = cross_entropy(outputs_of(plain.net, plain.data.validation_x), plain.data.validation_y)
    assert curve["validation_loss"] == [pytest.approx(loss, rel=1e-3)] and curve["rate"] == [0.002]


def test_means_of_an_epoch_are_over_its_images():
    """Of batches of 50, 50 and 28; each image counts alike, as Keras counts."""
    run = begun(epochs=1, batch=50)
    run.train()
    by_hand = (50 * run.losses.values[0] + 50 * run.losses.values[1] + 28 * run.losses.values[2]) / 128
    assert run.curve.columns["train_loss"] == [pytest.approx(by_hand, rel=1e-12)]
    right = run.curve.columns["train_accuracy"][0] * 128
    assert right == pytest.approx(round(right), abs=1e-4)
    again = begun(epochs=2, batch=50)
    again.train(until=4)  # as `revalidate` stops it, within an epoch
    assert again.curve.columns["iteration"] == [3, 4] and again.curve.columns["train_loss"][1] == again.losses.values[3]


def test_it_stops_and_the_rate_falls_as_declared(monkeypatch):
    """Validation is made up. The best epoch is the second, a tie is not better; the loss must fall by 1e-4."""
    run = begun(epochs=9, patience=3, rate_patience=2, rate_factor=0.1, least_rate=5e-5)
    accuracies, losses = iter([0.1, 0.3, 0.3, 0.2, 0.3, 0.9]), iter([1.0, 0.99995, 0.9, 0.95, 0.95, 0.1])
    kept = []
    with monkeypatch.context() as made_up:
        made_up.setattr(symbols, "_accuracy", lambda outputs, labels: next(accuracies))
        made_up.setattr(symbols, "cross_entropy", lambda outputs, labels: next(losses))
        run.train(keep=lambda: kept.append(values(run._weights)))
    curve = run.curve.columns
    assert curve["validation_accuracy"] == [0.1, 0.3, 0.3, 0.2, 0.3] and curve["rate"] == [1e-3] * 5
    found = run.measurement().metrics
    assert (found["epochs"], found["best-epoch"], found["best-validation-accuracy"]) == (5, 2, 0.3)
    for epoch, name in ((4, "test-accuracy"), (1, "best-test-accuracy")):
        net = SymbolCNN(16, 17, (2, 4, 8), 4)
        net.initialize()
        set_values(weights_of(net), kept[epoch])
        answers = outputs_of(net, run.data.test_x).argmax(axis=1)
        assert found[name] == pytest.approx(np.mean(answers == run.data.test_y))
    assert all(np.array_equal(array, kept[4][name]) for name, array in values(run._weights).items())


@pytest.mark.parametrize(
    ("arm", "rates"), [("set-1", [1e-3, 1e-3, 1e-3, 1e-4, 1e-4, 5e-5]), ("fixed-rate", [1e-3] * 6)]
)
def test_the_rate_falls_on_a_plateau_but_for_the_arm_that_keeps_it(monkeypatch, arm, rates):
    given = {"rate_patience": 2, "rate_factor": 0.1, "least_rate": 5e-5}
    run = begun("optimisation", arm, epochs=6, **given)
    monkeypatch.setattr(symbols, "cross_entropy", lambda outputs, labels: 1.0)
    run.train()
    assert run.curve.columns["rate"] == pytest.approx(rates, rel=1e-12)
    assert set(given).isdisjoint(task("optimisation", arm).settings) == (arm == "fixed-rate")


class StoppingAfterAnEpoch(Unfinished):
    def save(self, states):
        super().save(states)
        raise Stop


@pytest.mark.parametrize(("name", "arm"), [("dataset-3", "set-3"), ("augmentation", "whitening")])
def test_a_stopped_run_goes_on_where_it_was_bit_for_bit(tmp_path, name, arm):
    asked = task(name, arm, 3)
    whole = measured(asked)
    with pytest.raises(Stop):
        measured(asked, StoppingAfterAnEpoch(tmp_path, "s" * 64, 0.0))
    kept = Unfinished(tmp_path, "s" * 64)
    assert kept.load(asked.key)["step"] == -(-8 * (15 if arm == "set-3" else 16) // 32)
    resumed = measured(asked, kept)
    assert json.dumps(resumed.metrics) == json.dumps(whole.metrics) and resumed.tables == whole.tables
    assert resumed.curves == whole.curves and resumed.first_losses == whole.first_losses


def test_what_is_measured_is_whole_and_agrees_with_itself():
    asked = task("leakage", "set-3", each=0, epochs=3)
    found, own = measured(asked), load_symbols("math-symbols-3", side=17, stand_in=True)
    metrics, tables = found.metrics, found.tables
    assert set(metrics) == {metric.name for metric in asked.experiment.metrics} and None not in metrics.values()
    assert metrics["test-images"] == 45 and metrics["copied-share"] == found.data["test_in_train"] / 45 > 0.5
    assert metrics["near-share"] >= metrics["copied-share"]
    assert metrics["errors"] == pytest.approx(45 * (1 - metrics["test-accuracy"]))
    wrong = scores.confusion(own.test_y, own.test_y, 15) - [
        [row[name] for name in own.classes] for row in tables["confusion"]
    ]
    assert metrics["errors"] == wrong.clip(0).sum() > 0
    assert metrics["test-low"] < metrics["test-accuracy"] < metrics["test-high"]
    assert metrics["macro-f1"] == pytest.approx(np.mean([row["f1"] for row in tables["classes"]]))
    assert sum(row[name] for row in tables["confusion"] for name in own.classes) == 45
    shown = tables["mistakes"][0]
    place = own.files["test"].index(shown["file"])
    assert own.shas["test"][place] == shown["sha256"] and own.classes[own.test_y[place]] == shown["truth"]
    assert shown["truth"] != shown["answer"] and 0 < shown["confidence"] < 1


def test_without_copies_nothing_is_seen_twice():
    run = begun("leakage", "exact-3", each=0)
    facts = run.data.facts()
    assert facts["copies_removed"] == 450 and facts["test_in_train"] == facts["repeated_train"] == 0
    assert run.data.asked.deduplicate == "exact"
    assert task("leakage", "near-1").data["copies"].startswith("near removed") != task("leakage").data["copies"]
    assert task("dataset-1", deduplicate="exact").data == task("leakage", "exact-1").data


def test_arms_of_a_seed_share_what_they_have_in_common():
    """Start, order and dropout: until a rate falls nothing differs; flips come on top of the same rotation and zoom."""
    first = {arm: begun("optimisation", arm, 1) for arm in ("set-1", "fixed-rate", "sgd", "normal-start")}
    for run in first.values():
        run.train(until=2)
    losses = {arm: run.losses.values for arm, run in first.items()}
    assert losses["set-1"] == losses["fixed-rate"] and losses["set-1"][0] == losses["sgd"][0] != losses["sgd"][1]
    assert losses["normal-start"][0] not in (losses["set-1"][0], begun(seed=2).train(until=1))
    plain, flipped, none = (begun("augmentation", arm, 1) for arm in ("rotation-zoom", "horizontal", "none"))
    (one, labels), (other, same), (still, _) = (run._batch_of(0) for run in (plain, flipped, none))
    one, other = one.asnumpy(), other.asnumpy()
    mirrored = [np.array_equal(other[row], one[row][:, :, ::-1]) for row in range(32)]
    assert all(mirrored[row] or np.array_equal(other[row], one[row]) for row in range(32)) and 8 < sum(mirrored) < 24
    assert np.array_equal(labels.asnumpy(), same.asnumpy())
    assert np.array_equal(still.asnumpy(), none.data.train_x[none._batches.rows(0)])


@pytest.mark.parametrize("kind", ["exact", "low-rank"])
def test_whitening_is_fitted_to_the_training_images_and_done_to_all(kind):
    """Against the square root of the inverse covariance in float64, of pixels from 0 to 1."""
    changed = {"rotation": 0.0, "zoom": 0.0, "whitening": kind, "whitening_rank": 127}
    run = begun(epochs=1, each=10, **changed)
    rows = run.data.train_x.reshape(128, -1) / 255.0
    mean, width = rows.mean(axis=0), rows.shape[1]
    spread, turn = np.linalg.eigh((rows - mean).T @ (rows - mean) / 128)
    variances = np.maximum(spread, 0)
    if kind == "low-rank":
        variances = np.maximum(variances, np.sort(variances)[-127])
    matrix = turn / np.sqrt(variances + 1e-6) @ turn.T

    def white(images):
        return ((images.reshape(len(images), width) / 255.0 - mean) @ matrix).reshape(images.shape).astype(np.float32)

    batch = run._batch_of(0)[0].asnumpy()
    expected = white(run.data.train_x[run._batches.rows(0)])
    unflipped = [np.abs(batch[row] - expected[row]).max() < 0.05 * np.abs(expected).max() for row in range(32)]
    assert 2 < sum(unflipped) < 16  # a quarter is not flipped; whitening stands behind the flips
    run.train()
    outputs = outputs_of(run.net, white(run.data.validation_x))
    loss = cross_entropy(outputs, run.data.validation_y)
    assert run.curve.columns["validation_loss"] == [pytest.approx(loss, rel=0.02)]
    np.testing.assert_allclose(run.outputs(run.data.test_x), outputs_of(run.net, white(run.data.test_x)), atol=0.05)


def test_a_run_that_blows_up_is_a_result(monkeypatch):
    def far_away(net, settings, seed):
        return start(net, seed) | {"dense.bias": np.full(4, 1e5), "output.weight": np.full((16, 4), 3e38)}

    monkeypatch.setattr(symbols, "start_of", far_away)
    found = measured(task())
    assert found.diverged and set(found.metrics.values()) == {None} and found.tables == {}


def test_many_classes_have_their_confused_pairs_alone(monkeypatch):
    monkeypatch.setattr(symbols, "MOST_CLASSES", 14)
    asked = task("all-classes", "classes-82", each=20)
    found = measured(asked)
    assert asked.data["subset"].startswith("classes all") and set(found.tables) == {"confused", "classes", "mistakes"}
    assert len(found.tables["classes"]) == 15  # of the stand-in


def studies():
    return [found for found in experiments().values() if isinstance(found, SymbolStudy)]


def test_an_arm_that_several_experiments_have_is_one_run():
    runs = {}
    for study in studies():
        for preset in {own.name for own in study.presets} & {"reduced", "paper"}:
            for arm in study.arms:
                made = study.task(study.parameters(preset), arm.id, 0, False)
                runs.setdefault((preset, arm.id), set()).add(made.run)
    assert all(len(found) == 1 for found in runs.values())
    assert len(set().union(*runs.values())) == len(runs)


def test_the_sizes_keep_their_promises():
    """At most 12 core-hours: data set I at `paper`, all else at `reduced`, each run once; `quick`: 3 minutes an arm."""
    seconds = {}
    for study in studies():
        preset = "paper" if study.name == "dataset-1" else "reduced"
        for arm in study.arms:
            assert study.cost(study.settings(study.parameters("quick"), arm), 1) <= 180
            if preset in {own.name for own in study.presets}:
                asked = study.task(study.parameters(preset), arm.id, 0, False)
                seconds[asked.run] = study.cost(asked.settings, study.preset(preset).seeds)
    assert 10 < sum(seconds.values()) / 3600 <= 12 and len(seconds) == 21


def test_the_paper_preset_is_the_paper_s():
    study = experiment_named("math-symbols/dataset-1")
    asked = study.task(study.parameters("paper"), "set-1", 0, False)
    own = asked.settings
    assert (own["epochs"], own["patience"], own["batch"], own["side"], own["filters"]) == (100, 10, 32, 50, 64)
    assert (own["learning_rate"], own["rate_factor"], own["rate_patience"], own["least_rate"]) == (1e-3, 0.5, 3, 1e-5)
    assert (own["rotation"], own["zoom"], own["flips"], own["dropout"], own["each"]) == (30, 0.2, "both", 0.5, 0)
    assert own["whitening"] == "none" and "whitening_rank" not in own and study.preset("paper").seeds == 5
    assert "int(0.80 n)" in asked.data["split"] and asked.data["copies"] == "kept"


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"each": 5}, "below 7 images"),
        ({"each": -1}, "each"),
        ({"precision": "fp16"}, "bf16"),
        ({"epochs": 0}, "epochs"),
        ({"learning_rate": 0}, "learning_rate"),
        ({"least_rate": 0.1}, "least_rate = 0.1 is not below learning_rate = 0.001"),
        ({"rate_factor": 1}, "rate_factor"),
        ({"side": 16}, "side"),
        ({"filters": 0}, "filters"),
        ({"dropout": 1}, "dropout"),
        ({"rotation": 190}, "rotation"),
        ({"zoom": 1}, "zoom"),
        ({"deduplicate": "some"}, "exact"),
        ({"skip_damaged": "some"}, "skip_damaged"),
        ({"whitening": "zca"}, "low-rank"),
        ({"whitening": "low-rank", "whitening_rank": 868}, "at most 867"),
        ({"arm": "set-2"}, "set-1"),
    ],
)
def test_what_cannot_be_is_told_before_anything_runs(wrong, told):
    with pytest.raises(UsageError, match=told):
        task(**wrong)


def test_too_many_directions_or_a_large_batch_are_told():
    for wrong in ({"whitening": "low-rank", "whitening_rank": 128}, {"batch": 129}):
        with pytest.raises(UsageError, match="12[79]"):
            begun(**wrong)
