"""What `reproduce` was asked for, checked and made definite."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from claimbook.data import own
from claimbook.errors import UsageError, unknown
from claimbook.experiment.base import Experiment
from claimbook.gpu import AUTO, CPU, DEVICES, GPU, choose
from claimbook.train.precision import FP32

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


def checked_devices(experiment: Experiment, device: str, precisions: Iterable[str]) -> tuple[str, ...]:
    """The devices whose records are looked for, "cpu" or "gpu"; on the first of them new ones are made.

    "auto" is the GPU where the experiment and MXNet can compute on one, and the records of the CPU where they are all
    there. Where there is no such choice nobody looks for a GPU.

    Args:
        precisions: that the study's runs compute in.

    Raises:
        UsageError: "gpu" where the experiment, a precision or MXNet cannot; with the card, and what the doctor says.
    """
    why = _only_on_cpu(experiment, precisions)
    if device == GPU:
        _refuse_gpu(why)
    chosen = CPU if why else choose(device)
    return (GPU, CPU) if (device, chosen) == (AUTO, GPU) else (chosen,)


def _refuse_gpu(why: str) -> None:
    if why:
        raise UsageError("This study cannot be run on a GPU.", why, "Leave device out, or give cpu.")


def _only_on_cpu(experiment: Experiment, precisions: Iterable[str]) -> str:
    if GPU not in experiment.devices:
        return f"{experiment.id} computes on the CPU only."
    return "MXNet 1.9.1 has bf16 on the CPU only." if set(precisions) - {FP32} else ""


def check_choices(
    experiment: Experiment, preset: str, make: str, data: str | None, jobs: Any, device: str = AUTO
) -> None:
    """Raises UsageError for an unknown preset, way of making, data or device, or for what does not go together.

    data: one of DATA, "NAME=FOLDER" for a reader's own files, or None.
    """
    presets = [own.name for own in experiment.presets] + [PUBLISHED]
    if preset not in presets:
        raise unknown(f"preset of {experiment.id}", str(preset), presets)
    if make not in MAKE:
        raise unknown("way of making records (make)", str(make), MAKE)
    if is_own(data):
        _check_own(experiment, data)
    elif data is not None and data not in DATA:
        raise unknown("kind of data", str(data), (*DATA, "NAME=FOLDER"))
    if device not in DEVICES:
        raise unknown("device", str(device), DEVICES)
    if device == GPU:
        _refuse_gpu(_only_on_cpu(experiment, ()))
    if not _is_whole(jobs) or jobs < 1:
        raise UsageError(
            f"jobs = {jobs!r} is not understood.", "It is how many processes to use.", "Give jobs=1 or more."
        )
    if preset == PUBLISHED and (make == "always" or data == "stand-in" or is_own(data) or device != AUTO):
        raise UsageError(
            'Preset "published" takes what is there.',
            "It shows the committed records, all of real data, and makes none.",
            'Leave make, data and device out, or name a preset that runs, such as "quick".',
        )
    if preset != PUBLISHED and experiment.preset(preset).stand_in and data not in (None, "stand-in"):
        raise UsageError(
            f"Preset {preset!r} never uses {'your own files' if is_own(data) else 'the real data'}.",
            "It always runs on the stand-in, so that its outputs are the same everywhere.",
            'Use preset "quick" for a first look at them.',
        )


def is_own(data: Any) -> bool:
    """Whether `data` names a reader's own files: "mnist=FOLDER"."""
    return isinstance(data, str) and "=" in data


def _check_own(experiment: Experiment, data: str) -> None:
    name, _ = own.read(data)
    if name not in experiment.own_files:
        takes = ", ".join(experiment.own_files)
        raise UsageError(
            f"{experiment.id} takes no files of your own in the place of {name}.",
            f"It takes them in the place of {takes}."
            if takes
            else "It runs on the published data, or on the stand-in.",
            f"Give {experiment.own_files[0]}=FOLDER." if takes else "Leave data out, or run another experiment.",
        )


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
