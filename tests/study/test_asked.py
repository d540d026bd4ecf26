from __future__ import annotations

import pytest
from engine.fakes import Walk

from claimbook.errors import UsageError
from claimbook.study.asked import check_choices, checked_arms, checked_devices, checked_seeds, judging_presets


def test_seeds_are_a_number_or_a_list():
    assert checked_seeds(None, 4) == (0, 1, 2, 3)
    assert checked_seeds(2, 4) == (0, 1)
    assert checked_seeds([5, 0], 4) == (0, 5)


@pytest.mark.parametrize("seeds", [0, -1, True, 1.5, "3", [], [1, 1], [-1], [0.5], {}])
def test_seeds_that_make_no_sense_are_refused(seeds):
    with pytest.raises(UsageError, match="is not understood"):
        checked_seeds(seeds, 4)


def test_arms_come_in_the_experiments_order():
    assert checked_arms(Walk(), None) == ("up", "down")
    assert checked_arms(Walk(), ["down", "up"]) == checked_arms(Walk(), "down, up") == ("up", "down")
    with pytest.raises(UsageError, match="Did you mean 'down'"):
        checked_arms(Walk(), ["dwn"])
    with pytest.raises(UsageError, match="No arm"):
        checked_arms(Walk(), [])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"preset": "papr"}, "Did you mean 'paper'"),
        ({"make": "sometimes"}, "way of making"),
        ({"data": "fake"}, "kind of data"),
        ({"jobs": 0}, "jobs = 0"),
        ({"jobs": True}, "jobs = True"),
        ({"device": "tpu"}, "no device named 'tpu'"),
        ({"device": "gpu"}, "fake/walk computes on the CPU only"),
        ({"preset": "published", "device": "cpu"}, "takes what is there"),
        ({"preset": "published", "make": "always"}, "takes what is there"),
        ({"preset": "published", "data": "stand-in"}, "takes what is there"),
        ({"preset": "smoke", "data": "real"}, "never uses the real data"),
    ],
    ids=str,
)
def test_what_cannot_be_asked_is_said(change, words):
    asked = {"preset": "paper", "make": "missing", "data": None, "jobs": 1} | change
    with pytest.raises(UsageError, match=words):
        check_choices(Walk(), **asked)


def test_the_device_is_the_gpu_only_where_the_experiment_the_precision_and_mxnet_can(monkeypatch):
    looked = []
    monkeypatch.setattr("claimbook.study.asked.choose", lambda device: looked.append(device) or "gpu")
    for device in ("auto", "cpu"):
        assert checked_devices(Walk(), device, {"fp32"}) == ("cpu",)
    assert looked == []  # nobody runs nvidia-smi for a study that has no choice
    monkeypatch.setattr(Walk, "devices", ("cpu", "gpu"))
    assert checked_devices(Walk(), "auto", {"fp32"}) == ("gpu", "cpu")
    assert checked_devices(Walk(), "gpu", {"fp32"}) == ("gpu",)
    assert checked_devices(Walk(), "auto", {"fp32", "bf16"}) == ("cpu",)
    with pytest.raises(UsageError, match="bf16 on the CPU only"):
        checked_devices(Walk(), "gpu", {"bf16"})
    monkeypatch.setattr("claimbook.study.asked.choose", lambda device: "cpu")
    assert checked_devices(Walk(), "auto", {"fp32"}) == ("cpu",)


def test_judging_presets_are_the_largest_first():
    assert judging_presets(Walk()) == ("paper", "reduced")


def test_own_files_are_taken_where_the_experiment_takes_them(tmp_path, monkeypatch):
    monkeypatch.setattr(Walk, "own_files", ("gas-sensor",))
    asked = {"preset": "paper", "make": "missing", "data": f"gas-sensor={tmp_path}", "jobs": 1}
    check_choices(Walk(), **asked)
    for change, words in (
        ({"data": f"mnist={tmp_path}"}, "takes no files of your own in the place of mnist.*\n.*place of gas-sensor"),
        ({"data": f"gas-senser={tmp_path}"}, "Did you mean 'gas-sensor'"),
        ({"data": f"gas-sensor={tmp_path / 'nowhere'}"}, "no folder"),
        ({"data": "gas-sensor="}, "does not say which files"),
        ({"preset": "smoke"}, "never uses your own files"),
        ({"preset": "published"}, "takes what is there"),
    ):
        with pytest.raises(UsageError, match=words):
            check_choices(Walk(), **asked | change)
    monkeypatch.undo()
    with pytest.raises(UsageError, match="It runs on the published data, or on the stand-in"):
        check_choices(Walk(), **asked)
