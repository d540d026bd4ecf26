"""The parameters of a notebook: those of its study (preset, seeds …) and those of its experiment.

In a notebook None means "the preset's value", so that one cell serves all presets.
"""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from claimbook.errors import unknown
from claimbook.experiment.base import Experiment
from claimbook.experiment.parameters import ParameterInfo, describe, parameter, parse
from claimbook.experiment.registry import experiment_named
from claimbook.gpu import DEVICES
from claimbook.study.asked import DATA, PUBLISHED, check_choices, judging_presets

INJECTED = "# Parameters\n"  # how the cell begins that papermill injects


@dataclasses.dataclass(frozen=True)
class StudyParameters:
    """What every notebook takes besides the parameters of its experiment."""

    preset: str = parameter("smoke", help="Size of the study; published shows the committed records.")
    seeds: int = parameter(None, help="How many seeds, from 0 on.", unit="seeds", low=1, high=1000)
    data: str = parameter(None, help="Which data; on stand-in data nothing is ever judged.", choices=DATA)
    jobs: int = parameter(1, help="Processes that work side by side.", unit="processes", low=1, high=256)
    device: str = parameter("auto", help="Where to compute; auto: on a GPU where MXNet can.", choices=DEVICES)
    confirm: bool = parameter(False, help="Go ahead where it will take more than ten minutes.")


def declared(experiment: Experiment) -> list[ParameterInfo]:
    """All parameters that a notebook of `experiment` takes, in the order of its parameters cell."""
    presets = (*(preset.name for preset in experiment.presets), PUBLISHED)
    study = describe(StudyParameters)
    study[0] = dataclasses.replace(study[0], choices=presets)
    return [*study, *describe(experiment.Parameters)]


def parameters_cell(experiment: Experiment) -> str:
    """The source of the parameters cell: name, type, value, and a comment with help, unit and range.

    A default stands there only for what the study itself takes; else None.
    """
    types = {"list of float": "list[float]"}
    own = {info.name for info in describe(StudyParameters)}
    lines = []
    for info in declared(experiment):
        default = info.default if info.name in own else None
        facts = ", ".join(part for part in (info.unit, info.range) if part)
        comment = f"{info.help} [{facts}]" if facts else info.help
        lines.append(f"{info.name}: {types.get(info.type, info.type)} = {_literal(default)}  # {comment}")
    return "\n".join(lines)


def checked(name: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """`given` (Python values, or text from a command line) as plain values of the declared types, without the Nones.

    Args:
        name: the experiment, "paper/name".

    Raises:
        UsageError: an unknown experiment or parameter (with the nearest right name), a wrong type, a value that is out
            of range or not finite, or one that does not go with another.
    """
    experiment = experiment_named(name)
    infos = {info.name: info for info in declared(experiment)}
    for key in given:
        if key not in infos:
            raise unknown("parameter", str(key), infos)
    asked = {key: value for key, value in given.items() if value is not None}
    own = {info.name for info in describe(StudyParameters)}
    study = parse(StudyParameters, {key: value for key, value in asked.items() if key in own})
    rest = {key: value for key, value in asked.items() if key not in own}
    check_choices(experiment, study.preset, "missing", study.data, study.jobs, study.device)
    base = judging_presets(experiment)[0] if study.preset == PUBLISHED else study.preset
    settings = experiment.parameters(base, rest)
    values = {key: getattr(study if key in own else settings, key) for key in asked}
    return {key: list(value) if isinstance(value, tuple) else value for key, value in values.items()}


def check(name: str, namespace: Mapping[str, Any]) -> dict[str, Any]:
    """What a notebook's first code cell calls with `globals()`: its parameters, checked, for `reproduce(name, **…)`.

    Papermill lets a misspelt parameter pass with a line in its log; here it is found in the cell that it injected.

    Raises:
        UsageError: as `checked`.
    """
    known = [info.name for info in declared(experiment_named(name))]
    wanted = dict.fromkeys([*known, *_injected(namespace.get("In", ()))])
    return checked(name, {key: namespace[key] for key in wanted if key in namespace})


def _injected(cells: Iterable[str]) -> Sequence[str]:
    sources = [cell for cell in cells if isinstance(cell, str) and cell.startswith(INJECTED)]
    statements = [statement for source in sources for statement in ast.parse(source).body]
    targets = [target for statement in statements if isinstance(statement, ast.Assign) for target in statement.targets]
    return [target.id for target in targets if isinstance(target, ast.Name)]


def _literal(value: Any) -> str:
    return f'"{value}"' if isinstance(value, str) else repr(value)
