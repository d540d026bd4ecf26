"""The processor and the system libraries, read from faked systems and told in words that help."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from claimbook import machine

X86 = "processor\t: 0\nmodel name\t: Zen Test CPU\nflags\t\t: fpu sse4_2 avx avx2 fma avx512_bf16\n\nprocessor\t: 1\n"
ARM = "processor\t: 0\nFeatures\t: fp asimd sve\n"


def test_the_processor_of_an_x86_linux(tmp_path, monkeypatch):
    (tmp_path / "cpuinfo").write_text(X86)
    monkeypatch.setattr(machine, "CPUINFO", tmp_path / "cpuinfo")
    cpu = machine.cpu()
    assert cpu.model == "Zen Test CPU"
    assert cpu.features == ("sse4_2", "avx", "avx2", "fma", "avx512_bf16")
    assert cpu.cores == os.cpu_count() and 1 <= cpu.usable <= cpu.cores


def test_the_processor_without_a_model_name(tmp_path, monkeypatch):
    (tmp_path / "cpuinfo").write_text(ARM)
    monkeypatch.setattr(machine, "CPUINFO", tmp_path / "cpuinfo")
    assert machine.cpu().model and machine.cpu().features == ("asimd", "sve")
    monkeypatch.setattr(machine, "CPUINFO", tmp_path / "absent")
    assert machine.cpu().model and machine.cpu().features == ()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the packages bring their libraries along")
def test_a_missing_library_is_named_with_its_package(monkeypatch, capsys):
    gone = machine.Library("libabsent.so.9", "libabsent9", "MXNet", needed=True)
    spare = machine.Library("libspare.so.9", "libspare9", "OpenCV", needed=False)
    there = machine.Library("libc.so.6", "libc6", "everyone", needed=True)
    monkeypatch.setattr(machine, "LIBRARIES", (gone, spare, there))
    assert machine.missing_libraries() == [gone, spare]
    assert machine.main() == 1
    said = capsys.readouterr().err
    assert "MXNet needs the system library libabsent.so.9" in said and "OpenCV would use" in said
    assert "apt install libabsent9 libspare9" in said and "libc6" not in said
    monkeypatch.setattr(machine, "LIBRARIES", (spare, there))
    assert machine.main() == 0  # said, but no reason to stop


def test_the_file_runs_without_any_package_installed():
    command = [sys.executable, "-I", "-S", machine.__file__]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
