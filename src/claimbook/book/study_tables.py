"""A paper's table next to ours: below each of its rows, what our runs came to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from claimbook.book.shown import Shown, shown_table
from claimbook.book.study_printed import heading, printed, printed_piece, scale
from claimbook.book.study_records import arms_of, made_at, records_of, root_of, seed_links
from claimbook.book.summaries import summary
from claimbook.book.tables import Cell, Table
from claimbook.book.text import plural
from claimbook.errors import unknown

EPOCHS = ("last", "best")


def paper_table(
    study: Any, metrics: Sequence[str], arms: Sequence[str] | None = None, epochs: Sequence[str] = EPOCHS
) -> Shown:
    """For each arm what the paper prints, and below it our means with their intervals, one row an epoch and a size.

    Args:
        study: the study. arms: ids of the arms; all where None. epochs: none of them: one row of the metrics as named.
        metrics: as the paper's columns. In the row of an epoch of `EPOCHS` the metric "last-…" or "best-…" stands in
            its place where the experiment has one.

    Raises:
        UsageError: an unknown metric or arm.
    """
    known = [metric.name for metric in study.experiment.metrics]
    for name in metrics:
        if name not in known:
            raise unknown(f"metric of {study.experiment.id}", name, known)
    says, rows = printed(study.experiment), []
    for arm in arms_of(study, arms):
        cells: list[Cell] = [[printed_piece(says.get((arm.id, name)), name)] for name in metrics]
        rows.append([f"{arm.title}: the paper", *cells, ""])
        for part in study.by_size:
            rows += [_own(part, arm.id, metrics, known, epoch) for epoch in epochs or ("",) if records_of(part, arm.id)]
    columns = ["whose numbers", *map(heading, metrics), "seeds"]
    return shown_table(Table(columns, rows), root=root_of(study), notes=_notes(study, bool(epochs)))


def _own(study: Any, arm: str, metrics: Sequence[str], known: Sequence[str], epoch: str) -> list[Cell]:
    names = [own if (own := f"{epoch}-{name}") in known else name for name in metrics]
    cells = [summary(_scaled(study.metric(arm, name), scale(name))).text for name in names]
    preset = study.presets.get(arm, study.preset)
    whose = f"ours, {preset}" + (f", {epoch} epoch" if epoch else "")
    return [whose, *cells, seed_links(records_of(study, arm))]


def _scaled(metric: Mapping[int, float | None], by: float) -> dict[int, float | None]:
    return {seed: None if value is None else by * value for seed, value in metric.items()}


def _notes(study: Any, by_epoch: bool) -> list[str]:
    sizes = [f"{made_at(part)}: {plural(len(part.seeds), 'seed')}" for part in study.by_size]
    which = (
        " The best epoch is that of the best validation accuracy. The paper tests the weights of that one; its "
        "training and validation numbers we read as the last epoch's."
    )
    return [
        "Ours: means over the seeds, in brackets the 95 % interval by Student's t; a single seed has none."
        + (which if by_epoch else ""),
        f"{'; '.join(sizes).capitalize()}.",
    ]
