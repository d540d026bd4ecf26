"""The fake experiment as a fixture; apart from it, so that the processes it runs in need not load pytest."""

from __future__ import annotations

import pytest
from engine.fakes import Walk

from claimbook.experiment import registry


@pytest.fixture
def walk(monkeypatch, tmp_path):
    """The experiment, known to the registry; stores in a folder of the test; the real data "there"."""
    experiment = Walk()
    monkeypatch.setattr(registry, "experiments", lambda: {experiment.id: experiment})
    monkeypatch.setenv("CLAIMBOOK_STORE", str(tmp_path / "store"))
    monkeypatch.setenv("CLAIMBOOK_RECORDS", str(tmp_path / "records"))
    monkeypatch.delenv("CLAIMBOOK_THREADS", raising=False)
    for name in ("LOG", "GATE", "FAIL", "DIE", "BREAK"):
        monkeypatch.delenv(f"FAKE_{name}", raising=False)
    monkeypatch.setattr("claimbook.study.found_or_made._have", lambda data_sets: True)
    monkeypatch.setattr("claimbook.record.provenance.git_state", lambda: None)  # a process a batch, for nothing
    return experiment
