"""A made-up paper and made-up records for the judge."""

from __future__ import annotations

import textwrap

import numpy as np

from claimbook.claims import Arithmetic, Facts, Quantity, Sample, Working, load_paper

SLUG = "made-up"
FACTS = {
    "race": Facts(arms=["a", "b", "c"], metrics=["loss", "score", "share", "late"], parameters=["scaling", "rate"])
}
HEAD = """\
slug: made-up
title: A made-up paper
authors: [A. Nobody]
bib: nobody2020
source: nowhere
claims:
"""
ORDER = """\
  - id: M-1
    says: a is ahead of b
    where: Table 1
    experiment: race
    kind: ordering
    predicate: {winner: a, loser: b, metric: loss, better: lower}
    margin: {value: 1.0, reason: half of what the paper has}
    epsilon: {value: 0.01, reason: drift}
    seeds: 5
    settings: {basis: stated}
"""


def arithmetic():
    """Two quantities and two errata, one of which holds as printed."""
    made = Arithmetic(SLUG)
    made.quantity("six")(lambda: Quantity(6.0, ("2 × 3 = 6",)))
    made.quantity("third")(lambda: Quantity(1 / 3, ("1 / 3",)))
    places = {"where": "p. 1", "says": "2 + 2 = 5", "correct": "2 + 2 = 4", "reason": "counted"}
    made.erratum("M-ERR.1", **places)(lambda: Working(("2 + 2 = 4",), holds=False))
    made.erratum("M-ERR.2", **places)(lambda: Working(("2 + 3 = 5",), holds=True))
    return made


def book(folder, claims, **files):
    """A paper's folder with these claims (and other YAML files), loaded."""
    (folder / "claims.yaml").write_text(HEAD + claims, encoding="utf-8")
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(textwrap.dedent(text), encoding="utf-8")
    return load_paper(folder, FACTS, arithmetic())


class Records:
    """Evidence from plain dicts: {(preset, arm, metric) or (preset, arm, metric, scaling): values by seed}."""

    def __init__(self, values, presets=("paper", "reduced"), data="numbers", faults=(), stale=(), hours=0.5):
        self.values, self.offered, self.data, self.named = values, presets, data, list(faults)
        self.old, self.hours = frozenset(stale), hours

    def presets(self, experiment):
        assert experiment == f"{SLUG}/race"
        return self.offered

    def sample(self, experiment, preset, arm, metric, reading):
        assert experiment == f"{SLUG}/race"
        key = (preset, arm, metric, *(str(value) for value in reading.values()))
        values = self.values.get(key, [])
        values = values if isinstance(values, dict) else dict(enumerate(values))
        return Sample(
            values=values,
            diverged=frozenset(seed for seed, x in values.items() if not np.isfinite(x)),
            records={seed: f"{experiment}/{arm}-s{seed}-{preset}" for seed in values},
            stale=self.old & set(values),
            data=self.data,
        )

    def faults(self, experiment):
        return self.named

    def cost(self, experiment, preset, arms, seeds):
        return None if self.hours is None else self.hours * len(arms) * seeds
