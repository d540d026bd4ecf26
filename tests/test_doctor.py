"""The doctor names what keeps Claimbook from running, and only that."""

from __future__ import annotations

import dataclasses
import importlib.metadata as metadata
import io
import json
import os
import subprocess
import sys

import pytest
from rich.console import Console

from claimbook import doctor, machine
from claimbook.cli.doctor_view import view


@pytest.fixture(autouse=True)
def own_places(tmp_path, monkeypatch):
    monkeypatch.setenv("CLAIMBOOK_STORE", str(tmp_path / "store"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("CLAIMBOOK_DATA", raising=False)
    monkeypatch.delenv("CLAIMBOOK_THREADS", raising=False)


def fatal(report: doctor.Report) -> list[str]:
    return [problem.what for problem in report.problems if problem.fatal]


def test_here_claimbook_can_run_and_the_report_is_json(tmp_path):
    report = doctor.examine()
    assert fatal(report) == [] and report.can_run and report.mxnet_computes is True
    facts = json.loads(json.dumps(report.to_dict()))
    assert facts["can_run"] is True and facts["python"].startswith("3.") and facts["threads"] == 1
    assert facts["packages"]["mxnet"] == "1.9.1" and facts["packages"]["claimbook"]
    assert "pytest" not in facts["packages"]  # only what running needs
    assert facts["cpu"]["model"] and facts["cpu"]["usable"] >= 1
    store = facts["stores"][0]
    assert (store["role"], store["path"]) == ("new records", str(tmp_path / "store"))
    assert store["writable"] and not store["exists"] and store["free_bytes"] > 0
    assert {row["name"] for row in facts["data"]} >= {"gas-sensor", "mnist"}
    assert not (tmp_path / "store").exists()  # looking leaves no trace


def test_absent_data_are_no_reason_to_stop():
    report = doctor.examine(probe=False)
    assert {row.state for row in report.data} == {"absent"} and report.can_run and report.mxnet_computes is None
    assert all(row.do for row in report.data)


def test_wrong_threads_are_fatal(monkeypatch):
    monkeypatch.setenv("CLAIMBOOK_THREADS", "many")
    report = doctor.examine(probe=False)
    assert report.threads is None and not report.can_run and "'many'" in fatal(report)[0]


def test_a_store_that_cannot_be_written_is_fatal(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("CLAIMBOOK_STORE", str(tmp_path / "file" / "store"))
    report = doctor.examine(probe=False)
    assert not report.stores[0].writable and not report.can_run
    assert "cannot be written" in fatal(report)[0] and "CLAIMBOOK_STORE" in report.problems[0].do


def test_a_full_disk_is_fatal(monkeypatch):
    monkeypatch.setattr(doctor, "LEAST_FREE_BYTES", 2**80)
    report = doctor.examine(probe=False)
    assert "MiB left" in fatal(report)[0] and not report.can_run


def test_a_missing_library_is_fatal_only_where_mxnet_loads_it(monkeypatch):
    spare = machine.Library("libspare.so.9", "libspare9", "OpenCV", needed=False)
    monkeypatch.setattr(machine, "LIBRARIES", (spare,))
    report = doctor.examine(probe=False)
    assert report.missing_libraries == [spare] and report.can_run and "libspare9" in report.problems[0].do
    monkeypatch.setattr(machine, "LIBRARIES", (machine.Library("libgone.so", "libgone", "MXNet", needed=True),))
    assert not doctor.examine(probe=False).can_run


@pytest.mark.parametrize(("version", "runs"), [((3, 9), False), ((3, 10), True), ((3, 12), True), ((3, 13), True)])
def test_the_pythons_it_runs_on(monkeypatch, version, runs):
    monkeypatch.setattr(sys, "version_info", (*version, 0, "final", 0))
    problems = []
    doctor.python(problems)
    assert any(problem.fatal for problem in problems) is not runs
    assert bool(problems) is (version not in doctor.PYTHONS)  # 3.13 is experimental: said, not refused


def test_a_missing_package_is_fatal_and_another_version_is_said(monkeypatch):
    real = metadata.version

    def version(name):
        if name == "scipy":
            raise metadata.PackageNotFoundError(name)
        return "99.0" if name == "pandas" else real(name)

    monkeypatch.setattr(metadata, "version", version)
    report = doctor.examine(probe=False)
    assert fatal(report) == ["The package scipy is not installed."]
    assert any("pandas 99.0 is installed" in problem.what for problem in report.problems)


def test_a_cuda_build_counts_as_mxnet(monkeypatch):
    real = metadata.version

    def version(name):
        if name in ("mxnet", "mxnet-cu117"):
            raise metadata.PackageNotFoundError(name)
        return "1.9.1" if name == "mxnet-cu112" else real(name)

    monkeypatch.setattr(metadata, "version", version)
    problems = []
    assert doctor.packages(problems)["mxnet-cu112"] == "1.9.1" and problems == []


@pytest.mark.parametrize(
    ("probe", "says"),
    [("raise OSError('no such library')", "no such library"), ("import os; os.kill(os.getpid(), 4)", "signal 4")],
)
def test_an_mxnet_that_fails_or_crashes_is_fatal(monkeypatch, probe, says):
    monkeypatch.setattr(doctor, "PROBE", probe)
    report = doctor.examine()
    assert report.mxnet_computes is False and not report.can_run and says in fatal(report)[0]


def test_examining_without_the_probe_imports_no_mxnet():
    code = "import sys; from claimbook import doctor; doctor.examine(probe=False); print('mxnet' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, env=os.environ)
    assert done.stdout.strip() == "False", done.stderr


@pytest.mark.parametrize(
    ("features", "told"),
    [
        (("avx512f", "avx512_bf16"), "in the processor"),
        (("avx2", "avx512f"), "emulated"),
        (("avx2",), "precision=fp32"),
        ((), "unknown"),
    ],
)
def test_it_is_said_how_bf16_is_had(features, told):
    processor = machine.Cpu("one", "x86_64", features, 2, 2)
    console = Console(file=io.StringIO(), width=120)
    console.print(view(dataclasses.replace(doctor.examine(probe=False), cpu=processor)))
    lines = console.file.getvalue().splitlines()
    assert told in next(line for line in lines if line.strip().startswith("bf16"))
