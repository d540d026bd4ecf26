"""Where a record comes from: versions, machine, code and cost. No host name, user or path."""

from __future__ import annotations

import datetime
import functools
import platform
import subprocess
import sys
import time
from importlib import metadata

from claimbook import gpu, machine
from claimbook.record.places import repository_root
from claimbook.record.schema import Git, Provenance
from claimbook.record.source import source_digest

MXNET_BUILDS = ("mxnet", "mxnet-cu112", "mxnet-cu117")
PACKAGES = (
    "claimbook",
    *MXNET_BUILDS,
    "gluoncv",
    "numpy",
    "scipy",
    "pandas",
    "pillow",
    "opencv-python",
    "pydantic",
    "numba",
)
DECIDES = ("src", "pyproject.toml", "requirements.lock")  # what in a checkout a run can depend on


class Meter:
    """Measures one batch from its making on; `provenance` tells what it has come to."""

    def __init__(self, module: str, records: int, threads: int, device: str):
        """module: the experiment's module. records: how many the batch will make. threads, device: as in the key."""
        self._fixed = {
            "packages": packages(),
            "python": platform.python_version(),
            "system": platform.system(),
            "machine": platform.machine(),
            "cpu": cpu_model(),
            "cores": machine.cpu().usable,
            "threads": threads,
            "device": gpu.described(device),
            "mxnet": mxnet_build(),
            "git": git_state(),
            "source": source_digest(module),
        }
        self._records = records
        self._started = datetime.datetime.now(datetime.timezone.utc)
        self._wall, self._cpu = time.perf_counter(), time.process_time()

    def provenance(self) -> Provenance:
        """What stands in a record that is finished now."""
        wall, cpu = time.perf_counter() - self._wall, time.process_time() - self._cpu
        return Provenance(
            **self._fixed,
            started=self._started.isoformat(timespec="seconds"),
            wall_s=round(wall / self._records, 3),
            cpu_s=round(cpu / self._records, 3),
            batch_wall_s=round(wall, 3),
            batch_cpu_s=round(cpu, 3),
            batch_records=self._records,
            peak_memory_mib=round(peak_memory_mib(), 1),
        )


@functools.cache
def packages() -> dict[str, str]:
    """The versions of the installed packages that a number can depend on."""
    found = {}
    for name in PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def mxnet_build() -> str:
    """The installed build of MXNet: "mxnet" (CPU), "mxnet-cu112" …, or "none"."""
    builds = [name for name in MXNET_BUILDS if name in packages()]
    return builds[-1] if builds else "none"


@functools.cache
def cpu_model() -> str:
    """The processor's name as its maker gives it, or the architecture where the system does not tell."""
    return machine.cpu().model


def git_state() -> Git | None:
    """The commit of the checkout that Claimbook runs from; None outside of one, or without git.

    `dirty` where a file that a run can depend on (`DECIDES`) differs from that commit.
    """
    root = repository_root(from_package_only=True)
    if root is None:
        return None
    commit = _output(["git", "-C", str(root), "rev-parse", "HEAD"])
    if not commit:
        return None
    status = _output(["git", "-C", str(root), "--no-optional-locks", "status", "--porcelain", "--", *DECIDES])
    return Git(commit=commit, dirty=bool(status))


def peak_memory_mib() -> float:
    """The most memory that this process has held so far, in MiB; 0 where the system does not tell."""
    try:
        import resource
    except ImportError:
        return 0.0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10


def _output(command: list[str]) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
