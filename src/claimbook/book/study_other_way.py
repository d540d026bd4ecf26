"""The same runs with a parameter changed, pair by pair: whether they agree within the noise of seeds."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from claimbook.book.shown import Shown, shown_table
from claimbook.book.study_claims import evidence_of, judges
from claimbook.book.study_printed import scale
from claimbook.book.study_records import made_at, root_of
from claimbook.book.summaries import summary
from claimbook.book.tables import Table
from claimbook.book.text import number, reading_text
from claimbook.claims.statistics import mean_interval

COLUMNS = ("arm", "preset", "as it is run", "the other way", "pairs", "difference", "seed sd", "within it?")


def other_way(study: Any, parameters: Mapping[str, Any], metric: str, arms: Sequence[str]) -> Shown:
    """A row for each arm and size that has records both ways: a metric of each, and their difference paired by seed.

    A size that is run that way anyhow has no row.

    Args:
        study: the study; one that does not judge has no other way, and the note says so. parameters: what is changed,
            over those of the preset. metric: its name. arms: their ids.

    Raises:
        UsageError: an unknown metric or arm.
    """
    rows = [row for part in study.by_size for arm in arms if (row := _row(study, part, arm, metric, parameters))]
    if not rows:
        lacks = "no records are committed" if judges(study) else f"{made_at(study)}: such a study has records one way"
        return shown_table(notes=[f"With {reading_text(parameters)}: {lacks}."])
    unit = ", in points" if scale(metric) != 1 else ""
    notes = [
        f"{metric}{unit}; the other way: {reading_text(parameters)}, all else and the seeds the same. In brackets: "
        "95 % intervals by Student's t, over seeds or pairs. Seed sd: over the seeds as it is run. Within it: the mean "
        "difference of the pairs is no larger.",
        f"{made_at(study).capitalize()}.",
    ]
    return shown_table(Table(list(COLUMNS), rows), root=root_of(study), notes=notes)


def _row(study: Any, part: Any, arm: str, metric: str, parameters: Mapping[str, Any]) -> list[str] | None:
    own, preset = _shown(metric, part.metric(arm, metric)), part.presets.get(arm)
    if preset is None or not judges(study) or _is_own_way(study.experiment, preset, parameters):
        return None
    sample = evidence_of(study).sample(study.experiment.id, preset, arm, metric, parameters)
    others = _shown(metric, sample.values)
    pairs = {seed: others[seed] - own[seed] for seed in sorted(set(own) & set(others))}
    if not pairs:
        return None
    found = summary(pairs)
    sd = mean_interval(list(own.values())).sd if len(own) > 1 else None
    within = "not known" if sd is None or found.mean is None else "yes" if abs(found.mean) <= sd else "no"
    both = (summary(own).text, summary(others).text)
    return [arm, preset, *both, str(len(pairs)), found.text, "–" if sd is None else number(sd), within]


def _is_own_way(experiment: Any, preset: str, parameters: Mapping[str, Any]) -> bool:
    return experiment.parameters(preset, parameters) == experiment.parameters(preset)


def _shown(metric: str, values: Mapping[int, float | None]) -> dict[int, float]:
    """The finite ones by seed, as they are shown."""
    return {seed: scale(metric) * value for seed, value in values.items() if value is not None and math.isfinite(value)}
