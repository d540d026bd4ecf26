"""Which weights are published, and which run trained them."""

from __future__ import annotations

import dataclasses
import hashlib

import pytest
from apps.test_weights import MADE

from claimbook.apps import origin, weights
from claimbook.errors import DataError


def test_it_is_told_of_the_file_that_is_there_now(monkeypatch, tmp_path):
    path = tmp_path / "a.weights"
    monkeypatch.setattr(weights, "PUBLISHED", path)
    assert origin.published() is None
    weights.save(path, MADE)
    found = origin.published()
    assert found == origin.Origin(hashlib.sha256(path.read_bytes()).hexdigest(), MADE.record, 0)
    weights.save(path, dataclasses.replace(MADE, record="math-symbols/dataset-1/set-1-s12-0a1b2c3d"))
    assert origin.published().seed == 12 and origin.published().sha256 != found.sha256
    path.write_bytes(b"hello")
    with pytest.raises(DataError, match="no whole archive"):
        origin.published()


@pytest.mark.parametrize("record", ["", "set-1", "math-symbols/dataset-1/set-1-s0", "a/b/c-s1-12345678/x"])
def test_a_run_without_a_seed_is_refused(record):
    with pytest.raises(DataError, match="no id of a record"):
        origin.seed_of(record)
    assert origin.seed_of("a/b/arm-s1-s7-12345678") == 7
