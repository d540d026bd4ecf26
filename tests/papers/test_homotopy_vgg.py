"""The VGG nets of the homotopy paper: runs stopped and gone on with, pairs, what is measured, sizes and their cost."""

from __future__ import annotations

import json
import math

import pytest
from papers.stopping import Stop, StoppingAtSecond

from claimbook.experiment.registry import experiment_named
from claimbook.papers.homotopy.nets import METRICS
from claimbook.papers.homotopy.nets_logs import HEADINGS, beginnings
from claimbook.papers.homotopy.runs import nets_copies
from claimbook.papers.homotopy.runs.nets import HomotopyRun
from claimbook.papers.homotopy.vgg import AT_REDUCED
from claimbook.record.unfinished import Unfinished

VGG, SPLITS = experiment_named("homotopy/vgg"), experiment_named("homotopy/splits")
TINY = {"train_images": 20, "batch": 10, "width": 2, "units": 16}


def task(arm, seed=0, experiment=VGG, **over):
    return experiment.task(experiment.parameters("smoke", TINY | over), arm, seed, True)


def measured(asked, unfinished=None):
    ((_, found),) = asked.experiment.measure([asked], lambda done, total: None, unfinished or Unfinished())
    return found


@pytest.mark.parametrize("arm", ["vgg11-sgd", "vgg11-bn-released", "vgg11-bn-paper"])
def test_a_stopped_run_goes_on_where_it_was_bit_for_bit(tmp_path, arm):
    """With dropout, over the end of a stage, with the momentum that is kept across it."""
    asked = task(arm, 3, schedule="0.01, 3it; 0.005, 5it", halving=1)
    whole = measured(asked)
    with pytest.raises(Stop):
        measured(asked, StoppingAtSecond(tmp_path, "s" * 64, 0.0))
    kept = Unfinished(tmp_path, "s" * 64)
    assert kept.load(asked.key)["step"] == 4
    resumed = measured(asked, kept)
    assert json.dumps(resumed.metrics) == json.dumps(whole.metrics) and resumed.curves == whole.curves
    assert resumed.first_losses == whole.first_losses and len(whole.first_losses) == 8


def test_arms_of_a_seed_share_the_start_and_the_images():
    """The first loss is the mean over the copies, before any step: the same where they start alike."""
    arms = ("vgg11-sgd", "vgg11-sgd-double", "vgg11-paper", "vgg11-paper-start")
    first = [measured(task(arm, 1, dropout=0.0)).first_losses[0] for arm in arms]
    assert first == pytest.approx([first[0]] * 4, rel=1e-6) and first[0] == first[1]
    runs = [HomotopyRun(task(arm, 1).settings, 1, True) for arm in ("vgg11-sgd", "vgg11-released")]
    for step in (0, 3):
        one, other = (run._batch_of(step) for run in runs)
        assert (one[0] == other[0]).asnumpy().all() and (one[1] == other[1]).asnumpy().all()
    again, elsewhere = (measured(task("vgg11-sgd", seed, dropout=0.0)).first_losses for seed in (1, 2))
    assert again[0] == first[0] != elsewhere[0]


def test_each_copy_has_dropout_of_its_own():
    """Two copies at one start, on the same images: their cross-entropies differ by the masks alone."""
    one, both = (measured(task(arm)).first_losses[0] for arm in ("vgg11-sgd", "vgg11-paper"))
    assert one != both


def test_what_is_measured():
    found = measured(task("vgg11-released", schedule="0.01, 1ep; 0.005, 2ep"))
    assert list(found.metrics) == [metric.name for metric in METRICS] and None not in found.metrics.values()
    accuracies, path = found.curves["learning"]["validation_accuracy"], found.curves["homotopy"]
    own = found.metrics
    assert own["last-accuracy"] == accuracies[-1] and own["best-accuracy"] == max(accuracies)
    assert own["best-epoch"] == accuracies.index(max(accuracies)) + 1
    assert own["last-error"] + own["last-accuracy"] == own["best-error"] + own["best-accuracy"] == 1
    assert own["distance"] == path["distance"][-1] > 0 and own["objective"] == path["objective"][-1]
    assert path["level"] == [0.01, 0.005, 0.005] and found.curves["learning"]["iteration"] == [2, 4, 6]
    alone = measured(task("vgg11-sgd"))
    assert "homotopy" not in alone.curves
    missing = {name for name, value in alone.metrics.items() if value is None}
    assert missing == {"copy-accuracy", "objective", "distance", "relative-distance"}


def test_a_run_that_blows_up_is_a_result(monkeypatch):
    start = nets_copies.start
    monkeypatch.setattr(nets_copies, "start", lambda *a, **k: {n: 1e30 * x for n, x in start(*a, **k).items()})
    found = measured(task("vgg11-released"))
    assert found.diverged and set(found.metrics.values()) == {None}


@pytest.mark.parametrize("arm", ["vgg16-paper", "vgg19-bn-released", "vgg16-bn-sgd"])
def test_the_deep_nets_run(arm):
    found = measured(task(arm))
    assert not found.diverged and math.isfinite(found.metrics["test-loss"])


def seconds(experiment, arm, seeds, preset="reduced"):
    return experiment.cost(experiment.settings(experiment.parameters(preset), experiment.arm(arm)), seeds)


def test_the_sizes_keep_their_promises():
    """`reduced`: at most 5 core-hours for all runs of both experiments, each made once; `quick`: 3 minutes an arm."""
    planned = {arm: (VGG, seeds) for seeds, arms in AT_REDUCED.items() for arm in arms}
    planned |= {arm.id: (SPLITS, 3) for arm in SPLITS.arms if arm.id not in planned}
    hours = sum(seconds(experiment, arm, seeds) for arm, (experiment, seeds) in planned.items()) / 3600
    assert 4 < hours <= 5
    assert {arm.id for arm in VGG.arms} - set(planned) == {a.id for a in VGG.arms if a.id[3:5] in ("16", "19")}
    for experiment in (VGG, SPLITS):
        assert all(seconds(experiment, arm.id, 1, "quick") <= 180 for arm in experiment.arms)


def test_the_paper_preset_is_the_released_code_s():
    asked = VGG.task(VGG.parameters("paper"), "vgg13-bn-released", 0, False)
    own = asked.settings
    assert (own["width"], own["units"], own["train_images"], own["batch"]) == (64, 512, 50_000, 128)
    assert (own["learning_rate"], own["momentum"], own["weight_decay"], own["halving"]) == (0.05, 0.9, 5e-4, 30)
    assert (own["dropout"], own["norms"], own["precision"]) == (0.5, 0.1, "fp32")
    assert asked.data["subset"] == "all"
    assert seconds(VGG, "vgg11-released", 1, "paper") > 10 * 3600


def test_the_logs_begin_as_they_are_logged():
    rows = {(net, way): cells for net, way, *cells in beginnings()}
    assert len(rows) == 4 and all(len(cells) == len(HEADINGS) - 2 for cells in rows.values())
    assert rows["VGG11", "SGD"][:2] == ["32.40", "49.77"] and rows["VGG11", "SGD"][-2:] == ["91.01", "19"]
    assert rows["VGG11", "released code"][-2:] == ["91.39", "1"]  # after the ninth epoch it is ahead, 75.63 to 72.59
    assert rows["VGG13", "released code"] == "22.44 38.34 55.08 68.31 68.07 76.18 78.06 78.40 93.09 0".split()
