"""What this machine is: its processor, and the system libraries that our packages load but do not bring along.

Standard library only: `.ci/setup` runs this file with the system's Python before anything is installed.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

CPUINFO = Path("/proc/cpuinfo")
# The instruction sets that decide how fast MXNet's kernels run, as Linux names them.
FEATURES = ("sse4_2", "avx", "avx2", "fma", "avx512f", "avx512_bf16", "amx_bf16", "neon", "asimd", "sve")


@dataclass(frozen=True)
class Library:
    """A shared library: its file, Debian's package, who loads it, and whether Claimbook can do without."""

    file: str
    package: str
    used_by: str
    needed: bool

    def present(self) -> bool:
        """Whether the dynamic loader finds it."""
        try:
            ctypes.CDLL(self.file)
        except OSError:
            return False
        return True


LIBRARIES = (
    Library("libgomp.so.1", "libgomp1", "MXNet", needed=True),
    Library("libquadmath.so.0", "libquadmath0", "MXNet", needed=True),
    Library("libGL.so.1", "libgl1", "OpenCV", needed=False),
    Library("libgthread-2.0.so.0", "libglib2.0-0", "OpenCV", needed=False),
)


@dataclass(frozen=True)
class Cpu:
    """The processor: model, those of `FEATURES` it has, its cores, and how many of them this process may use."""

    model: str
    architecture: str
    features: tuple[str, ...]
    cores: int
    usable: int


def cpu() -> Cpu:
    """This machine's processor. Off Linux the features stay empty."""
    fields: dict[str, str] = {}
    with contextlib.suppress(OSError):
        for row in CPUINFO.read_text(errors="replace").splitlines():
            key, _, value = row.partition(":")
            fields.setdefault(key.strip(), value.strip())
    flags = set((fields.get("flags") or fields.get("Features") or "").split())
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return Cpu(
        model=fields.get("model name") or _brand_on_mac() or platform.processor() or platform.machine() or "unknown",
        architecture=platform.machine(),
        features=tuple(name for name in FEATURES if name in flags),
        cores=os.cpu_count() or usable,
        usable=usable,
    )


def _brand_on_mac() -> str:
    if sys.platform != "darwin":
        return ""
    done = subprocess.run(["sysctl", "-n", "machdep.cpu.brand_string"], capture_output=True, text=True)
    return done.stdout.strip()


def missing_libraries() -> list[Library]:
    """The libraries of `LIBRARIES` that this system lacks; off Linux none, since the packages bring them there."""
    return [library for library in LIBRARIES if not library.present()] if sys.platform == "linux" else []


def how_to_install(libraries: list[Library]) -> str:
    """The sentence that says how to install `libraries` on Debian or Ubuntu."""
    return f"On Debian or Ubuntu, as root: apt install {' '.join(library.package for library in libraries)}"


def main() -> int:
    """Say on stderr which system libraries lack and how to install them; 1 where Claimbook cannot do without."""
    missing = missing_libraries()
    for library in missing:
        needed = "needs" if library.needed else "would use"
        print(f"{library.used_by} {needed} the system library {library.file}, which is not here.", file=sys.stderr)
    if missing:
        print(how_to_install(missing), file=sys.stderr)
    return int(any(library.needed for library in missing))


if __name__ == "__main__":
    sys.exit(main())
