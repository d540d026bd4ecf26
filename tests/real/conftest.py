"""Tests on the real data sets: skipped by name where a set is absent, but a failure in CI (CLAIMBOOK_CI=1)."""

from __future__ import annotations

import os

import pytest

from claimbook.data.locate import Status, status


@pytest.fixture
def real():
    """`real(name)`: the status of a real data set that is here and whole; skips the test (in CI: fails it) if not."""

    def require(name: str) -> Status:
        now = status(name, run_check=True)
        if now.state != "verified":
            reason = f"the real data set {name} is {now.state}: {now.why} {now.do}"
            (pytest.fail if os.environ.get("CLAIMBOOK_CI") == "1" else pytest.skip)(reason)
        return now

    return require
