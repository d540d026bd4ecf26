"""`reproduce`: each record of a study is found, or made, or named as a gap."""

from __future__ import annotations

import contextlib
import shlex
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from claimbook import compat
from claimbook.data import own
from claimbook.engine.events import Event
from claimbook.engine.run import run
from claimbook.engine.twins import from_twin
from claimbook.errors import RunError
from claimbook.experiment import registry
from claimbook.experiment.base import Experiment, Task
from claimbook.gpu import AUTO
from claimbook.record.schema import Record
from claimbook.record.source import source_digest
from claimbook.record.store import Store
from claimbook.study import shelves
from claimbook.study.asked import PUBLISHED, check_choices, checked_arms, checked_devices, checked_seeds, is_own
from claimbook.study.published import published
from claimbook.study.studied import Gap, Study, command, in_words, total_cost

ASK_ABOVE_S = 600.0  # estimated core seconds above which a study is not made without `confirm`
Cell = tuple[str, int]


class Unconfirmed(RunError):
    """Making what is missing takes long, and nobody has said yes to it."""


def reproduce(
    name: str | Experiment,
    preset: str = "smoke",
    seeds: int | Sequence[int] | None = None,
    make: str = "missing",
    arms: str | Sequence[str] | None = None,
    data: str | None = None,
    jobs: int = 1,
    device: str = AUTO,
    confirm: bool = False,
    on_event: Callable[[Event], None] | None = None,
    **parameters: Any,
) -> Study:
    """The study of an experiment: for each arm and seed the record is found, or made.

    Args:
        name: "paper/experiment".
        preset: one of the experiment's, or "published": all committed records, each arm at its largest judging preset.
        seeds: how many, or which; those of the preset where None (for "published": all that are committed).
        make: "missing" runs what is not there, "always" runs everything again, "never" runs nothing and names gaps.
        arms: which; all where None.
        data: "real", "stand-in", or None: real where the records or the data are there, else the stand-in. Or
            "mnist=FOLDER": your own files in the place of that data set, on which nothing is judged.
        jobs: local processes to run in.
        device: "cpu", "gpu", or "auto": the GPU where the experiment and MXNet can compute on one, else the CPU; the
            records of the CPU where they are all there.
        confirm: go on although the estimate is above ten minutes of one core.
        on_event: told what happens, `print_event` for example.
        parameters: the experiment's own, over those of the preset.

    Raises:
        UsageError: an unknown or ill-typed name or value; a GPU that cannot be computed on.
        Unconfirmed: above ten minutes without `confirm`.
        RunError: interrupted; batches failed.
        DataError: the real data are asked for and absent; your own files are not fit.
    """
    experiment = name if isinstance(name, Experiment) else registry.experiment_named(name)
    check_choices(experiment, preset, make, data, jobs, device)
    if preset == PUBLISHED:
        return published(experiment, seeds, arms, parameters)
    search = _Search(experiment, preset, seeds, arms, parameters, data, device)
    with own.using(*own.read(data)) if is_own(data) else contextlib.nullcontext():
        return _found_or_made(search, make, jobs, confirm, on_event)


def _found_or_made(
    search: _Search, make: str, jobs: int, confirm: bool, on_event: Callable[[Event], None] | None
) -> Study:
    stand_in = search.look(make)
    missing = [cell for cell in search.tasks if cell not in search.found] if make != "always" else list(search.tasks)
    found, made = dict(search.found), {}
    if make != "never" and missing:
        search.ask([cell for cell in missing if make == "always" or not search.taken_over(cell)], confirm)
        wanted = [search.tasks[cell] for cell in missing]
        records = run(wanted, search.places[0], jobs, on_event, refresh=make == "always")
        made = dict(zip(missing, records, strict=True))
        missing = []
    return search.study(stand_in, {cell: record for cell, (record, _) in found.items()} | made, made, missing)


class _Search:
    """The cells of one study, and what the stores have for them."""

    def __init__(self, experiment, preset, seeds, arms, parameters: Mapping[str, Any], data, device):
        self.experiment, self.preset, self.given, self.data = experiment, preset, parameters, data
        self.parameters = experiment.parameters(preset, parameters)
        self.arms = checked_arms(experiment, arms)
        self.seeds = checked_seeds(seeds, experiment.preset(preset).seeds)
        self.device, self.devices = device, checked_devices(experiment, device, self._precisions())
        self.places: list[Store] = shelves.stores()
        self.tasks: dict[Cell, Task] = {}
        self.found: dict[Cell, tuple[Record, Store]] = {}
        self.faults: list[str] = []
        self.notes: list[str] = []

    def look(self, make: str) -> bool:
        """Look in the stores; decide between real and stand-in data, and return whether it is the stand-in."""
        always, data = self.experiment.preset(self.preset).stand_in, self.data
        if always or data == "stand-in":
            self._look(True, make)
        elif is_own(data):
            self._look(False, make)
            self.notes.append(f"This study runs on files of your own, {data}: nothing is judged on them.")
            return False
        else:
            self._look(False, make)
            complete = len(self.found) == len(self.tasks) and make != "always"
            if data is None and make != "never" and not complete and not _have(self.experiment.data_sets):
                self._look(True, make)
                self.notes.append(
                    f"The real data ({', '.join(self.experiment.data_sets)}) are not on this machine, so a stand-in is "
                    "used. Nothing is judged on it. `claimbook data fetch` gets the real data."
                )
                return True
            return False
        self.notes.append(
            "This study runs on stand-in data: it shows that the code works, and nothing is judged on it."
        )
        return True

    def _precisions(self) -> set[str]:
        settings = [self.experiment.settings(self.parameters, self.experiment.arm(arm)) for arm in self.arms]
        return {self.experiment.precision_of(each) for each in settings}

    def _look(self, stand_in: bool, make: str) -> None:
        for device in self.devices[1:] if make != "always" else ():
            self._look_on(device, stand_in)
            if len(self.found) == len(self.tasks):
                return
        self._look_on(self.devices[0], stand_in)

    def _look_on(self, device: str, stand_in: bool) -> None:
        make_task, threads = self.experiment.task, compat.threads()
        self.tasks = {
            (arm, seed): make_task(self.parameters, arm, seed, stand_in, threads, device)
            for arm in self.arms
            for seed in self.seeds
        }
        self.faults.clear()
        found = {cell: shelves.find(self.places, task, self.faults) for cell, task in self.tasks.items()}
        self.found = {cell: pair for cell, pair in found.items() if pair is not None}

    def command(self) -> str:
        """The command line that makes this study."""
        line = command(self.experiment.id, self.preset, max(self.seeds) + 1, self.given, device=self.device)
        return f"{line} --data {shlex.quote(self.data)}" if is_own(self.data) else line

    def taken_over(self, cell: Cell) -> bool:
        """Whether another experiment has made this run already, so that it costs nothing."""
        return from_twin(self.tasks[cell], self.places[0]) is not None

    def ask(self, missing: Sequence[Cell], confirm: bool) -> None:
        """Raises Unconfirmed where making these takes long and nobody has confirmed it."""
        cost = total_cost(self.experiment, self.parameters, missing)
        if cost > ASK_ABOVE_S and not confirm:
            raise Unconfirmed(
                f"{len(missing)} runs of {self.experiment.id} are missing, and making them takes {in_words(cost)}.",
                "Above ten minutes Claimbook asks first.",
                f"Say confirm=True, or run `{self.command()}` in a terminal; a smaller preset takes less.",
            )

    def study(self, stand_in: bool, records: Mapping[Cell, Record], made: Mapping, missing: Sequence[Cell]) -> Study:
        """The study of these records."""
        standings = self._standings(made)
        stale = sum(standing == "stale" for standing in standings.values())
        if stale:
            self.notes.append(
                f"{stale} of {len(records)} records are stale: the source has changed since they were made. "
                "`claimbook revalidate` tells whether that matters, `claimbook run --refresh` makes them again."
            )
        cost = in_words(total_cost(self.experiment, self.parameters, missing)) if missing else ""
        return Study(
            experiment=self.experiment,
            preset=self.preset,
            parameters=self.parameters,
            arms=self.arms,
            seeds=self.seeds,
            stand_in=stand_in,
            own_files=is_own(self.data),
            presets=dict.fromkeys(self.arms, self.preset),
            records={cell: records[cell] for cell in self.tasks if cell in records},
            standings=standings,
            gaps=tuple(Gap(*cell, "it has not been run", self.command(), cost) for cell in missing),
            found=len(records) - len(made),
            made=len(made),
            notes=tuple(self.notes),
            faults=tuple(dict.fromkeys(self.faults)),
        )

    def _standings(self, made: Mapping[Cell, Record]) -> dict[Cell, str]:
        source = source_digest(type(self.experiment).__module__)
        found = {cell: store.standing(record, source) for cell, (record, store) in self.found.items()}
        return found | dict.fromkeys(made, "fresh")


def _have(data_sets: Sequence[str]) -> bool:
    from claimbook.data.locate import locate

    return all(locate(name) is not None for name in data_sets)
