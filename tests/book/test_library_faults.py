"""Faults of the library, as the book shows them."""

from __future__ import annotations

from claimbook.book import show


def test_nesterovs_decay_by_the_formula_the_library_and_ours():
    lines = show.nesterov_decay(steps=(1, 2)).text.splitlines()
    cells = {line[:16].strip(): line[16:].split() for line in lines}
    assert cells["the formula"] == cells["ours"] == ["0.905", "0.7785"]
    assert cells["mx.optimizer.NAG"] == ["0.905", "0.7824"] and "momentum 0.9" in lines[-1]
