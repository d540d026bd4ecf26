"""Running studies from the command line: checked first, confirmed where they take long, watched while they run."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from claimbook.cli import output
from claimbook.errors import UsageError, unknown
from claimbook.experiment.base import Experiment
from claimbook.experiment.parameters import describe
from claimbook.experiment.registry import experiment_named
from claimbook.study import Study, reproduce
from claimbook.study.found_or_made import Unconfirmed

OPTIONS = ("preset", "seeds", "seed", "arm", "data", "jobs", "device", "refresh", "yes")


@dataclasses.dataclass(frozen=True)
class Asked:
    """What `claimbook run` was asked for; see `study.reproduce`."""

    preset: str
    seeds: int | list[int] | None
    arms: Sequence[str] | None
    data: str | None
    jobs: int
    device: str
    make: str
    parameters: Mapping[str, Any]


def which_seeds(count: int | None, each: Sequence[int] | None) -> int | list[int] | None:
    """The seeds from `--seeds` and `--seed`. Raises UsageError where both are given."""
    if count is not None and each:
        raise UsageError(
            "Both --seeds and --seed are given.",
            "--seeds N means the seeds 0 to N-1, --seed K one of them.",
            "Give one.",
        )
    return sorted(set(each)) if each else count


def studies(names: Iterable[str], asked: Asked, yes: bool) -> list[Study]:
    """The studies of these experiments, one after the other; all names and values are checked before anything runs.

    Raises:
        UsageError: an unknown name, an ill-typed or out-of-range value.
        ClaimbookError: as `study.reproduce` does.
    """
    experiments = [experiment_named(name) for name in names]
    for experiment in experiments:
        check_parameters(experiment, asked.parameters)
        _reproduce(experiment, asked, make="never")
    return [_study(experiment, asked, yes) for experiment in experiments]


def check_parameters(experiment: Experiment, parameters: Mapping[str, Any]) -> None:
    """Raises UsageError for a name that is no parameter; one that is an option is pointed to that option."""
    known = [info.name for info in describe(experiment.Parameters)]
    for name in parameters:
        if name.lower() in OPTIONS and name not in known:
            what, do = f"{name!r} is no parameter of {experiment.id}.", f"Use --{name.lower()} instead of -p."
            raise UsageError(what, "It is an option of the command line.", do)
        if name not in known:
            raise unknown("parameter", name, known)


def _study(experiment: Experiment, asked: Asked, yes: bool) -> Study:
    from claimbook.cli.watching import Watch

    with Watch(asked.jobs) as watch:
        try:
            return _reproduce(experiment, asked, confirm=yes, on_event=watch.take)
        except Unconfirmed as error:
            _confirm(error)
            return _reproduce(experiment, asked, confirm=True, on_event=watch.take)


def _reproduce(experiment: Experiment, asked: Asked, make: str | None = None, **more: Any) -> Study:
    fields = {field.name: getattr(asked, field.name) for field in dataclasses.fields(asked)}
    parameters = fields.pop("parameters")
    if asked.preset == "published" and make == "never":
        fields["make"] = "missing"  # it takes what is there in any case
    return reproduce(experiment, **(fields | ({"make": make} if make else {})), **more, **parameters)


def _confirm(error: Unconfirmed) -> None:
    """Ask on a terminal. Raises the error with the way to say yes where nobody can be asked, or the answer is no."""
    import typer

    if sys.stdin.isatty() and sys.stderr.isatty():
        output.note(f"{error.what} Ctrl-C at any time keeps what is finished.")
        if typer.confirm("Go ahead?", err=True):
            return
    raise Unconfirmed(error.what, error.why, "Add --yes to go ahead; a smaller preset takes less (`claimbook list`).")
