"""Which device a study computes on: settled before a key is made, and the records of a device keep to it."""

from __future__ import annotations

import shlex

import pytest
from engine.fakes import Walk

from claimbook import gpu
from claimbook.errors import UsageError
from claimbook.study import reproduce
from claimbook.study.remaking import remake_command


@pytest.fixture
def both(walk, monkeypatch):
    """The experiment computes on both devices; the machine has a GPU, until `both(False)`."""
    monkeypatch.setattr(Walk, "devices", ("cpu", "gpu"))

    def has(card):
        cards = [gpu.Gpu("A card", (8, 6), "525.105.17")] if card else []
        monkeypatch.setattr(gpu, "gpus", lambda: cards)
        monkeypatch.setattr(gpu, "_refusal", lambda cards: None if cards else UsageError("There is no GPU here."))

    has(True)
    return has


def devices(study):
    return {record.asked["device"] for record in study.records.values()}


def test_a_study_that_has_no_choice_is_computed_on_the_cpu(walk):
    assert devices(reproduce("fake/walk", preset="quick")) == {"cpu"}
    with pytest.raises(UsageError, match="computes on the CPU only"):
        reproduce("fake/walk", preset="quick", device="gpu")


def test_auto_is_the_gpu_where_there_is_one_and_the_record_names_the_card(both):
    study = reproduce("fake/walk", preset="quick")
    assert devices(study) == {"gpu"} and study.made == 4
    assert {record.provenance.device for record in study.records.values()} == {"gpu, A card"}
    assert reproduce("fake/walk", preset="quick", device="gpu").found == 4
    both(False)
    with pytest.raises(UsageError, match="no GPU here"):
        reproduce("fake/walk", preset="quick", device="gpu")
    assert devices(reproduce("fake/walk", preset="quick")) == {"cpu"}


def test_records_of_the_cpu_that_are_all_there_are_found_and_not_made_again_on_a_gpu(both):
    made = reproduce("fake/walk", preset="quick", device="cpu")
    found = reproduce("fake/walk", preset="quick")
    assert found.records == made.records and found.made == 0
    more = reproduce("fake/walk", preset="quick", seeds=3)  # not all there: no study mixes two devices
    assert devices(more) == {"gpu"} and more.made == 6
    assert devices(reproduce("fake/walk", preset="quick", make="always")) == {"gpu"}


def test_the_commands_ask_for_the_device(both):
    study = reproduce("fake/walk", preset="quick", device="gpu", make="never")
    assert {gap.command for gap in study.gaps} == {"claimbook run fake/walk --preset quick --seeds 2 --device gpu"}
    for device in ("cpu", "gpu"):
        record = reproduce("fake/walk", preset="quick", device=device).records["up", 0]
        words = shlex.split(remake_command(Walk(), record))
        assert words[words.index("--device") + 1] == device
