"""The paper's table next to ours, and which of its numbers stand there."""

import dataclasses

import pytest
from book.learned import learned, published

from claimbook.book import show
from claimbook.book.study_printed import printed
from claimbook.claims.statistics import mean_interval
from claimbook.errors import UsageError
from claimbook.experiment.registry import experiment_named

METRICS = ["train-accuracy", "test-accuracy", "test-loss"]
OURS = {"before": {0: 0.06, 1: 0.08, 2: 0.07}, "vgg-08": {0: 0.1}}


def rows(shown):
    return [line for line in shown.text.splitlines() if ": the paper" in line or line.startswith("ours, ")]


def test_below_the_papers_row_are_ours_of_both_epochs():
    paper, last, best, *_ = rows(show.paper_table(learned("batch-norm", OURS), METRICS))
    assert paper.split()[-3:] == ["55.5", "47.43", "1.968"] and paper.startswith("VGG_38, BN before ReLU")
    spread = [mean_interval([100 * (share + less) for share in (0.06, 0.08, 0.07)]) for less in (0, -0.02, -0.03)]
    texts = [f"{found.mean:.4g} [{found.lo:.4g},\u00a0{found.hi:.4g}]" for found in spread]
    assert "ours, reduced, last epoch" in last and texts[0] in last and texts[1] in last
    assert "best epoch" in best and texts[2] in best and texts[0] in best
    assert last.rstrip().endswith("0 1 2")


def test_what_the_paper_does_not_print_is_a_dash_and_a_seed_has_no_interval():
    *_, paper, last, _ = rows(show.paper_table(learned("batch-norm", OURS), METRICS))
    assert paper.split()[-3:] == ["–", "49.95", "–"]
    assert last.split()[-4:] == ["10", "8", "0", "0"]  # the arm's last-test-loss is 0


def test_both_sizes_stand_below_each_other_with_links():
    study = published("batch-norm", paper={"before": {0: 0.47}}, reduced=OURS)
    shown = show.paper_table(study, METRICS)
    whose = [line.split("ours, ")[1].split(",")[0] for line in rows(shown) if "ours, " in line]
    assert whose[:4] == ["paper", "paper", "reduced", "reduced"]
    assert "ledger.html#claim-vgg-5-1" in shown.html and "records/vgg-depth/batch-norm.html#record-" in shown.html
    assert "<a " not in show.paper_table(learned("batch-norm", OURS), METRICS).html


def test_a_run_that_diverged_is_counted():
    text = show.paper_table(learned("batch-norm", {"before": {0: 0.06, 1: 0.08, 2: None}}), METRICS).text
    assert "(2 of 3 runs)" in text


def test_the_most_exact_number_of_several_is_taken_and_shared_arms_have_theirs():
    own = printed(experiment_named("vgg-depth/weight-decay"))
    assert own["decay-0.001", "test-accuracy"][0].printed == 0.527  # the abstract rounds it to 53 %
    other = printed(experiment_named("vgg-depth/combined"))
    assert (other["decay-0.001", "test-accuracy"][0].printed, other["after", "train-loss"][0].printed) == (0.527, 1.211)
    assert ("relu", "test-error") in printed(experiment_named("identity-mapping/activation"))


def test_an_unknown_metric_is_named():
    with pytest.raises(UsageError, match="tets-accuracy"):
        show.paper_table(learned("batch-norm", OURS), ["tets-accuracy"])


def test_a_table_of_arms_at_different_presets_names_them():
    study = learned("batch-norm", OURS)
    assert "preset " not in show.table(study, "gap").text.splitlines()[0]
    mixed = dataclasses.replace(study, presets={**study.presets, "before": "paper"})
    lines = show.table(mixed, "gap").text.splitlines()
    assert "preset" in lines[0] and "  paper  " in next(line for line in lines if line.startswith("before"))


def test_an_arm_of_two_presets_has_a_row_and_a_panel_of_each_where_others_have_one():
    sizes = published("batch-norm", paper={"before": {0: 0.47}}, reduced=OURS).sizes
    study = dataclasses.replace(sizes["reduced"], presets={**sizes["reduced"].presets, "before": "paper"}, sizes=sizes)
    lines = [line.split() for line in show.table(study, "test-accuracy").text.splitlines()]
    of_arm = {arm: [line for line in lines if line[:1] == [arm]] for arm in ("before", "vgg-08")}
    assert [("paper" in line, "reduced" in line) for line in of_arm["before"]] == [(True, False), (False, True)]
    assert ["0.47", "0"] == of_arm["before"][0][-2:] and of_arm["before"][1][-3:] == ["0", "1", "2"]
    assert ["reduced" in line for line in of_arm["vgg-08"]] == [True]
    panels = [line for line in show.points(study, "test-accuracy").text.splitlines() if line.startswith("test-")]
    assert panels[0].startswith("test-accuracy, preset paper: VGG_38") and "VGG_08" not in panels[0]
    assert panels[1].startswith("test-accuracy, preset reduced: ") and "VGG_08" in panels[1]


def test_long_nets_are_folded_where_asked():
    study = learned("depth", {}, shown="paper")
    long, short = (show.networks(study, fold=fold).text for fold in (False, True))
    assert len(short.splitlines()) < len(long.splitlines()) / 2 and "10 × (Conv2D, LeakyReLU)" in short
    assert "336,196" in long and "336,196" in short and "59,716" in short


def test_metrics_that_name_their_epoch_have_one_row():
    shown = show.paper_table(learned("batch-norm", OURS), ["last-test-accuracy", "test-accuracy"], epochs=())
    paper, ours, *_ = rows(shown)
    assert paper.startswith("VGG_38, BN before ReLU") and ours.startswith("ours, reduced ")
    found = [mean_interval([100 * (share - less) for share in (0.06, 0.08, 0.07)]).mean for less in (0.02, 0)]
    assert all(f"{mean:.4g} [" in ours for mean in found) and "best epoch" not in shown.text
