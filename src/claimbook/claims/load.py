"""Read a paper's claims, errata and inventory; every mistake in them is named with its file and line."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from claimbook.claims.arithmetic import Arithmetic, Erratum, TextErrata
from claimbook.claims.inventory import Inventory
from claimbook.claims.marks import Marked, Place, read_marked
from claimbook.claims.names import ExperimentFacts, hint, name_problems
from claimbook.claims.predicates import KINDS
from claimbook.claims.schema import Paper
from claimbook.errors import ClaimError

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True)
class PaperClaims:
    """All that a paper's folder says about its claims."""

    paper: Paper
    arithmetic: Arithmetic
    errata: tuple[Erratum, ...]
    inventory: Inventory | None


def load_paper(folder: Path | str, experiments: Mapping[str, ExperimentFacts], arithmetic: Arithmetic) -> PaperClaims:
    """Read `claims.yaml`, `errata.yaml` and `inventory.yaml` (the last two where they are there) of a paper's folder.

    Args:
        folder: the paper's folder.
        experiments: name → what may be named of it.
        arithmetic: the paper's registered quantities and errata.

    Raises:
        ClaimError: any file is ill-formed, or names an arm, metric, parameter, experiment, quantity, erratum, claim or
            field that there is not; with file, line and the nearest right name.
    """
    folder = Path(folder)
    marked = read_marked(folder / "claims.yaml")
    paper = validate(Paper, marked)
    written: tuple[Erratum, ...] = ()
    if (folder / "errata.yaml").is_file():
        written = _written_errata(folder / "errata.yaml", paper.slug, arithmetic)
    errata_ids = [*arithmetic.erratum_ids, *(erratum.id for erratum in written)]
    _raise_first(name_problems(paper, marked, experiments, arithmetic.quantity_names, errata_ids))
    inventory = None
    if (folder / "inventory.yaml").is_file():
        inventory = _inventory(folder / "inventory.yaml", paper)
    return PaperClaims(paper, arithmetic, arithmetic.all_errata(written), inventory)


def load_claims(
    path: Path | str, experiments: Mapping[str, ExperimentFacts], quantities: Collection[str] = ()
) -> Paper:
    """Read one claims file alone; errata that it names are not looked up. Raises ClaimError as `load_paper` does."""
    marked = read_marked(path)
    paper = validate(Paper, marked)
    _raise_first(name_problems(paper, marked, experiments, quantities, None))
    return paper


def validate(model: type[Model], marked: Marked) -> Model:
    """The parsed file as `model`, or a ClaimError with the line, the field, and the nearest right one."""
    try:
        return model.model_validate(marked.data)
    except ValidationError as error:
        problems = [_schema_problem(marked, model, problem) for problem in error.errors(include_url=False)]
    problems.sort(key=lambda problem: problem[0])
    _raise_first(problem for _, problem in problems)
    raise AssertionError("a validation error has at least one problem")


def _raise_first(problems: Iterable[tuple[str, str]]) -> None:
    found = list(problems)
    if found:
        what, do = found[0]
        more = f"{len(found) - 1} more: " + " ".join(other for other, _ in found[1:4]) if found[1:] else ""
        raise ClaimError(what, more, do)


def _schema_problem(marked: Marked, model: type[BaseModel], problem: Mapping[str, Any]) -> tuple[int, tuple[str, str]]:
    place: Place = tuple(problem["loc"])
    line, who = marked.line(place), _claim_at(marked, place)
    where = f"{marked.path}:{line}: {who}"
    field = ".".join(str(step) for step in place if not isinstance(step, int) and step not in KINDS)
    if problem["type"] == "extra_forbidden":
        known = sorted(_fields_at(model, place[:-1]))
        return line, (f"{where}there is no field named {place[-1]!r} here.", hint(str(place[-1]), known))
    if problem["type"] == "missing":
        return line, (f"{where}the field {place[-1]!r} is missing.", f"Add `{place[-1]}:` there.")
    message = str(problem["msg"]).removeprefix("Value error, ")
    given = problem.get("input")
    shown = f" (it is {given!r})" if isinstance(given, str | int | float | bool) else ""
    return line, (f"{where}{field + ': ' if field else ''}{message}{shown}.", "Mend that line.")


def _claim_at(marked: Marked, place: Place) -> str:
    """The id of the entry of the top-level list that `place` lies in, for the message."""
    if len(place) > 1 and isinstance(place[1], int) and isinstance(marked.data, Mapping):
        entry = (marked.data.get(place[0]) or [{}])[place[1]]
        if isinstance(entry, Mapping) and entry.get("id"):
            return f"{entry['id']}: "
    return ""


def _fields_at(model: type[BaseModel], place: Place) -> set[str]:
    """The field names of the model that `place` leads to."""
    for step in place:
        if isinstance(step, int):
            continue
        if step in KINDS:
            model = KINDS[step]
        elif step in model.model_fields:
            model = next(_models_in(model.model_fields[step].annotation), model)
    return set(model.model_fields)


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models_in(inner)


def _written_errata(path: Path, slug: str, arithmetic: Arithmetic) -> tuple[Erratum, ...]:
    marked = read_marked(path)
    entries = validate(TextErrata, marked).errata
    seen = set(arithmetic.erratum_ids)
    for index, entry in enumerate(entries):
        if entry.id in seen:
            raise ClaimError(
                f"{marked.at(('errata', index))}: the erratum {entry.id!r} stands twice.",
                "One may be registered as a function, and one here.",
                "Keep the one that shows its working.",
            )
        seen.add(entry.id)
    return tuple(entry.as_erratum(slug) for entry in entries)


def _inventory(path: Path, paper: Paper) -> Inventory:
    marked = read_marked(path)
    inventory = validate(Inventory, marked)
    claims = [claim.id for claim in paper.claims]
    problems = []
    for index, item in enumerate(inventory.items):
        for number, name in enumerate(item.claims):
            if name not in claims:
                where = marked.at(("items", index, "claims", number))
                problems.append((f"{where}: {item.id}: there is no claim named {name!r}.", hint(name, claims)))
    if inventory.slug != paper.slug:
        problems.append((f"{marked.at(('slug',))}: this is the inventory of {inventory.slug!r}.", "Mend the slug."))
    _raise_first(problems)
    return inventory
