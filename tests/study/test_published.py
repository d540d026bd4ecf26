from __future__ import annotations

from engine.fakes import Walk, tasks
from record.made import edit, record_of

from claimbook.study import committed, published, reproduce, users


def commit(preset, only, **overrides):
    for task in tasks(preset, only=only, **overrides):
        committed().save(record_of(task))


def test_each_arm_is_shown_at_its_largest_preset_and_labelled(walk):
    commit("paper", [("up", 0), ("up", 1), ("up", 2)])
    commit("reduced", [("up", 0), ("down", 0), ("down", 1)])
    study = reproduce("fake/walk", preset="published")
    assert study.presets == {"up": "paper", "down": "reduced"}
    assert list(study.metric("up", "end")) == [0, 1, 2] and list(study.metric("down", "end")) == [0, 1]
    assert study.records["up", 0].asked["settings"]["steps"] == 50
    assert [(gap.arm, gap.seed) for gap in study.gaps] == [("down", 2), ("down", 3)]
    assert study.gaps[0].command == (
        "claimbook run fake/walk --preset reduced --seeds 4 && claimbook publish fake/walk --preset reduced"
    )
    assert "different presets" in study.notes[0] and study.made == 0 and study.found == 5


def test_each_size_is_a_study_of_its_own_that_mixes_nothing(walk):
    commit("paper", [("up", 0)])
    commit("reduced", [("up", 0), ("up", 1), ("down", 0), ("down", 1)])
    paper, reduced = (study := reproduce("fake/walk", preset="published")).by_size
    assert list(study.records) == [("up", 0), ("down", 0), ("down", 1)]
    assert list(paper.records) == [("up", 0)] and set(paper.presets.values()) == {"paper"} and paper.notes == ()
    assert list(reduced.records) == [("up", 0), ("up", 1), ("down", 0), ("down", 1)] and reduced.gaps == ()
    assert (paper.parameters.steps, reduced.parameters.steps, study.parameters.steps) == (50, 30, 50)
    assert paper.preset == reduced.preset == "published" and reduced.seeds == (0, 1)
    assert list(reproduce("fake/walk", preset="published", seeds=[1]).by_size[0].records) == [("up", 1), ("down", 1)]


def test_a_study_of_one_preset_is_one_size(walk):
    study = reproduce("fake/walk", preset="smoke")
    assert study.by_size == [study]
    assert reproduce("fake/walk", preset="published").by_size[0].records == {}


def test_seeds_beyond_the_preset_count_too_and_can_be_chosen(walk):
    walk_tasks = [walk.task(walk.parameters("paper"), arm, seed, False) for arm in ("up", "down") for seed in range(5)]
    for task in walk_tasks:
        committed().save(record_of(task))
    assert reproduce("fake/walk", preset="published").seeds == (0, 1, 2, 3, 4)
    few = reproduce("fake/walk", preset="published", seeds=2, arms="up")
    assert list(few.records) == [("up", 0), ("up", 1)] and few.gaps == ()


def test_only_committed_real_records_at_judging_presets_are_shown(walk):
    commit("smoke", [("up", 0)], stand_in=True)
    commit("quick", [("up", 0)])
    commit("paper", [("up", 1)], stand_in=True)
    users().save(record_of(tasks("paper", only=[("up", 0)])[0]))
    study = reproduce("fake/walk", preset="published")
    assert study.records == {} and len(study.gaps) == 6 and study.presets == {"up": "paper", "down": "paper"}


def test_parameters_go_over_those_of_the_preset(walk):
    commit("paper", [("up", 0)])
    commit("paper", [("down", 0)], drift=0.5)
    study = reproduce("fake/walk", preset="published", drift=0.5)
    assert list(study.records) == [("down", 0)] and study.parameters.drift == 0.5
    assert "-p drift=0.5" in study.gaps[0].command


def test_faulty_files_are_named_and_stale_records_marked(walk, monkeypatch):
    commit("paper", None)
    (file, *_) = sorted(committed().root.rglob("*.json"))
    edit(file, diverged=True)
    monkeypatch.setattr(published, "source_digest", lambda module: "f" * 64)
    study = reproduce("fake/walk", preset="published")
    assert len(study.faults) == 1 and "edited" in study.faults[0] and len(study.records) == 5 and len(study.gaps) == 1
    assert "5 of 5 records are stale" in " ".join(study.notes)


def test_without_a_checkout_all_is_a_gap(walk, monkeypatch):
    monkeypatch.setattr("claimbook.study.shelves.committed", lambda: None)
    study = reproduce("fake/walk", preset="published")
    assert study.records == {} and len(study.gaps) == 6


def test_an_experiment_without_reduced_falls_back_on_paper(walk, monkeypatch):
    monkeypatch.setattr(Walk, "presets", tuple(preset for preset in Walk.presets if preset.name != "reduced"))
    assert set(reproduce("fake/walk", preset="published").presets.values()) == {"paper"}
