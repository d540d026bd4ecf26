"""The page of checks: the last killing campaign, and the benchmarks beside peers, as their programs wrote them down."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from claimbook.book.snippets import boxed, definitions
from claimbook.book.tables import Cell, Table
from claimbook.book.text import number, plural

CAMPAIGN = Path("tests", "faults", "campaign.json")
BENCHMARKS = Path("benchmarks")
WHERE_MEASURED = {"images_per_second": "images a second", "megabytes": "peak memory, MB"}
"""What not every benchmark has of its contenders, and the columns that it makes."""


def measured_checks(root: Path) -> dict[str, Any]:
    """What a checkout has written down of its checks: the "campaign" or None, and the "benchmarks" by name."""
    campaign, found = root / CAMPAIGN, sorted((root / BENCHMARKS).glob("*.json"))
    return {
        "campaign": _read(campaign) if campaign.is_file() else None,
        "benchmarks": {path.stem: _read(path) for path in found},
    }


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def campaign(found: Mapping[str, Any] | None) -> str:
    """What came of the last killing campaign."""
    if found is None:
        return "No campaign is written down in this checkout.\n"
    differing = found["differing"]
    differ = "none differs" if differing == 0 else f"{number(differing)} differ{'s' if differing == 1 else ''}"
    rows: list[tuple[str, Cell | None]] = [
        ("Processes killed", number(found["kills"])),
        ("Records compared", f"{number(found['records'])}: {differ}"),
        ("Steps lost by the kills", number(found["steps_lost"])),
        ("Processor", found["processor"]),
        ("MXNet", found["mxnet"]),
        ("Commit", f"`{found['commit']}`" if found["commit"] else "not known"),
    ]
    return definitions(rows)


def benchmarks(found: Mapping[str, Mapping[str, Any]]) -> str:
    """A table a workload: each contender's time over ours in the same round."""
    if not found:
        return "No benchmark is written down in this checkout.\n"
    return "\n".join(_benchmark(name, one) for name, one in found.items())


def _benchmark(name: str, one: Mapping[str, Any]) -> str:
    where = f"Data: {one['data']}. {one['processor']}, {plural(one['threads'], 'thread')}, "
    where += f"{plural(one['rounds'], 'round')}. Peers: {', '.join(one['peers'])}."
    tables = [_workload(workload) for workload in one["workloads"].values()]
    title = name.replace("_", " ").capitalize().replace("Vgg", "VGG")
    return "\n".join([f"### {title}\n\n{where}\n", *tables])


def _workload(workload: Mapping[str, Any]) -> str:
    """The table of the contenders, or the seconds of a workload without peers; below it its notes, a paragraph each."""
    table = _contenders(workload) if "contenders" in workload else f"{_seconds(workload)}\n"
    return "\n".join([table, *(f"{note}\n" for note in workload.get("notes", ()))])


def _seconds(workload: Mapping[str, Any]) -> str:
    if "seconds" not in workload:
        return f"{workload['says']}."
    found = workload["seconds"]
    low, high = (f"{value:.1f}" for value in found["spread"])
    processes = number(found["processes"])
    return f"{workload['says']}: {found['median']:.1f} s, the median of {processes} processes; {low} to {high} s."


def _contenders(workload: Mapping[str, Any]) -> str:
    contenders = workload["contenders"]
    more = [key for key in WHERE_MEASURED if all(key in row for row in contenders.values())]
    rows = [[*_contender(name, row), *(number(row[key]) for key in more)] for name, row in contenders.items()]
    columns = ["contender", "time over ours", "lowest and highest round", "µs", *(WHERE_MEASURED[key] for key in more)]
    return boxed(Table(columns, rows, caption=workload["says"]))


def _contender(name: str, row: Mapping[str, Any]) -> Sequence[Cell]:
    spread = " to ".join(_times(value) for value in row["spread"])
    said = "Claimbook" if name == "ours" else name.replace("_", " ").replace("ours", "Claimbook,")
    return [row.get("says", said), _times(row["ratio"]), spread, number(row["microseconds"])]


def _times(ratio: float) -> str:
    return f"{ratio:.3g} ×"
