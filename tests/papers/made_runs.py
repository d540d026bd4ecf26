"""Made-up runs that claims are judged by: what the tests of the papers' claims share."""

from __future__ import annotations

import numpy as np

from claimbook.claims import Sample


class MadeRuns:
    """What the judge reads, with the `values` that a subclass makes of an arm's metric; the same for every reading."""

    judging = ("paper",)
    hours = 0.5

    def values(self, preset, arm, metric):
        """One for each seed from 0 on; nothing where there are no runs."""
        raise NotImplementedError

    def presets(self, experiment):
        return self.judging

    def sample(self, experiment, preset, arm, metric, reading):
        values = dict(enumerate(self.values(preset, arm, metric)))
        return Sample(values, records={seed: f"{experiment}/{arm}-{preset}-s{seed}" for seed in values})

    def faults(self, experiment):
        return []

    def cost(self, *asked):
        return self.hours


def noise(name, seeds):
    """Standard normal numbers, (seeds,), the same for the same name."""
    return np.random.default_rng(sum(map(ord, name))).normal(size=seeds)
