"""Which GPUs MXNet's wheels serve, with nvidia-smi played by a script on the PATH."""

from __future__ import annotations

import pytest

from claimbook.gpu import Gpu, gpus, has_code


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
    assert second.capability == (9, 0) and "no code for compute capability 9.0; the CPU is used" in second.advice
    assert third.capability is None and third.wheel is None
    assert second.to_dict()["compute_capability"] == "9.0" and third.to_dict()["compute_capability"] is None


@pytest.mark.parametrize("script", ["echo 'NVIDIA-SMI has failed' ; exit 9", "echo garbage", "exit 0"])
def test_a_failing_nvidia_smi_means_no_cards(tmp_path, monkeypatch, script):
    nvidia_smi(tmp_path, monkeypatch, script)
    assert gpus() == []


def test_no_nvidia_smi_means_no_cards(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert gpus() == []
