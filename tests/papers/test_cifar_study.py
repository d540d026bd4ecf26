"""Training on CIFAR-100: a few steps as a plain loop takes them, what is measured, stopped, blown up, asked wrongly."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from papers.stopping import Stop

from claimbook.compat import mxnet
from claimbook.data.cifar import load_cifar
from claimbook.errors import UsageError
from claimbook.experiment.registry import experiment_named, experiments
from claimbook.models import vgg
from claimbook.models.vgg import VGG, start
from claimbook.papers.vgg_depth.study import CifarStudy
from claimbook.record.unfinished import Unfinished
from claimbook.seeds import stream
from claimbook.train.weights import set_values, weights_of

mx = mxnet()
SMALL = {"epochs": 2, "blocks": 0, "filters": 3}


def task(name="batch-norm", arm="after", seed=0, preset="smoke", **over):
    experiment = experiment_named(f"vgg-depth/{name}")
    return experiment.task(experiment.parameters(preset, SMALL | over), arm, seed, True)


def measured(asked, unfinished=None):
    ((_, found),) = asked.experiment.measure([asked], lambda done, total: None, unfinished or Unfinished())
    return found


def cropped_and_flipped(images, draw):
    """Zeros of 4 pixels around each image, a window of its size at a random place, half of them mirrored."""
    down, right = draw.integers(0, 8, (2, len(images)), endpoint=True)
    mirrored = draw.random(len(images)) < 0.5
    made = np.zeros_like(images)
    for i, image in enumerate(images):
        wide = np.zeros((3, 40, 40), np.uint8)
        wide[:, 4:36, 4:36] = image
        cut = wide[:, down[i] : down[i] + 32, right[i] : right[i] + 32]
        made[i] = cut[:, :, ::-1] if mirrored[i] else cut
    return made


class PlainLoop:
    """The hand-out's training: MXNet for the net and its gradients, NumPy in float64 for all else."""

    def __init__(self, seed, batch, epochs, decay):
        self.data = load_cifar("cifar-100", subset=200, validation=10, stand_in=True)
        self.net, self.seed, self.batch, self.epochs, self.decay = (
            VGG(0, "after", filters=3),
            seed,
            batch,
            epochs,
            decay,
        )
        self.net.initialize(mx.init.Zero())
        self.weights = weights_of(self.net)
        set_values(self.weights, start(self.net, seed))
        trained = {name: p for name, p in self.weights.items() if p.grad_req != "null"}
        self.adam = {name: [p.data().asnumpy().astype(np.float64), 0.0, 0.0] for name, p in trained.items()}
        self.losses, self.accuracies, self.count = [], [], 0

    def epoch(self, epoch):
        """Losses and accuracies of an epoch's minibatches, before their steps."""
        order = stream(self.seed, f"order/{epoch}").permutation(190)
        rate = 2e-5 + (1e-3 - 2e-5) * (1 + math.cos(math.pi * epoch / self.epochs)) / 2
        for rows in (order[at : at + self.batch] for at in range(0, 190, self.batch)):
            draw = stream(self.seed, f"augment/{self.count}")
            x = mx.nd.array(cropped_and_flipped(self.data.train_x[rows], draw), dtype="float32")
            y = self.data.train_y[rows]
            with mx.autograd.record():
                logits = self.net(x)
                loss = mx.gluon.loss.SoftmaxCrossEntropyLoss()(logits, mx.nd.array(y)).mean()
            loss.backward()
            self.losses.append(float(loss.asscalar()))
            self.accuracies.append(float(np.mean(logits.asnumpy().argmax(axis=1) == y)))
            self.count += 1
            self.step(rate)

    def step(self, rate):
        for name, (weight, mean, square) in self.adam.items():
            gradient = self.weights[name].grad().asnumpy().astype(np.float64) + self.decay * weight
            mean, square = 0.9 * mean + 0.1 * gradient, 0.999 * square + 0.001 * gradient**2
            unbiased = mean / (1 - 0.9**self.count), square / (1 - 0.999**self.count)
            weight = weight - rate * unbiased[0] / (np.sqrt(unbiased[1]) + 1e-8)
            self.adam[name] = [weight, mean, square]
            self.weights[name].set_data(mx.nd.array(weight))


@pytest.mark.parametrize(("arm", "batch", "decay"), [("after", 100, 0.0), ("decay-batch-50", 50, 0.001)])
def test_training_is_that_of_a_plain_loop(arm, batch, decay):
    """The order, the crops and flips, Adam with L2, the cosine by epochs, and means over an epoch's minibatches."""
    found, plain = measured(task("combined", arm, seed=3)), PlainLoop(3, batch, 2, decay)
    for epoch in range(2):
        plain.epoch(epoch)
    np.testing.assert_allclose(found.first_losses, plain.losses, rtol=2e-4)
    curve, steps = found.curves["learning"], -(-190 // batch)
    assert curve["iteration"] == [steps, 2 * steps]
    by_epoch = [np.mean(part) for part in np.split(np.array(plain.losses), 2)]
    np.testing.assert_allclose(curve["train_loss"], by_epoch, rtol=2e-4)
    right = [np.mean(part) for part in np.split(np.array(plain.accuracies), 2)]
    np.testing.assert_allclose(curve["train_accuracy"], right, atol=0.011)  # one image of a minibatch
    logits = plain.net(mx.nd.array(plain.data.validation_x, dtype="float32")).asnumpy().astype(np.float64)
    logs = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    loss = -logs[np.arange(10), plain.data.validation_y].mean()
    assert curve["validation_loss"][-1] == pytest.approx(loss, rel=1e-3)


def test_the_test_is_of_the_best_epoch_and_the_last_one_is_told_too(monkeypatch):
    """Validation accuracies are made up: the second of three epochs is the best, and a later tie does not count."""
    from claimbook.papers.vgg_depth.runs.cifar import CifarRun

    asked = task(epochs=3)
    run = CifarRun(asked.settings, 0, True)
    made_up, kept, real = iter([0.1, 0.3, 0.3]), [], run._seen

    def seen(inputs, targets):
        accuracy, loss = real(inputs, targets)
        if len(targets) != 10:  # the test images
            return accuracy, loss
        kept.append({name: p.data().asnumpy() for name, p in run._weights.items()})
        return next(made_up), loss

    monkeypatch.setattr(run, "_seen", seen)
    run.train()
    found, curve = run.measurement(), run.curve.columns
    assert found.metrics["best-epoch"] == 2 and found.metrics["best-validation-accuracy"] == 0.3
    assert found.metrics["best-train-loss"] == curve["train_loss"][1] != curve["train_loss"][2]
    assert found.metrics["train-loss"] == curve["train_loss"][2]
    for epoch, prefix in ((1, ""), (2, "last-")):
        set_values(run._weights, kept[epoch])
        data = load_cifar("cifar-100", subset=200, validation=10, stand_in=True)
        accuracy, loss = real(data.test_x, data.test_y)
        assert (found.metrics[f"{prefix}test-accuracy"], found.metrics[f"{prefix}test-loss"]) == (accuracy, loss)
    assert found.metrics["gap"] == found.metrics["train-accuracy"] - found.metrics["test-accuracy"]


def test_gradients_are_told_by_layer():
    found = measured(task("depth", "vgg-38", blocks=1))
    rows = found.tables["gradient-flow"]
    assert [row["layer"] for row in rows][::7] == ["entry.conv.weight", "stage1.reduction.first.conv.weight"]
    assert len(rows) == 14 and rows[-1]["layer"] == "linear.weight"
    assert found.metrics["gradient-first"] == pytest.approx(np.mean([row["first"] for row in rows]))
    assert found.metrics["least-gradient-last"] == min(row["last"] for row in rows)
    assert found.metrics["entry-ratio-last"] == rows[0]["last"] / rows[-2]["last"]


def test_arms_of_a_seed_share_the_start_and_the_images():
    """The first loss is that of the start on the first minibatch: weight decay has no part in it, another seed has."""
    one, decayed, other = (
        measured(task("weight-decay", arm, seed, epochs=1)).first_losses
        for arm, seed in (("after", 1), ("decay-0.005", 1), ("after", 2))
    )
    assert one[0] == decayed[0] != other[0] and one[1] != decayed[1]


class StoppingAfterAnEpoch(Unfinished):
    def save(self, states):
        super().save(states)
        raise Stop


@pytest.mark.parametrize(("name", "arm"), [("dropout", "dropout-0.5"), ("combined", "decay-batch-80")])
def test_a_stopped_run_goes_on_where_it_was_bit_for_bit(tmp_path, name, arm):
    asked = task(name, arm, 3)
    whole = measured(asked)
    with pytest.raises(Stop):
        measured(asked, StoppingAfterAnEpoch(tmp_path, "s" * 64, 0.0))
    kept = Unfinished(tmp_path, "s" * 64)
    assert kept.load(asked.key)["step"] == -(-190 // asked.settings["batch"])
    resumed = measured(asked, kept)
    assert json.dumps(resumed.metrics) == json.dumps(whole.metrics) and resumed.tables == whole.tables
    assert resumed.curves == whole.curves and resumed.first_losses == whole.first_losses


def test_dropout_changes_the_losses():
    assert measured(task("dropout", "dropout-0.2")).first_losses != measured(task("dropout", "after")).first_losses


def test_a_run_that_blows_up_is_a_result(monkeypatch):
    def far_away(net, seed, he=False):
        return {name: 1e30 * array for name, array in start(net, seed).items()}

    monkeypatch.setattr(vgg, "start", far_away)
    found = measured(task("depth", "vgg-08"))
    assert found.diverged and set(found.metrics.values()) == {None} and found.curves["learning"] == {"iteration": []}


def studies():
    return [found for found in experiments().values() if isinstance(found, CifarStudy)]


def test_an_arm_that_several_experiments_have_is_one_run():
    runs = {}
    for study in studies():
        for arm in study.arms:
            runs.setdefault(arm.id, set()).add(study.task(study.parameters("paper"), arm.id, 0, False).run)
    assert all(len(found) == 1 for found in runs.values())
    assert len(set().union(*runs.values())) == len(runs) and {"after", "vgg-08", "decay-0.001"} <= set(runs)


def test_the_sizes_keep_their_promises():
    """`reduced`: at most 8 core-hours for all runs, each made once; `quick`: at most 3 minutes an arm."""
    seconds = {}
    for study in studies():
        for arm in study.arms:
            settings = study.settings(study.parameters("reduced"), arm)
            own = study.cost(settings, study.preset("reduced").seeds)
            seconds[arm.id] = max(own, seconds.get(arm.id, 0))
            assert study.cost(study.settings(study.parameters("quick"), arm), 1) <= 180
            assert settings["filters"] == 32 and settings.get("blocks") in (0, 5, None)
    assert 4 < sum(seconds.values()) / 3600 <= 8 and len(seconds) == 16


def test_the_paper_preset_is_the_report_s():
    asked = experiment_named("vgg-depth/combined").task(
        experiment_named("vgg-depth/combined").parameters("paper"), "decay-batch-80", 0, False
    )
    own = asked.settings
    assert (own["train_images"], own["validation_images"], own["epochs"]) == (47_500, 2_500, 100)
    assert (own["blocks"], own["batch_norm"], own["weight_decay"], own["batch"]) == (5, "after", 0.001, 80)
    assert (own["learning_rate"], own["final_rate"], own["dropout"]) == (1e-3, 2e-5, 0)
    assert asked.data["subset"] == "all" and "2500" in asked.data["split"].replace(",", "")


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"train_images": 49_000}, "51,?500|49,010"),
        ({"train_images": 195}, "multiple of 100"),
        ({"train_images": 90}, "batch of 100"),
        ({"precision": "fp16"}, "bf16"),
        ({"epochs": 0}, "epochs"),
        ({"learning_rate": 0}, "learning_rate"),
        ({"final_rate": 0.1}, "final_rate = 0.1 is above learning_rate = 0.001"),
        ({"train_images": 1_990, "validation_images": 110}, "2,100, and the stand-in has 2,000"),
        ({"blocks": -1}, "blocks"),
        ({"filters": 0}, "filters"),
    ],
)
def test_what_cannot_be_is_told_before_anything_runs(wrong, told):
    with pytest.raises(UsageError, match=told):
        task(**wrong)
