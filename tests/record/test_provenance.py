from __future__ import annotations

import subprocess
import time

import pytest

from claimbook.record import places, provenance
from claimbook.record.provenance import Meter


def test_it_tells_versions_machine_and_cost(walk):
    meter = Meter("engine.fakes", 4, 1, "cpu")
    until = time.process_time() + 0.2
    while time.process_time() < until:
        pass
    told = meter.provenance()
    assert {"claimbook", "numpy", "scipy", "mxnet"} <= set(told.packages)
    assert told.mxnet in provenance.MXNET_BUILDS and told.cpu and told.cores >= 1 and told.machine
    assert told.batch_records == 4 and told.batch_cpu_s >= 0.19
    assert told.wall_s == pytest.approx(told.batch_wall_s / 4, abs=2e-3)
    assert told.cpu_s == pytest.approx(told.batch_cpu_s / 4, abs=2e-3)
    assert told.peak_memory_mib > 10
    assert told.started.endswith("+00:00") and len(told.source) == 64


def git(folder, *words):
    identity = ["-c", "user.name=n", "-c", "user.email=e@example.org"]
    subprocess.run(["git", "-C", str(folder), *identity, *words], check=True, capture_output=True)


def test_commit_and_whether_what_decides_differs_from_it(tmp_path, monkeypatch):
    monkeypatch.setattr(provenance, "repository_root", lambda from_package_only: tmp_path)
    assert provenance.git_state() is None
    git(tmp_path, "init", "-q")
    (tmp_path / "src").mkdir()
    (tmp_path / "src/a.py").write_text("a = 1")
    (tmp_path / "README.md").write_text("words")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "first")
    clean = provenance.git_state()
    assert len(clean.commit) == 40 and not clean.dirty
    (tmp_path / "README.md").write_text("other words")
    assert provenance.git_state() == clean
    (tmp_path / "src/b.py").write_text("b = 1")
    assert provenance.git_state().dirty


def test_without_a_checkout_there_is_no_commit(monkeypatch):
    monkeypatch.setattr(provenance, "repository_root", lambda from_package_only: None)
    assert provenance.git_state() is None


def test_the_package_finds_its_checkout_whatever_the_working_directory(tmp_path, monkeypatch):
    root = places.repository_root()
    monkeypatch.chdir(tmp_path)
    assert places.repository_root() == root and (root / "src/claimbook").is_dir()
