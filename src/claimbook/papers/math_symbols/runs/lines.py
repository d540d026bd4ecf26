"""One run of the recogniser on composed lines: what is written, what is read, and what is counted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from claimbook.apps import classifier, origin
from claimbook.apps.compose import Composed, compose
from claimbook.apps.exercises import exercise
from claimbook.apps.expression import Answer
from claimbook.apps.judged import Judged, judged
from claimbook.apps.recognise import Reading, recognise
from claimbook.compat import threads
from claimbook.errors import ClaimbookError, RunError, UsageError
from claimbook.experiment.base import Measurement
from claimbook.native import limit_blas
from claimbook.papers.math_symbols import line_scores
from claimbook.papers.math_symbols.lines import FIRST, NEAREST_MEAN
from claimbook.papers.math_symbols.runs.held_out import held_out
from claimbook.papers.math_symbols.runs.nearest_mean import NearestMean

SEED = 1_000_000  # the lines of a seed are those of the numbers from SEED times it on; there are fewer


class LineRun:
    """What names the symbols, and the pictures that it was not trained on.

    Args:
        settings: those of `Lines`. seed: of the lines and of how they are composed. stand_in: which pictures.

    Raises:
        ClaimbookError: no weights are published. RunError: others than the settings name.
        DataError: the data set is absent, or another one than the net was trained on.

    Attributes:
        stand_in: as given. lines: what was read, line by line. losses: of each line the share of its symbols
            that were not read rightly.
    """

    def __init__(self, settings: Mapping[str, Any], seed: int, stand_in: bool):
        limit_blas(threads())  # the net is NumPy's products, and nothing else sets their threads
        if settings["net"] == NEAREST_MEAN:
            self._held = held_out(settings["split"], stand_in)
            self._classifier = NearestMean(self._held.data)
        else:
            self._classifier = _published(settings["weights"])
            self._held = held_out(settings["split"], stand_in, self._classifier.weights)
        self._seed, self.stand_in = seed, stand_in
        self._signs = [sign for sign in self._held.data.classes if self._held.pictures.get(sign)]
        self.lines: list[Judged] = []
        self.losses: list[float] = []

    def written(self, number: int) -> tuple[Composed, Answer]:
        """The line of that number, from 0 on, and what it comes to."""
        signs, answer = exercise(self._seed * SEED + number, self._signs)
        return compose(signs, self._held.pictures, self._seed * SEED + number), answer

    def read(self, number: int) -> Reading | ClaimbookError:
        """Write and read a line, and note down what came of it; an error is a page that was refused as a whole."""
        line, answer = self.written(number)
        reading = self._recognised(line)
        self.lines.append(judged(line, answer, reading))
        self.losses.append(1 - self.lines[-1].right / len(line.signs))
        return reading

    def measurement(self) -> Measurement:
        """What the lines that were read come to, and the accuracy on single pictures."""
        held = self._held
        metrics = line_scores.metrics(self.lines) | {
            "single-accuracy": classifier.accuracy(self._classifier, held.images, held.labels),
            "pictures": float(len(held.rows)),
        }
        tables = line_scores.tables(self.lines)
        return Measurement(metrics, {}, tables, self.losses[:FIRST], False, held.data.facts())

    def _recognised(self, line: Composed) -> Reading | ClaimbookError:
        try:
            return recognise(line.pixels, self._classifier)
        except UsageError:  # a fault of ours, and no refusal
            raise
        except ClaimbookError as error:
            return error


def _published(sha256: str) -> classifier.NetClassifier:
    net, found = classifier.published(), origin.published()
    if found is None or found.sha256 != sha256:
        what = f"The published weights are not those of sha256 {sha256}."
        raise RunError(what, "They have changed since this run was asked for.", "Run the study again.")
    return net
