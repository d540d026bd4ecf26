"""What `claimbook doctor` found, laid out for people."""

from __future__ import annotations

from rich.console import Group
from rich.filesize import decimal
from rich.text import Text

from claimbook.cli.layout import bullets, facts, heading
from claimbook.doctor import Report
from claimbook.machine import Cpu

STATES = {"verified": "green", "present": "yellow", "absent": "dim", "damaged": "red"}


def view(report: Report) -> Group:
    """All facts, then the problems, then the answer to the question that was asked."""
    return Group(
        heading("Machine"),
        facts(_machine(report)),
        heading("Packages"),
        facts([("", ", ".join(f"{name} {version}" for name, version in report.packages.items()))]),
        heading("Stores"),
        facts([(store.role, _store(store)) for store in report.stores]),
        heading("Data sets", "(none is needed: a stand-in serves, on which nothing is judged)"),
        facts([(state.name, _data(state)) for state in report.data]),
        Text("  `claimbook data verify` checks what is present, `claimbook data fetch` gets what is absent.", "dim"),
        heading("GPUs"),
        bullets([f"{gpu.name}: {gpu.advice}" for gpu in report.gpus] or ["none found; the CPU is used"]),
        *_problems(report),
        heading("Claimbook can run here." if report.can_run else "Claimbook cannot run here: see the problems above."),
    )


def _machine(report: Report) -> list[tuple[str, object]]:
    cpu = report.cpu
    computes = {True: "loads and computes", False: "does not compute", None: "not tried"}[report.mxnet_computes]
    libraries = ", ".join(library.file for library in report.missing_libraries)
    return [
        ("Python", report.python),
        ("system", report.system),
        ("processor", f"{cpu.model}, {cpu.usable} of {cpu.cores} cores"),
        ("features", " ".join(cpu.features) or "unknown"),
        ("bf16", _bf16(cpu)),
        ("threads", f"{report.threads or '?'} for each run (CLAIMBOOK_THREADS)"),
        ("MXNet", computes),
        ("missing", libraries and f"system libraries {libraries}"),
    ]


def _bf16(cpu: Cpu) -> str:
    """How MXNet computes in bfloat16 on this processor; see `train.precision`."""
    if not cpu.features:
        return "unknown"
    if "avx512_bf16" in cpu.features:
        return "in the processor; faster than fp32"
    if "avx512f" in cpu.features:
        return "emulated, to the same bits; slower than fp32"
    return "not to be had; take precision=fp32"


def _store(store) -> str:
    free = f"{decimal(store.free_bytes)} free" if store.free_bytes is not None else ""
    access = "" if store.writable else "not writable"
    there = "" if store.exists else "made at the first run"
    return f"{store.path}  ({', '.join(filter(None, [there, access, free]))})"


def _data(state) -> Text:
    text = Text.assemble((state.state, STATES.get(state.state, "")), f"  {state.where or ''}")
    if state.state == "damaged":
        text.append(f"\n{state.why} {state.do}", style="dim")
    return text


def _problems(report: Report) -> list:
    if not report.problems:
        return []
    lines = []
    for problem in report.problems:
        word = ("must be mended: ", "bold red") if problem.fatal else ("worth knowing: ", "yellow")
        lines.append(Text.assemble(word, problem.what, f"\n→ {problem.do}" if problem.do else ""))
    return [heading("Problems"), bullets(lines)]
