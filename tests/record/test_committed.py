"""Every committed record loads, has the key of what it says was asked, and is found by its experiment's own task."""

from __future__ import annotations

from pathlib import Path

from claimbook.engine.revalidate import task_of
from claimbook.experiment import registry
from claimbook.record.canonical import digest_of
from claimbook.record.store import Store
from claimbook.study.publishing import LIMIT_MB
from claimbook.study.shelves import why_foreign

STORE = Store(Path(__file__).parents[2] / "records", why_foreign)


def test_no_file_among_the_committed_records_is_faulty():
    assert [fault.text for fault in STORE.scan().faults] == []


def test_each_is_found_by_its_key():
    for record in STORE.scan().records:
        assert record.key == digest_of(record.asked)
        task = task_of(registry.experiments()[record.experiment], record)
        assert STORE.find(task) == record, record.id


def test_each_is_what_a_preset_asks_for_today_but_for_the_parameters_it_was_asked_with():
    for record in STORE.scan().records:
        experiment = registry.experiments()[record.experiment]
        settings = [
            experiment.settings(experiment.parameters(preset.name), experiment.arm(record.arm)).keys()
            for preset in experiment.presets
        ]
        identity = experiment.data_identity(record.asked["settings"], False)
        assert record.asked["settings"].keys() in settings, record.id
        assert record.asked["data"] == identity, record.id


def test_none_is_of_stand_in_data_and_all_are_small():
    assert not [record.id for record in STORE.scan().records if record.data.stand_in]
    assert STORE.size() < LIMIT_MB * 1_000_000
