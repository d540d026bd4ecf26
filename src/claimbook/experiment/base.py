"""What an experiment is: arms, parameters, presets, and a function from settings and a seed to measurements.

The key of a record is a hash of `Task.asked`: everything that decides what is measured, and nothing else. `measure`
sees only what was hashed (the settings and the seed), so two runs of one key cannot have been asked different things.
"""

from __future__ import annotations

import abc
import dataclasses
import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, ClassVar

from claimbook.errors import unknown
from claimbook.experiment.parameters import describe, parse
from claimbook.record.canonical import digest_of
from claimbook.record.unfinished import Unfinished


@dataclasses.dataclass(frozen=True)
class Arm:
    """One of the settings that an experiment compares. `id` is a slug ("n3-l4"); `title` is for people."""

    id: str
    title: str
    settings: Mapping[str, Any]


@dataclasses.dataclass(frozen=True)
class Metric:
    """A number that every record of an experiment carries. `better` is "lower", "higher" or ""."""

    name: str
    help: str
    unit: str = ""
    better: str = ""


@dataclasses.dataclass(frozen=True)
class Preset:
    """A named size of the study. It differs from `paper` only in `overrides`, which the book lists.

    `stand_in`: always run on stand-in data, so that outputs are the same everywhere.
    """

    name: str
    seeds: int
    overrides: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    stand_in: bool = False
    note: str = ""


@dataclasses.dataclass(frozen=True)
class Measurement:
    """What one run measured, before it becomes a record.

    metrics: name → number; None where the run never came to have it (never reached a threshold).
    curves: name → {column → list of numbers}, all columns of one length.
    tables: name → list of rows.
    first_losses: the losses of the first 20 steps, by which `revalidate` recognises unchanged behaviour.
    diverged: the run as a whole has no finite result. It is a result all the same and stays in the denominator.
    data: exact digest and facts of the arrays that were used.
    sweep: for a grid of settings: column → cells (numbers, short words, None), all of one length; it is kept beside the
        record as one compressed table (`record.sweep`).
    """

    metrics: Mapping[str, float | None]
    curves: Mapping[str, Mapping[str, list[float]]]
    tables: Mapping[str, list[dict[str, Any]]]
    first_losses: list[float]
    diverged: bool
    data: Mapping[str, Any]
    sweep: Mapping[str, Sequence[int | float | str | None]] | None = None


@dataclasses.dataclass(frozen=True)
class Task:
    """One run that is asked for: an arm of an experiment with its settings, for one seed."""

    experiment: Experiment
    arm: str
    seed: int
    settings: Mapping[str, Any]
    data: Mapping[str, Any]
    threads: int = 1
    device: str = "cpu"

    @functools.cached_property
    def asked(self) -> dict[str, Any]:
        """Everything that decides what is measured, as plain JSON values."""
        return {
            "experiment": self.experiment.id,
            "version": self.experiment.version,
            "arm": self.arm,
            "seed": self.seed,
            "settings": dict(self.settings),
            "data": dict(self.data),
            "solver": self.experiment.solver_of(self.settings),
            "device": self.device,
            "threads": self.threads,
        }

    @functools.cached_property
    def key(self) -> str:
        """sha256 of `asked` in canonical JSON, 64 hexadecimal digits."""
        return digest_of(self.asked)

    @functools.cached_property
    def run(self) -> str:
        """The same for what is run: equal for two tasks whose experiments share their runs (`Experiment.runs_of`)."""
        return digest_of(self.asked | {"experiment": self.experiment.runs_of or self.experiment.id})


def computed_on(asked: Mapping[str, Any]) -> dict[str, Any]:
    """The threads and the device in what a record was asked, as `Experiment.task` takes them."""
    return {"threads": asked.get("threads", 1), "device": asked.get("device", "cpu")}


class Experiment(abc.ABC):
    """The base of all experiments. A subclass declares the class attributes and three methods.

    paper, name: slugs; `id` is "paper/name". version: raised when the meaning of a measurement changes.
    varies: what the seed varies, in words. own_files: data sets in whose place it takes a reader's own files.
    solver: what computes it, as it stands in the key. devices: what it can compute on; one that serves "gpu" too takes
    its context from the task (`train.device.context`). runs_of: a name that experiments have in common whose
    measurements are the same: an arm that two of them have, with the same settings, is run once and recorded in both.
    """

    paper: ClassVar[str]
    name: ClassVar[str]
    version: ClassVar[int] = 1
    title: ClassVar[str]
    question: ClassVar[str]
    arms: ClassVar[Sequence[Arm]]
    metrics: ClassVar[Sequence[Metric]]
    Parameters: ClassVar[type]
    presets: ClassVar[Sequence[Preset]]
    varies: ClassVar[Sequence[str]]
    data_sets: ClassVar[Sequence[str]]
    solver: ClassVar[str]
    own_files: ClassVar[Sequence[str]] = ()
    devices: ClassVar[Sequence[str]] = ("cpu",)
    runs_of: ClassVar[str] = ""

    @property
    def id(self) -> str:
        """The name by which everyone calls it, "overparameterization/depth-lp"."""
        return f"{self.paper}/{self.name}"

    def arm(self, arm_id: str) -> Arm:
        """The arm of that id. Raises UsageError for an unknown one."""
        for arm in self.arms:
            if arm.id == arm_id:
                return arm
        raise unknown(f"arm of {self.id}", arm_id, [arm.id for arm in self.arms])

    def preset(self, name: str) -> Preset:
        """The preset of that name. Raises UsageError for an unknown one."""
        for preset in self.presets:
            if preset.name == name:
                return preset
        raise unknown(f"preset of {self.id}", name, [preset.name for preset in self.presets])

    def parameters(self, preset: str, overrides: Mapping[str, Any] | None = None):
        """The parameters of a preset with `overrides` on top, validated. Raises UsageError."""
        base = parse(self.Parameters, self.preset(preset).overrides)
        return parse(self.Parameters, overrides or {}, base)

    def changes(self, preset: str) -> dict[str, tuple[Any, Any]]:
        """In which parameters a preset differs from `paper`: name → (value at `paper`, value at the preset)."""
        paper, other = self.parameters("paper"), self.parameters(preset)
        rows = {info.name: (getattr(paper, info.name), getattr(other, info.name)) for info in describe(self.Parameters)}
        return {name: pair for name, pair in rows.items() if pair[0] != pair[1]}

    def solver_of(self, settings: Mapping[str, Any]) -> str:
        """What computes an arm with these settings, as it stands in the key; an experiment with one solver has it."""
        return self.solver

    def precision_of(self, settings: Mapping[str, Any]) -> str:
        """The precision that MXNet computes these settings in, "fp32" or "bf16"; see `train.precision`.

        Each precision gets a process of its own. An experiment that has it as a parameter has it in its settings too.
        """
        return "fp32"

    def task(self, parameters: Any, arm: str, seed: int, stand_in: bool, threads: int = 1, device: str = "cpu") -> Task:
        """The run of one arm and seed with these parameters, on "cpu" or "gpu"."""
        settings = self.settings(parameters, self.arm(arm))
        return Task(self, arm, seed, settings, self.data_identity(settings, stand_in), threads, device)

    @abc.abstractmethod
    def settings(self, parameters: Any, arm: Arm) -> dict[str, Any]:
        """What an arm comes to with these parameters, in plain JSON values: all that `measure` may depend on.

        A parameter that does not touch the arm is left out, so that changing it keeps the arm's records.
        """

    @abc.abstractmethod
    def data_identity(self, settings: Mapping[str, Any], stand_in: bool) -> dict[str, Any]:
        """Catalogue name, edition, split and subset rule, reader version; found without opening the data."""

    @abc.abstractmethod
    def cost(self, settings: Mapping[str, Any], seeds: int) -> float:
        """Estimated seconds of one core for one arm with `seeds` seeds."""

    @abc.abstractmethod
    def batches(self, tasks: Sequence[Task]) -> list[list[Task]]:
        """The tasks grouped as they are best run together. A record never depends on its batch."""

    @abc.abstractmethod
    def measure(
        self, tasks: Sequence[Task], progress: Callable[[int, int], None], unfinished: Unfinished
    ) -> Iterator[tuple[Task, Measurement]]:
        """Run one batch. Calls `progress(done, total)` in steps of work; yields each task as it is finished.

        A long run saves where it stands to `unfinished` whenever that is due, and goes on from what it finds there.
        """

    @abc.abstractmethod
    def first_losses(self, task: Task) -> list[float]:
        """Re-run the first 20 steps of a task, for `revalidate`."""
