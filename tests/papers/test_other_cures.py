"""The experiment other-cures: its arms, what they share with others, what is measured, stops, and its cost."""

from __future__ import annotations

import json
import math

import pytest
from papers.stopping import Stop

from claimbook.experiment.registry import experiment_named
from claimbook.record.unfinished import Unfinished

CURES = experiment_named("vgg-depth/other-cures")
SMALL = {"epochs": 2, "blocks": 0, "filters": 4}


def task(arm, seed=0, experiment=CURES, **over):
    return experiment.task(experiment.parameters("smoke", SMALL | over), arm, seed, True)


def measured(asked, unfinished=None):
    ((_, found),) = asked.experiment.measure([asked], lambda done, total: None, unfinished or Unfinished())
    return found


class StoppingAfterAnEpoch(Unfinished):
    def save(self, states):
        super().save(states)
        raise Stop


def test_the_nets_differ_and_their_training_does_not():
    paper = {arm.id: CURES.settings(CURES.parameters("paper"), arm) for arm in CURES.arms}
    assert list(paper) == ["resnet", "densenet", "he", "he-slow", "after", "vgg-38"]
    assert [asked.pop("net") for asked in paper.values()] == ["resnet", "densenet", *4 * ["vgg"]]
    normed = [asked.pop("batch_norm", "every") for asked in paper.values()]
    assert normed == ["every", "every", None, None, "after", None]
    assert paper["he"].pop("start") == paper["he-slow"].pop("start") == "he"
    slow = {name: paper["he-slow"].pop(name) * 10 for name in ("learning_rate", "final_rate")}
    assert slow == pytest.approx({name: paper["after"][name] for name in slow}, rel=1e-12)
    paper["he-slow"] |= {name: paper["after"][name] for name in slow}
    assert all(asked == paper["after"] for asked in paper.values())
    assert paper["resnet"]["batch"] == 100 and paper["resnet"]["blocks"] == 5 and paper["resnet"]["dropout"] == 0


def test_what_others_ran_is_not_run_again():
    other = experiment_named("vgg-depth/batch-norm")
    for arm in ("after", "vgg-38"):
        assert task(arm).run == task(arm, experiment=other).run
    assert len({task(arm.id).run for arm in CURES.arms}) == 6


@pytest.mark.parametrize(
    ("arm", "entry", "linear", "layers"),
    [("resnet", "features.0.weight", "output.weight", 8), ("densenet", "entry.weight", "linear.weight", 10)],
)
def test_a_stopped_run_goes_on_where_it_was_bit_for_bit(tmp_path, arm, entry, linear, layers):
    asked = task(arm, 3)
    whole = measured(asked)
    flow = whole.tables["gradient-flow"]
    assert [flow[0]["layer"], flow[-1]["layer"], len(flow)] == [entry, linear, layers]
    assert all(row["first"] > 0 and row["last"] > 0 for row in flow) and not whole.diverged
    assert all(math.isfinite(value) for value in whole.metrics.values())
    assert whole.metrics["entry-ratio-last"] == flow[0]["last"] / flow[-2]["last"]
    assert len(whole.curves["learning"]["iteration"]) == 2 and len(whole.first_losses) == 4
    with pytest.raises(Stop):
        measured(asked, StoppingAfterAnEpoch(tmp_path, "s" * 64, 0.0))
    resumed = measured(asked, Unfinished(tmp_path, "s" * 64))
    assert json.dumps(resumed.metrics) == json.dumps(whole.metrics) and resumed.tables == whole.tables
    assert resumed.curves == whole.curves and resumed.first_losses == whole.first_losses
    assert CURES.first_losses(asked) == whole.first_losses


def test_the_cost_of_an_arm_is_that_of_its_net():
    reduced = CURES.parameters("reduced")
    cost = {arm.id: CURES.cost(CURES.settings(reduced, arm), 1) for arm in CURES.arms}
    assert cost["after"] == cost["vgg-38"] == cost["he"] == cost["he-slow"]
    assert cost["after"] < cost["resnet"] < cost["densenet"] < 1.5 * cost["after"]
