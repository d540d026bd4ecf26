"""A run on one data set that is tested on images of others, too."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np

from claimbook.data.symbols import load_symbols
from claimbook.experiment.base import Measurement
from claimbook.papers.math_symbols import scores
from claimbook.papers.math_symbols.runs.symbols import SymbolRun
from claimbook.papers.math_symbols.transfer import Transfer, which_foreign


class TransferRun(SymbolRun):
    """As `SymbolRun`; settings: those of `Transfer`."""

    def __init__(self, settings: Mapping[str, Any], seed: int, stand_in: bool):
        super().__init__(settings, seed, stand_in)
        self._settings, self._stand_in = settings, stand_in

    def measurement(self) -> Measurement:
        """What the run measured, and what it answers to the images of the other sets."""
        own = super().measurement()
        metrics = {metric.name: None for metric in Transfer.metrics} | dict(own.metrics)
        tables, facts = dict(own.tables), dict(own.data)
        for name in self._settings["foreign"] if not own.diverged else ():
            found, table, digest = self._tested_on(name)
            metrics |= found
            tables |= {f"confusion-{name}": table}
            facts |= {f"digest_{name}": digest}
        return dataclasses.replace(own, metrics=metrics, tables=tables, data=facts)

    def _tested_on(self, name: str) -> tuple[dict[str, float | None], list[dict[str, Any]], str]:
        """The metrics of another set, its confusion matrix, and the digest of its images."""
        ours, load = self.data, which_foreign(self._settings, name)
        theirs = load_symbols(**load, stand_in=self._stand_in)
        rows, truth = scores.in_common(ours.classes, theirs.classes, theirs.test_y)
        answers = self.outputs(theirs.test_x[rows]).argmax(axis=1)
        common = np.unique(truth)
        matrix = scores.confusion(truth, answers, len(ours.classes))
        mine = np.isin(ours.test_y, common)
        trained = set(ours.shas["train"])
        found = {
            "accuracy": float(np.mean(answers == truth)),
            "macro-f1": float(scores.f1(matrix)[common].mean()),
            "own-accuracy": float(np.mean(self.outputs(ours.test_x[mine]).argmax(axis=1) == ours.test_y[mine])),
            "classes": float(len(common)),
            "images": float(len(rows)),
            "copied-share": float(np.mean([theirs.shas["test"][row] in trained for row in rows.tolist()])),
        }
        table = [row for place, row in enumerate(scores.matrix_rows(matrix, ours.classes)) if place in common]
        return {f"{metric}-{name}": value for metric, value in found.items()}, table, theirs.digest
