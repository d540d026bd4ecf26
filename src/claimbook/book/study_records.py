"""How the views look at a study: by panel, arm and seed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from claimbook.book.links import page_root, record_link
from claimbook.book.tables import Piece
from claimbook.book.text import value_text
from claimbook.errors import unknown

PUBLISHED = "published"


def root_of(study: Any) -> str | None:
    """The way from the study's notebook page to the book's first folder; None where the book is not around it."""
    return page_root(f"notebooks/{study.experiment.id}") if study.preset == PUBLISHED else None


def panel_setting(experiment: Any) -> str:
    """The arm setting whose values get a panel each: the last of those that the arms declare, where they declare two
    or more; "" where all arms share one panel."""
    names = list(experiment.arms[0].settings) if experiment.arms else []
    return names[-1] if len(names) > 1 else ""


def panels(study: Any, by: str | None = None, arms: Sequence[str] | None = None) -> dict[str, list[Any]]:
    """The arms that the study has records or gaps of, grouped by the value of a setting: panel title → arms.

    Args:
        by: the setting; see `panel_setting` where None. "arm" gives each arm a panel, "" gives all of them one.
        arms: the ids of those that are wanted; all where None.

    Raises:
        UsageError: no arm has a setting of that name, or there is no such arm.
    """
    experiment = study.experiment
    by = panel_setting(experiment) if by is None else by
    settings = {name for arm in experiment.arms for name in arm.settings}
    if by not in {"", "arm"} | settings:
        raise unknown(f"arm setting of {experiment.id}", by, ["arm", *settings])
    groups: dict[str, list[Any]] = {}
    for arm in arms_of(study, arms):
        title = arm.title if by == "arm" else f"{by} = {value_text(arm.settings.get(by))}" if by else experiment.title
        groups.setdefault(title, []).append(arm)
    return groups


def arms_of(study: Any, wanted: Sequence[str] | None = None) -> list[Any]:
    """The arms that the study has records or gaps of, or those `wanted` of them in that order. Raises UsageError."""
    there = {arm for arm, _ in study.records} | {gap.arm for gap in study.gaps}
    own = study.experiment.arms if wanted is None else [study.experiment.arm(name) for name in wanted]
    return [arm for arm in own if arm.id in there]


def labels(arms: Sequence[Any]) -> dict[str, str]:
    """Arm id → what tells it from the others: the start of its title up to a comma where these differ, else all."""
    short = [arm.title.split(",")[0] for arm in arms]
    return {arm.id: part if len(set(short)) == len(short) else arm.title for arm, part in zip(arms, short, strict=True)}


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
    return f"preset {study.preset}, {study.data} data"
