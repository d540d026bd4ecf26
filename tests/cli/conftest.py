from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from engine.fixtures import walk  # noqa: F401

from claimbook.cli import main


@dataclasses.dataclass(frozen=True)
class Said:
    """What a command said, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def document(self):
        """stdout as the one JSON document that it must be, strictly: no NaN."""
        return json.loads(self.out, parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))


@pytest.fixture(autouse=True)
def home(monkeypatch, tmp_path):
    """A user's home of its own: an empty store, no committed records, no data, a plain wide terminal."""
    for name in ("CLAIMBOOK_DATA", "CLAIMBOOK_THREADS", "CLAIMBOOK_MIRROR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("CLAIMBOOK_STORE", str(tmp_path / "store"))
    monkeypatch.setenv("CLAIMBOOK_RECORDS", str(tmp_path / "records"))
    monkeypatch.setenv("COLUMNS", "100")
    return tmp_path


@pytest.fixture
def claimbook(capsys):
    """Run the command line in this process: claimbook("judge", "--json") → Said."""

    def call(*words: str) -> Said:
        capsys.readouterr()
        code = main(list(words))
        return Said(code, *capsys.readouterr())

    return call


@pytest.fixture
def process():
    """Run the command line as a user's shell does."""

    def call(*words: str, timeout: float = 120, **environment: str) -> Said:
        done = subprocess.run(
            [sys.executable, "-m", "claimbook", *words],
            capture_output=True,
            text=True,
            timeout=timeout,
            env=os.environ | environment,
            cwd=Path(os.environ["HOME"]),
        )
        return Said(done.returncode, done.stdout, done.stderr)

    return call
