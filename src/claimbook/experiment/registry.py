"""Which experiments there are: found by listing the folder `papers/`, so that a sixth paper needs no entry anywhere.

A paper's package has one module an experiment with a class derived from `Experiment`. Importing it must not import
MXNet: `list`, `judge` and `show` look at experiments without running them.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import pkgutil
from collections.abc import Iterable

from claimbook.errors import UsageError, unknown
from claimbook.experiment.base import Experiment


@functools.cache
def papers() -> tuple[str, ...]:
    """The slugs of the papers, in alphabetical order: "overparameterization" …"""
    package = importlib.import_module("claimbook.papers")
    return tuple(
        sorted(module.name.replace("_", "-") for module in pkgutil.iter_modules(package.__path__) if module.ispkg)
    )


@functools.cache
def experiments() -> dict[str, Experiment]:
    """Every experiment by its id, "paper/name"."""
    found = {}
    for paper in papers():
        package = importlib.import_module(f"claimbook.papers.{paper.replace('-', '_')}")
        for info in pkgutil.iter_modules(package.__path__):
            module = importlib.import_module(f"{package.__name__}.{info.name}")
            for _, cls in inspect.getmembers(module, inspect.isclass):
                own = issubclass(cls, Experiment) and cls.__module__ == module.__name__
                if own and hasattr(cls, "name"):  # one without a name is a base of several
                    experiment = cls()
                    found[experiment.id] = experiment
    return found


def paper_named(slug: str) -> str:
    """`slug`, where there is such a paper. Raises UsageError with the nearest right name."""
    if slug not in papers():
        raise unknown("paper", slug, papers())
    return slug


def of_names(names: Iterable[str]) -> list[Experiment]:
    """The experiments of these papers ("paper") and those named ("paper/experiment"), each once, in their order.

    Raises:
        UsageError: a name is neither.
    """
    wanted = set(names)
    for name in wanted - set(papers()) - set(experiments()):
        raise unknown("paper or experiment", name, [*papers(), *experiments()])
    return [found for found in experiments().values() if wanted & {found.paper, found.id}]


def experiment_named(name: str) -> Experiment:
    """The experiment "paper/name". Raises UsageError with the nearest right name."""
    if name in experiments():
        return experiments()[name]
    if name in papers():
        own = [key for key in experiments() if key.startswith(f"{name}/")]
        raise UsageError(
            f"{name!r} is a paper, not an experiment.", do=f"Name one of its experiments: {', '.join(own)}."
        )
    raise unknown("experiment", name, experiments())
