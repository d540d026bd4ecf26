"""How the views look at a study: by panel, arm and seed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from claimbook.book.links import page_root, record_link
from claimbook.book.tables import Piece

PUBLISHED = "published"


def root_of(study: Any) -> str | None:
    """The way from the study's notebook page to the book's first folder; None where the book is not around it."""
    return page_root(f"notebooks/{study.experiment.id}") if study.preset == PUBLISHED else None


def panel_setting(experiment: Any) -> str:
    """The arm setting whose values get a panel each: the last of those that the arms declare, where they declare two
    or more; "" where all arms share one panel."""
    names = list(experiment.arms[0].settings) if experiment.arms else []
    return names[-1] if len(names) > 1 else ""


def panels(study: Any, by: str | None = None) -> dict[str, list[Any]]:
    """The arms that the study has records or gaps of, grouped by the value of a setting: panel title → arms."""
    experiment = study.experiment
    by = panel_setting(experiment) if by is None else by
    wanted = {arm for arm, _ in study.records} | {gap.arm for gap in study.gaps}
    groups: dict[str, list[Any]] = {}
    for arm in experiment.arms:
        if arm.id in wanted:
            title = f"{by} = {arm.settings[by]}" if by else experiment.title
            groups.setdefault(title, []).append(arm)
    return groups


def records_of(study: Any, arm: str) -> list[Any]:
    """The arm's records by seed."""
    return [study.records[key] for key in sorted(study.records) if key[0] == arm]


def seed_links(records: Sequence[Any]) -> list[Piece | str]:
    """ "0 1 2": each seed with a link to its record."""
    cell: list[Piece | str] = []
    for record in records:
        cell += [" "] if cell else []
        cell.append(Piece(str(record.seed), record_link(record.id)))
    return cell


def made_at(study: Any) -> str:
    """The label that goes with every number: "preset smoke, stand-in data", "preset paper, committed records"."""
    if study.preset == PUBLISHED:
        return f"preset {' and '.join(sorted(set(study.presets.values())))}, committed records"
    return f"preset {study.preset}, {'stand-in' if study.stand_in else 'real'} data"
