"""Which GPUs MXNet's wheels serve, with nvidia-smi played by a script on the PATH."""

from __future__ import annotations

import types

import pytest

from claimbook import compat
from claimbook.errors import UsageError
from claimbook.gpu import Gpu, choose, described, gpus, has_code, number

RTX, H200 = "NVIDIA GeForce RTX 3090, 8.6, 525.105.17", "NVIDIA H200, 9.0, 570.86.15"


def nvidia_smi(tmp_path, monkeypatch, script: str) -> None:
    command = tmp_path / "nvidia-smi"
    command.write_text(f"#!/bin/sh\n{script}\n")
    command.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")


@pytest.mark.parametrize(
    ("capability", "runs"),
    [
        ((3, 0), False),
        ((3, 7), False),
        ((5, 0), True),
        ((5, 2), True),
        ((6, 0), True),
        ((6, 1), True),
        ((7, 0), True),
        ((7, 5), True),
        ((8, 0), True),
        ((8, 6), True),
        ((8, 9), True),
        ((9, 0), False),
        ((10, 0), False),
        ((12, 0), False),
        (None, False),
    ],
)
def test_the_wheels_serve_5_0_to_8_9(capability, runs):
    assert has_code(capability) is runs
    gpu = Gpu("card", capability, "535.104.05")
    assert gpu.to_dict()["has_code"] is runs
    assert gpu.wheel == ("mxnet-cu117" if runs else None)
    assert ("CPU is used" in gpu.advice) is not runs


@pytest.mark.parametrize(
    ("driver", "wheel"),
    [("440.33.01", None), ("450.80.02", "mxnet-cu112"), ("510.47.03", "mxnet-cu112"), ("515.43.04", "mxnet-cu117")],
)
def test_the_driver_chooses_the_wheel(driver, wheel):
    gpu = Gpu("card", (7, 5), driver)
    assert gpu.wheel == wheel
    assert f"{wheel}==1.9.1" in gpu.advice if wheel else "update it to 450.80" in gpu.advice


def test_cards_are_read_from_nvidia_smi(tmp_path, monkeypatch):
    rows = "NVIDIA GeForce RTX 3090, 8.6, 525.105.17\\nNVIDIA H200, 9.0, 570.86.15\\nOld, [N/A], 390.1\\n"
    asked = '[ "$*" = "--query-gpu=name,compute_cap,driver_version --format=csv,noheader" ] || exit 9'
    nvidia_smi(tmp_path, monkeypatch, f"{asked}\nprintf '{rows}'")
    first, second, third = gpus()
    assert first == Gpu("NVIDIA GeForce RTX 3090", (8, 6), "525.105.17") and first.wheel == "mxnet-cu117"
    assert second.capability == (9, 0) and "no code for compute capability 9.0. The CPU is used" in second.advice
    assert third.capability is None and third.wheel is None
    assert second.to_dict()["compute_capability"] == "9.0" and third.to_dict()["compute_capability"] is None


@pytest.mark.parametrize("script", ["echo 'NVIDIA-SMI has failed' ; exit 9", "echo garbage", "exit 0"])
def test_a_failing_nvidia_smi_means_no_cards(tmp_path, monkeypatch, script):
    nvidia_smi(tmp_path, monkeypatch, script)
    assert gpus() == []


def test_no_nvidia_smi_means_no_cards(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert gpus() == []


class NoCuda(Exception):
    """What MXNet raises where CUDA does not start."""


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A machine with these cards and an MXNet that has CUDA and sees so many of them; None: CUDA does not start."""
    for name in ("CUDA_VISIBLE_DEVICES", "CUDA_DEVICE_ORDER"):
        monkeypatch.setenv(name, "")  # so that what `choose` sets is undone
        monkeypatch.delenv(name)

    def made(*cards: str, cuda: bool = True, seen: int | None = 1) -> list[str]:
        rows = "".join(f"{card}\\n" for card in cards)
        nvidia_smi(tmp_path, monkeypatch, f"printf '{rows}'" if cards else "exit 9")
        asked: list[str] = []

        def num_gpus() -> int:
            if seen is None:
                raise NoCuda
            return seen

        def mxnet():
            asked.append("mxnet")
            features = types.SimpleNamespace(is_enabled=lambda name: cuda and name == "CUDA")
            return types.SimpleNamespace(
                runtime=types.SimpleNamespace(Features=lambda: features),
                context=types.SimpleNamespace(num_gpus=num_gpus),
                base=types.SimpleNamespace(MXNetError=NoCuda),
            )

        monkeypatch.setattr(compat, "mxnet", mxnet)
        return asked

    return made


def test_a_card_that_mxnet_has_code_for_is_chosen(machine):
    machine(RTX)
    assert choose("auto") == choose("gpu") == "gpu" and choose("cpu") == "cpu"
    assert described("gpu") == "gpu, NVIDIA GeForce RTX 3090" and described("cpu") == "cpu"


@pytest.mark.parametrize(
    ("cards", "rest", "words"),
    [
        ([], {}, ["no GPU here", "nvidia-smi"]),
        ([H200], {}, ["NVIDIA H200, compute capability 9.0", "no code for compute capability 9.0", "give cpu"]),
        (["Old, [N/A], 390.1"], {}, ["Old, compute capability unknown", "update the driver"]),
        (["Tesla T4, 7.5, 440.33.01"], {}, ["Driver 440.33.01 is too old"]),
        ([RTX], {"cuda": False}, ["RTX 3090, compute capability 8.6", "has no CUDA", "mxnet-cu117==1.9.1"]),
        ([RTX], {"seen": 0}, ["does not see the GPU", "RTX 3090"]),
        ([RTX], {"seen": None}, ["does not see the GPU", "RTX 3090"]),
    ],
    ids=str,
)
def test_where_mxnet_cannot_compute_auto_is_the_cpu_and_gpu_is_refused_with_the_reason(machine, cards, rest, words):
    machine(*cards, **rest)
    assert choose("auto") == choose("cpu") == "cpu"
    with pytest.raises(UsageError) as caught:
        choose("gpu")
    assert caught.value.exit_code == 2 and [word for word in words if word not in str(caught.value)] == []


def test_mxnet_is_asked_only_where_there_is_a_card_for_it(machine):
    for cards in ([], [H200]):
        asked = machine(*cards)
        choose("auto")
        assert asked == []
    asked = machine(RTX)
    choose("cpu")
    assert asked == []


def test_of_several_cards_the_first_with_code_serves(machine, monkeypatch):
    machine(H200, RTX)
    assert choose("auto") == "gpu" and number() == 1 and described("gpu") == "gpu, NVIDIA GeForce RTX 3090"
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "1")  # then MXNet sees that one alone, as its first
    assert number() == 0


def test_an_unknown_device_is_named(machine):
    machine(RTX)
    with pytest.raises(UsageError, match="Did you mean 'gpu'"):
        choose("gpus")
