"""The splits of the homotopy paper: what each takes apart, and the runs that are the other experiment's too."""

from __future__ import annotations

import numpy as np
import pytest

from claimbook.experiment.registry import experiment_named
from claimbook.papers.homotopy.runs.nets import HomotopyRun
from claimbook.papers.homotopy.runs.nets_copies import copies_of
from claimbook.record.unfinished import Unfinished

VGG, SPLITS = experiment_named("homotopy/vgg"), experiment_named("homotopy/splits")
TINY = {"train_images": 20, "batch": 10, "width": 2, "units": 16}


def task(experiment, arm, **over):
    return experiment.task(experiment.parameters("smoke", TINY | over), arm, 0, True)


def test_arms_that_both_experiments_have_are_one_run():
    shared = {arm.id for arm in VGG.arms} & {arm.id for arm in SPLITS.arms}
    assert shared == {"vgg11-sgd", "vgg11-paper-start", "vgg11-released", "vgg13-sgd", "vgg13-released"}
    for arm in shared:
        for preset in ("reduced", "paper"):
            one, other = (e.task(e.parameters(preset), arm, 2, False) for e in (VGG, SPLITS))
            assert one.run == other.run and one.key != other.key


@pytest.mark.parametrize("arm", [arm.id for arm in SPLITS.arms if arm.settings["way"] == "paper"])
def test_every_split_runs_and_learns_something(arm):
    ((_, found),) = SPLITS.measure([task(SPLITS, arm)], lambda done, total: None, Unfinished())
    assert not found.diverged and found.metrics["distance"] > 0
    assert len(set(found.first_losses)) == len(found.first_losses)


def test_halves_of_the_layers_are_counted_along_the_net():
    """VGG11's first five convolutions are θ₁, its last three and the dense layers θ₂."""
    run = HomotopyRun(task(SPLITS, "vgg11-layer-halves").settings, 0, True)
    first = {name: bool(pair._first.all()) for name, pair in _pairs(run).items()}
    assert all(pair._first.all() or not pair._first.any() for pair in _pairs(run).values())
    layers = list(dict.fromkeys(name.rpartition(".")[0] for name in first))
    assert [first[f"{layer}.weight"] for layer in layers] == [True] * 5 + [False] * 6
    assert layers[0] == "trunk.group0.conv0" and layers[-1] == "head.linear3"


def test_a_random_split_is_the_seed_s_and_stays():
    one, same = (_pairs(HomotopyRun(task(SPLITS, arm).settings, 0, True)) for arm in ("vgg11-random",) * 2)
    other = _pairs(HomotopyRun(task(SPLITS, "vgg11-random").settings, 1, True))
    name = "head.linear1.weight"
    assert np.array_equal(one[name]._first, same[name]._first)
    assert not np.array_equal(one[name]._first, other[name]._first) and 0.3 < one[name]._first.mean() < 0.7


def test_pins_are_where_the_weights_start_or_at_0():
    settings = task(SPLITS, "vgg11-random").settings
    begun = copies_of(settings, 10, 0).pairs
    at_start = _pairs(HomotopyRun(settings, 0, True))
    for name, pair in at_start.items():
        assert np.array_equal(pair._pin.asnumpy(), begun[name][0].data().asnumpy())
    at_zero = _pairs(HomotopyRun(task(SPLITS, "vgg11-random-zero").settings, 0, True))
    assert all(pair._pin is None for pair in at_zero.values())


def _pairs(run):
    """Name → the pair of the run's quadratic terms."""
    return dict(zip(run._copies.pairs, run._terms._homotopy._pairs, strict=True))
