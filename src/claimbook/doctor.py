"""What `claimbook doctor` finds: whether Claimbook can run on this machine, and with what. Facts only, no printing."""

from __future__ import annotations

import importlib.metadata as metadata
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from claimbook import compat, machine
from claimbook.errors import ClaimbookError
from claimbook.gpu import Gpu, gpus

PYTHONS = ((3, 10), (3, 11), (3, 12))
LEAST_FREE_BYTES = 100 * 2**20  # a study's records and a book build take less; below it a run would end in the middle
PROBE = (
    "from claimbook import compat; mx = compat.mxnet(); x = mx.nd.array([[1, 2], [3, 4]]); "
    "assert mx.nd.dot(x, x).asnumpy().tolist() == [[7, 10], [15, 22]]"
)


@dataclass(frozen=True)
class Problem:
    """Something that keeps Claimbook from running (`fatal`) or that a person may want to know, and what to do."""

    what: str
    do: str
    fatal: bool = True


@dataclass(frozen=True)
class Store:
    """A folder of records: its role ("new records" or "committed records") and what can be done with it."""

    role: str
    path: str
    exists: bool
    writable: bool
    free_bytes: int | None


@dataclass(frozen=True)
class DataState:
    """A data set's name and state ("absent", "present", "verified", "damaged"), where it lies, why, what to do."""

    name: str
    state: str
    where: str | None
    why: str
    do: str


@dataclass(frozen=True)
class Report:
    """Everything `examine` found. `threads` is None where CLAIMBOOK_THREADS is wrong; `packages` maps name to version.

    `mxnet_computes` is None where it was not tried.
    """

    python: str
    system: str
    cpu: machine.Cpu
    threads: int | None
    packages: dict[str, str]
    missing_libraries: list[machine.Library]
    mxnet_computes: bool | None
    stores: list[Store]
    data: list[DataState]
    gpus: list[Gpu]
    problems: list[Problem] = field(default_factory=list)

    @property
    def can_run(self) -> bool:
        """Whether nothing fatal was found."""
        return not any(problem.fatal for problem in self.problems)

    def to_dict(self) -> dict[str, object]:
        """The report as JSON takes it."""
        facts = asdict(self) | {"gpus": [gpu.to_dict() for gpu in self.gpus]}
        return {"can_run": self.can_run} | facts


def examine(probe: bool = True) -> Report:
    """Look at Python, packages, processor, threads, system libraries, stores, disk, data sets and GPUs.

    Whatever is wrong stands in the report's `problems`; nothing is raised for it. With `probe`, MXNet multiplies two
    small matrices in a process of its own (2 to 4 s): that settles what no list of versions can.
    """
    problems: list[Problem] = []
    python(problems)
    return Report(
        python=platform.python_version(),
        system=f"{platform.system()} {platform.release()} {platform.machine()}",
        cpu=machine.cpu(),
        threads=_attempt(compat.threads, problems, None),
        packages=packages(problems),
        missing_libraries=libraries(problems),
        mxnet_computes=mxnet_computes(problems) if probe else None,
        stores=stores(problems),
        data=_attempt(data_states, problems, []),
        gpus=gpus(),
        problems=problems,
    )


def python(problems: list[Problem]) -> None:
    """Add a problem where this Python is not one that the locked packages are for; a newer one is experimental."""
    version = sys.version_info[:2]
    if version not in PYTHONS:
        text = f"Python {version[0]}.{version[1]} is not one that Claimbook is tested on."
        problems.append(
            Problem(text, "Use 3.11, 3.12 or 3.10: make setup PYTHON=python3.11", fatal=version < PYTHONS[0])
        )


def packages(problems: list[Problem]) -> dict[str, str]:
    """The installed versions of the packages that Claimbook asks for; a problem for each that lacks or differs.

    A CUDA build of MXNet (`mxnet-cu112`, `mxnet-cu117`) counts as mxnet.
    """
    from packaging.requirements import Requirement

    try:
        asked = [Requirement(text) for text in metadata.requires("claimbook") or []]
    except metadata.PackageNotFoundError:
        problems.append(Problem("The package claimbook is not installed.", "Run: make setup"))
        return {}
    found = {"claimbook": metadata.version("claimbook")}
    for requirement in asked:
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": ""}):
            continue
        name, version = _installed(requirement.name)
        if version is None:
            problems.append(Problem(f"The package {requirement.name} is not installed.", "Run: make setup"))
            continue
        found[name] = version
        if not requirement.specifier.contains(version, prereleases=True):
            asks = f"{name} {version} is installed; Claimbook asks for {requirement.specifier}."
            problems.append(Problem(asks, "Run: make setup", fatal=False))
    return found


def _installed(name: str) -> tuple[str, str | None]:
    for candidate in ("mxnet-cu117", "mxnet-cu112", "mxnet") if name == "mxnet" else (name,):
        try:
            return candidate, metadata.version(candidate)
        except metadata.PackageNotFoundError:
            continue
    return name, None


def libraries(problems: list[Problem]) -> list[machine.Library]:
    """The system libraries that lack; fatal where MXNet loads them."""
    missing = machine.missing_libraries()
    for library in missing:
        text = f"The system library {library.file} ({library.used_by}) is missing."
        problems.append(Problem(text, machine.how_to_install([library]), fatal=library.needed))
    return missing


def mxnet_computes(problems: list[Problem]) -> bool:
    """Whether MXNet loads and multiplies two matrices rightly, tried in a process that may crash without harm."""
    try:
        done = subprocess.run([sys.executable, "-c", PROBE], capture_output=True, text=True, timeout=120)
        said, code = (done.stderr.strip().splitlines() or [""])[-1], done.returncode
    except subprocess.TimeoutExpired:
        said, code = "no answer within 120 s", 1
    if code:
        how = f"was stopped by signal {-code}" if code < 0 else said
        problems.append(Problem(f"MXNet does not compute here: {how}", "Mend what is named above, or run: make setup"))
    return code == 0


def stores(problems: list[Problem]) -> list[Store]:
    """The folder that new records go to, and that of the committed ones, which is only read, where there is one."""
    from claimbook.record.places import committed_records, user_store

    found = []
    own = _attempt(user_store, problems, None)
    if own is not None:
        found.append(_store("new records", own))
        if not found[0].writable:
            problems.append(Problem(f"The store {own} cannot be written to.", "Set CLAIMBOOK_STORE to another folder."))
        elif (found[0].free_bytes or 0) < LEAST_FREE_BYTES:
            text = f"The disk of {own} has {(found[0].free_bytes or 0) / 2**20:.0f} MiB left."
            problems.append(Problem(text, "Free some, or set CLAIMBOOK_STORE to a folder on another disk."))
    committed = committed_records()
    return found + ([_store("committed records", committed)] if committed is not None else [])


def _store(role: str, path: Path) -> Store:
    standing = next((folder for folder in (path, *path.parents) if folder.exists()), None)
    writable = standing is not None and standing.is_dir() and os.access(standing, os.W_OK | os.X_OK)
    free = shutil.disk_usage(standing).free if standing is not None else None
    return Store(role, str(path), path.is_dir(), writable, free)


def data_states() -> list[DataState]:
    """Every data set of the catalogue as it stands on this machine. None is needed: stand-ins serve without."""
    from claimbook.data.catalogue import catalogue
    from claimbook.data.locate import status

    states = [status(name) for name in catalogue()]
    return [DataState(s.name, s.state, str(s.where) if s.where else None, s.why, s.do) for s in states]


def _attempt(ask: Callable, problems: list[Problem], otherwise):
    try:
        return ask()
    except ClaimbookError as error:
        problems.append(Problem(f"{error.what} {error.why}".strip(), error.do))
        return otherwise
