"""What `reproduce` was asked for, checked and made definite."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from claimbook.errors import UsageError, unknown
from claimbook.experiment.base import Experiment

PUBLISHED = "published"
JUDGING = ("paper", "reduced")  # presets whose records are published and judged, largest first
MAKE = ("missing", "always", "never")
DATA = ("real", "stand-in")


def judging_presets(experiment: Experiment) -> tuple[str, ...]:
    """The judging presets that an experiment has, largest first."""
    have = {preset.name for preset in experiment.presets}
    return tuple(name for name in JUDGING if name in have)


def checked_arms(experiment: Experiment, arms: str | Iterable[str] | None) -> tuple[str, ...]:
    """The ids of the arms asked for, in the experiment's order; all where None. Raises UsageError."""
    known = [arm.id for arm in experiment.arms]
    if arms is None:
        return tuple(known)
    wanted = [part.strip() for part in arms.split(",")] if isinstance(arms, str) else list(arms)
    for arm in wanted:
        experiment.arm(arm)
    if not wanted:
        raise UsageError(
            "No arm is asked for.", do=f"Leave arms out for all of them, or name some: {', '.join(known)}."
        )
    return tuple(arm for arm in known if arm in wanted)


def checked_seeds(seeds: int | Sequence[int] | None, planned: int) -> tuple[int, ...]:
    """The seeds: 0 … n − 1 for a number n, the given ones for a list, `planned` of them for None. Raises UsageError."""
    if seeds is None:
        return tuple(range(planned))
    wanted = list(range(seeds)) if _is_whole(seeds) else list(seeds) if isinstance(seeds, (list, tuple, range)) else []
    if not wanted or not all(_is_whole(seed) and seed >= 0 for seed in wanted) or len(set(wanted)) < len(wanted):
        raise UsageError(
            f"seeds = {seeds!r} is not understood.",
            "It is how many seeds to use, or a list of different seeds from 0 on.",
            "Give, for example, seeds=3 or seeds=[0, 1, 5].",
        )
    return tuple(sorted(wanted))


def check_choices(experiment: Experiment, preset: str, make: str, data: str | None, jobs: Any) -> None:
    """Raises UsageError for an unknown preset, way of making or kind of data, or a combination that cannot be."""
    presets = [own.name for own in experiment.presets] + [PUBLISHED]
    if preset not in presets:
        raise unknown(f"preset of {experiment.id}", str(preset), presets)
    if make not in MAKE:
        raise unknown("way of making records (make)", str(make), MAKE)
    if data is not None and data not in DATA:
        raise unknown("kind of data", str(data), DATA)
    if not _is_whole(jobs) or jobs < 1:
        raise UsageError(
            f"jobs = {jobs!r} is not understood.", "It is how many processes to use.", "Give jobs=1 or more."
        )
    if preset == PUBLISHED and (make == "always" or data == "stand-in"):
        raise UsageError(
            'Preset "published" takes what is there.',
            "It shows the committed records, all of real data, and makes none.",
            'Leave make and data out, or name a preset that runs, such as "quick".',
        )
    if preset != PUBLISHED and experiment.preset(preset).stand_in and data == "real":
        raise UsageError(
            f"Preset {preset!r} never uses the real data.",
            "It always runs on the stand-in, so that its outputs are the same everywhere.",
            'Use preset "quick" for a first look at the real data.',
        )


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
