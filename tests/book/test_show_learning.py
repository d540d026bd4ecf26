"""Learning curves by epochs: what is drawn, of which size, and what is not."""

import pytest
from book.learned import learned, published

from claimbook.book import show
from claimbook.book.study_learning import COLUMNS
from claimbook.errors import UsageError

TWO = {"vgg-08": {0: 0.4, 1: 0.6}, "vgg-38": {0: 0.01, 1: 0.01}}


def test_there_are_four_panels_over_epochs_whatever_the_steps_were():
    shown = show.learning(learned("depth", TWO), classes=100)
    assert shown.html.count("<svg") == 4
    lines = shown.text.splitlines()
    assert [line.split(":")[0] for line in lines[:4]] == list(COLUMNS.values())
    assert "accuracy over epoch: VGG_08 from 0.167 to 0.5; VGG_38 from 0.00333 to 0.01; a guess 0.01." in lines[0]
    assert "VGG_08 from 4.83 to 4.5" in lines[3] and "a guess 4.61" in lines[3]
    assert "the mean over 2 seeds" in shown.text and "Preset reduced, real data." in shown.text


def test_each_size_has_a_row_of_its_own():
    study = published("depth", paper={"vgg-08": {0: 0.5}}, reduced=TWO)
    shown = show.learning(study, classes=100)
    assert shown.html.count("<figure") == 2 and shown.html.count("<svg") == 8
    paper, reduced = shown.text.split("Preset paper, committed records.")
    assert "VGG_08 from 0.167 to 0.5" in paper and "VGG_38" not in paper
    assert "VGG_38" in reduced and "Preset reduced, committed records." in reduced


def test_a_run_that_diverged_is_counted_and_one_epoch_is_a_point():
    study = learned("depth", {"vgg-08": {0: 0.4, 1: None}}, epochs=1)
    assert "1 run of 2 diverged" in show.learning(study, classes=100).text


def test_nothing_says_so_and_an_unknown_arm_is_named():
    assert "No record" in show.learning(learned("depth", {}), classes=100).text
    with pytest.raises(UsageError, match="vgg-8"):
        show.learning(learned("depth", TWO), classes=100, arms=["vgg-8"])
