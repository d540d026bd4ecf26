"""GPUs and MXNet 1.9.1: which cards its CUDA wheels hold machine code for, what to install, and whether to use one.

The wheels mxnet-cu112 and mxnet-cu117 hold code for compute capability 5.0, 6.0, 7.0, 8.0 and 8.6, and no PTX that a
driver could translate for others (read from the fat binaries). Code for x.y runs on x.z with z >= y, so they serve
5.0 to 8.9 and nothing from 9.0 up, where every operator fails with "no kernel image is available".
"""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
from dataclasses import dataclass

from claimbook import compat
from claimbook.errors import UsageError, unknown

CPU, GPU, AUTO = "cpu", "gpu", "auto"
DEVICES = (AUTO, CPU, GPU)  # what one can ask for; a record stands under "cpu" or "gpu"

CODE_FOR = ((5, 0), (6, 0), (7, 0), (8, 0), (8, 6))
OLDEST_DRIVER = (450, 80)  # of CUDA 11 as a whole (NVIDIA, "CUDA Compatibility", minor version compatibility)
DRIVER_OF_CU117 = (515, 43)  # the driver that CUDA 11.7 was released with
QUERY = ("--query-gpu=name,compute_cap,driver_version", "--format=csv,noheader")


@dataclass(frozen=True)
class Gpu:
    """One card as nvidia-smi names it. `capability` is None where nvidia-smi does not say."""

    name: str
    capability: tuple[int, int] | None
    driver: str

    @property
    def wheel(self) -> str | None:
        """The MXNet wheel that holds code for this card and runs with its driver, or None."""
        driver = _numbers(self.driver)
        if not has_code(self.capability) or driver is None or driver < OLDEST_DRIVER:
            return None
        return "mxnet-cu117" if driver >= DRIVER_OF_CU117 else "mxnet-cu112"

    @property
    def obstacle(self) -> str:
        """Why no wheel of MXNet computes on this card; "" where one does."""
        if self.capability is None:
            return "nvidia-smi does not tell its compute capability; update the driver."
        if not has_code(self.capability):
            return f"MXNet 1.9.1's wheels hold no code for compute capability {_dotted(self.capability)}."
        if self.wheel is None:
            return f"Driver {self.driver} is too old for CUDA 11; update it to 450.80 or later."
        return ""

    @property
    def advice(self) -> str:
        """What to install to compute on this card, or why the CPU is used."""
        if self.obstacle:
            return f"{self.obstacle} The CPU is used."
        return (
            f"MXNet 1.9.1 holds code for compute capability {_dotted(self.capability)}. Install: "
            f"python -m pip uninstall -y mxnet && python -m pip install {self.wheel}==1.9.1 "
            "nvidia-{cuda-runtime,cuda-nvrtc,cublas,cufft,curand,cusolver,nccl}-cu11 'nvidia-cudnn-cu11<9', "
            "with their lib folders on LD_LIBRARY_PATH."
        )

    def to_dict(self) -> dict[str, object]:
        """The card's facts as JSON takes them."""
        return {
            "name": self.name,
            "compute_capability": _dotted(self.capability) if self.capability else None,
            "driver": self.driver,
            "has_code": has_code(self.capability),
            "wheel": self.wheel,
            "advice": self.advice,
        }


def has_code(capability: tuple[int, int] | None) -> bool:
    """Whether MXNet 1.9.1's CUDA wheels hold machine code that runs on `capability` (major, minor)."""
    return capability is not None and any(
        major == capability[0] and minor <= capability[1] for major, minor in CODE_FOR
    )


def gpus() -> list[Gpu]:
    """The cards that nvidia-smi reports; none where it is missing, fails, or takes more than 20 s."""
    command = shutil.which("nvidia-smi")
    if command is None:
        return []
    try:
        done = subprocess.run([command, *QUERY], capture_output=True, text=True, timeout=20, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.TimeoutExpired):
        return []
    if done.returncode != 0:
        return []
    rows = csv.reader(done.stdout.splitlines(), skipinitialspace=True)
    return [Gpu(row[0].strip(), _numbers(row[1]), row[2].strip()) for row in rows if len(row) == 3]


def choose(device: str) -> str:
    """The device that a run is asked to compute on, "cpu" or "gpu".

    "auto" is the GPU where there is a card that the wheels hold code for and the installed MXNet sees it, else the CPU.
    MXNet is loaded only where there is such a card.

    Raises:
        UsageError: an unknown device; "gpu" where MXNet cannot compute on one, with the card and what the doctor says.
    """
    if device not in DEVICES:
        raise unknown("device", str(device), DEVICES)
    if device == CPU:
        return CPU
    cards = gpus()
    why_not = _refusal(cards)
    if why_not is None:
        return GPU
    if device == GPU:
        raise why_not
    return CPU


def number() -> int:
    """Which of the cards is computed on, as MXNet counts: the first that the wheels hold code for.

    Where CUDA_VISIBLE_DEVICES is set, the first of those that it names.
    """
    if "CUDA_VISIBLE_DEVICES" in os.environ:
        return 0
    return next((i for i, card in enumerate(gpus()) if not card.obstacle), 0)


def described(device: str) -> str:
    """A device as it stands in a record's provenance: "cpu", or "gpu, NVIDIA GeForce RTX 3090"."""
    cards = gpus() if device == GPU else []
    return f"{device}, {cards[min(number(), len(cards) - 1)].name}" if cards else device


def _refusal(cards: list[Gpu]) -> UsageError | None:
    """Why MXNet cannot compute on any of these cards; None where it can."""
    use_cpu = "Leave device out, or give cpu; `claimbook doctor` shows what is here."
    if not cards:
        return UsageError("There is no GPU here to compute on.", "nvidia-smi is not here, or names no card.", use_cpu)
    card = next((card for card in cards if not card.obstacle), cards[0])
    name = f"{card.name}, compute capability {_dotted(card.capability) if card.capability else 'unknown'}"
    if card.obstacle:
        return UsageError(f"MXNet cannot compute on the GPU here ({name}).", card.obstacle, use_cpu)
    os.environ.setdefault("CUDA_DEVICE_ORDER", "PCI_BUS_ID")  # so that CUDA counts the cards as nvidia-smi does
    mx = compat.mxnet()
    if not mx.runtime.Features().is_enabled("CUDA"):
        return UsageError(f"The MXNet that is installed has no CUDA for the GPU here ({name}).", do=card.advice)
    if not _seen(mx):
        return UsageError(f"MXNet does not see the GPU here ({name}).", "CUDA finds no card it may use.", use_cpu)
    return None


def _seen(mx) -> bool:
    try:
        return mx.context.num_gpus() > 0
    except mx.base.MXNetError:  # CUDA itself does not start: a driver that is too old, or none
        return False


def _dotted(capability: tuple[int, int]) -> str:
    return ".".join(map(str, capability))


def _numbers(text: str) -> tuple[int, int] | None:
    """ "8.6" or "525.105.17" -> its first two numbers; None where it is none ("[N/A]")."""
    parts = text.strip().split(".")
    if len(parts) < 2 or not all(part.isdigit() for part in parts[:2]):
        return None
    return int(parts[0]), int(parts[1])
