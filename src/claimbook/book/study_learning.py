"""How nets learned, epoch by epoch: accuracy and loss of training and of validation beside each other."""

from __future__ import annotations

import html
import math
from collections.abc import Sequence
from typing import Any

from claimbook.book.figures import Curve, Panel, describe, svg
from claimbook.book.shown import Shown, note_html
from claimbook.book.study_curves import Run, mean_of_runs, note_of
from claimbook.book.study_records import arms_of, labels, records_of

CURVE = "learning"
COLUMNS = {
    "train_accuracy": "training accuracy",
    "validation_accuracy": "validation accuracy",
    "train_loss": "training loss",
    "validation_loss": "validation loss",
}
MEANING = (
    "Training: the mean over an epoch's minibatches, on {images}, while the weights move. Validation: after the epoch."
)


def learning(
    study: Any, classes: int, arms: Sequence[str] | None = None, images: str = "cropped and flipped images"
) -> Shown:
    """A row of four panels for each size that the study has records of; a line for each arm, over epochs.

    Epochs, not steps, are what nets that see batches of different sizes have in common.

    Args:
        study: of records with a curve "learning", whose rows are the epochs. classes: how many there are, of equal
            size; dotted lines show where a net is that guesses. arms: ids of the arms to draw; all where None.
        images: what the nets saw in training, for the note.

    Raises:
        UsageError: an unknown arm.
    """
    meaning = MEANING.format(images=images)
    found = [_of_size(part, classes, arms, meaning) for part in study.by_size]
    found = [one for one in found if one is not None]
    if not found:
        note = "No record with learning curves is at hand."
        return Shown(note_html(note), note)
    return Shown("\n".join(one.html for one in found), "\n".join([*(one.text for one in found), meaning]))


def _of_size(study: Any, classes: int, arms: Sequence[str] | None, meaning: str) -> Shown | None:
    shown = arms_of(study, arms)
    panels = [_panel(study, column, shown, classes) for column in COLUMNS]
    if not any(panel.curves for panel in panels):
        return None
    note = note_of(study, "linear")
    pictures = "\n".join(f"<div>{svg(panel)}</div>" for panel in panels)
    caption = f"<figcaption>{html.escape(f'{note} {meaning}')}</figcaption>"
    page = f'<figure class="cb-panels"><div class="cb-row">{pictures}</div>{caption}</figure>'
    return Shown(page, "\n".join([*map(describe, panels), note]))


def _panel(study: Any, column: str, arms: Sequence[Any], classes: int) -> Panel:
    names, curves = labels(arms), []
    for arm in arms:
        runs = [run for record in records_of(study, arm.id) if (run := _epochs(record, column))[0]]
        if runs:
            thin = runs if len(runs) > 1 else ()
            curves.append(Curve(names[arm.id], *mean_of_runs(runs, logs=False), thin=thin))
    guess = math.log(classes) if column.endswith("loss") else 1 / classes
    return Panel(COLUMNS[column], curves, "epoch", column.rsplit("_", 1)[1], guess, "a guess", "linear", "linear")


def _epochs(record: Any, column: str) -> Run:
    """The epochs, from 1 on, and the column; a run that blew up ends where it did."""
    values = record.curves.get(CURVE, {}).get(column, [])
    pairs = [(i + 1, value) for i, value in enumerate(values) if value is not None and math.isfinite(value)]
    return [at for at, _ in pairs], [value for _, value in pairs]
