"""The tables of the README, which are generated: the verdicts from the ledger, the presets from the experiments."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from claimbook import files
from claimbook.book.text import duration, plural, value_text
from claimbook.claims import Verdict, ledger
from claimbook.cli.verdicts import counts
from claimbook.data.catalogue import DataSet, catalogue
from claimbook.errors import UsageError
from claimbook.evidence import RecordEvidence
from claimbook.experiment import registry
from claimbook.experiment.base import Experiment
from claimbook.study import committed
from claimbook.study.studied import total_cost

MARKED = r"(<!-- {name}: [^\n]*-->\n).*?(<!-- end of {name} -->)"


def rewrite(path: Path) -> bool:
    """Put today's tables between the markers of a file; say whether that changed it.

    Raises:
        UsageError: there is no such file, or it lacks a marker.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read.", str(error), "Name a text file with the markers.") from None
    new = rendered(text, str(path))
    if new != text:
        files.write_text(path, new)
    return new != text


def rendered(text: str, name: str = "the text") -> str:
    """`text` with today's tables between its markers. Raises UsageError where a marker lacks."""
    for section, table in SECTIONS.items():
        marked = re.compile(MARKED.format(name=section), re.DOTALL)
        if not marked.search(text):
            begin, end = f"<!-- {section}: … -->", f"<!-- end of {section} -->"
            raise UsageError(
                f"{name} has no place for the {section}.", do=f"Put {begin} and {end} there, each on a line."
            )
        content = table()
        text = marked.sub(lambda match, content=content: f"{match[1]}\n{content}\n{match[2]}", text)
    return text


def verdicts() -> str:
    """The verdicts from the committed records as a Markdown table, with a line that counts them."""
    own = committed()
    rows = ledger.verdicts(RecordEvidence([own] if own is not None else []))
    columns = ("claim", "the paper says", "measured", "seeds", "verdict")
    table = _markdown(columns, [_verdict(row) for row in rows])
    return f"{plural(len(rows), 'claim')}: {counts(rows)}.\n\n{table}"


def presets() -> str:
    """The presets of every experiment as a Markdown table."""
    columns = ("experiment", "preset", "data", "seeds", "one core", "differs from `paper` in")
    return _markdown(columns, [row for experiment in registry.experiments().values() for row in _presets(experiment)])


def data() -> str:
    """Where each data set is looked for, as a Markdown table."""
    rows = []
    for item in catalogue().values():
        where = " or ".join(f"`{folder}/`" for folder in (item.folder, *item.also))
        archives = ", ".join(f"`{name}`" for name in item.archive_names()) or "the official files, packed or not"
        rows.append((item.name, where, _layout(item), archives))
    return _markdown(("data set", "folder", "with", "or the archive"), rows)


SECTIONS: dict[str, Callable[[], str]] = {"verdicts": verdicts, "presets": presets, "data": data}


def _layout(item: DataSet) -> str:
    names = [f"{rule.into}/{rule.match}".lstrip("/") for rule in item.layout]
    return ", ".join(f"`{name}`" for name in names)


def _verdict(row: Verdict) -> tuple[str, ...]:
    measured = f"{row.measured_text} {row.interval_text}".strip()
    says = row.says.replace("*", r"\*").replace("<", "&lt;")
    return row.id, says, measured, str(row.n_seeds or ""), f"**{row.verdict}**"


def _presets(experiment: Experiment) -> list[tuple[str, ...]]:
    rows = []
    for preset in experiment.presets:
        cells = [(arm.id, seed) for arm in experiment.arms for seed in range(preset.seeds)]
        cost = total_cost(experiment, experiment.parameters(preset.name), cells)
        changes = ", ".join(f"{name} {value_text(new)}" for name, (_, new) in experiment.changes(preset.name).items())
        data = "stand-in" if preset.stand_in else "real"
        rows.append((experiment.id, f"`{preset.name}`", data, str(preset.seeds), duration(cost), changes or "nothing"))
    return rows


def _markdown(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [columns, ["---" for _ in columns], *([_escaped(cell) for cell in row] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _escaped(cell: str) -> str:
    return " ".join(cell.split()).replace("|", r"\|")
