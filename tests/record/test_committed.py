"""Every committed record loads, has the key of what it says was asked, and is found by its experiment's own task."""

from __future__ import annotations

from pathlib import Path

from claimbook.engine.revalidate import task_of
from claimbook.experiment import registry
from claimbook.experiment.parameters import describe
from claimbook.record.canonical import digest_of
from claimbook.record.reading import sweep_of
from claimbook.record.store import Store
from claimbook.record.sweep import SUFFIX
from claimbook.study.asked import judging_presets
from claimbook.study.publishing import LIMIT_MB
from claimbook.study.shelves import matching, why_foreign

STORE = Store(Path(__file__).parents[2] / "records", why_foreign)


def test_no_file_among_the_committed_records_is_faulty():
    assert [fault.text for fault in STORE.scan().faults] == []


def test_each_is_found_by_its_key():
    for record in STORE.scan().records:
        assert record.key == digest_of(record.asked)
        task = task_of(registry.experiments()[record.experiment], record)
        assert STORE.find(task) == record, record.id


def test_each_has_all_settings_that_are_asked_for_today_and_todays_data():
    for record in STORE.scan().records:
        experiment = registry.experiments()[record.experiment]
        known = {info.name for info in describe(experiment.Parameters)}  # a setting may rest on another one's value
        given = {name: value for name, value in record.asked["settings"].items() if name in known}
        today = experiment.settings(experiment.parameters("paper", given), experiment.arm(record.arm))
        assert set(today) <= set(record.asked["settings"]), record.id
        assert record.asked["data"] == experiment.data_identity(record.asked["settings"], False), record.id


def test_every_arm_with_records_has_some_that_a_preset_asks_for_today():
    """A value that is renamed in the settings would leave all records where nobody asks for them."""
    records = STORE.scan().records
    for name, arm in {(record.experiment, record.arm) for record in records}:
        experiment = registry.experiments()[name]
        presets = [experiment.parameters(preset) for preset in judging_presets(experiment)]
        assert any(matching(records, experiment, parameters, arm) for parameters in presets), f"{name} {arm}"


def test_none_is_of_stand_in_data_and_all_are_small():
    assert not [record.id for record in STORE.scan().records if record.data.stand_in]
    assert STORE.size() < LIMIT_MB * 1_000_000


def test_every_committed_sweep_unpacks_and_every_table_has_its_head():
    records = STORE.scan().records
    for record in records:
        if record.sweep is not None:
            assert list(sweep_of(record)) == record.sweep.columns, record.id
    tables = {path.relative_to(STORE.root).as_posix() for path in STORE.root.rglob(f"*{SUFFIX}")}
    assert tables == {f"{Path(r.path).parent.as_posix()}/{r.sweep.file}" for r in records if r.sweep is not None}
