"""What `publish` and `revalidate` did, as documents and for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from rich.console import Group
from rich.text import Text

from claimbook.book.text import plural
from claimbook.cli import output
from claimbook.cli.layout import bullets, heading
from claimbook.engine.revalidate import Revalidated, revalidate
from claimbook.experiment.base import Experiment
from claimbook.study import Published, stores


def document(done: Published) -> dict[str, Any]:
    """What `publish` did, in plain values."""
    return {
        "copied": [record.id for record in done.copied],
        "already": [record.id for record in done.already],
        "refused": list(done.refused),
        "missing": [{"arm": arm, "seed": seed} for arm, seed in done.missing],
    }


def view(done: Published) -> Group:
    """What `publish` did, for people."""
    parts: list = [Text(f"{plural(len(done.copied), 'record')} copied, {len(done.already)} there already.")]
    if done.copied:
        parts.append(bullets(record.id for record in done.copied))
    if done.refused:
        parts += [heading("Refused"), bullets(done.refused)]
    if done.missing:
        parts += [heading("Planned and in neither store"), bullets(f"{arm} seed {seed}" for arm, seed in done.missing)]
    return Group(*parts)


def revalidated(experiments: Iterable[Experiment], again: bool) -> list[Revalidated]:
    """Revalidate every record of these, in your store and in the committed one; each is told as it is done."""
    results = []
    for experiment in experiments:
        for store in stores():
            results += revalidate(experiment, store, _told, again)
    return results


def _told(row: Revalidated) -> None:
    if row.outcome != "fresh":
        output.note(f"{row.outcome}: {row.record}: {row.detail}")


def outcomes(results: Sequence[Revalidated]) -> Group:
    """How many of each, and those that are not as they were."""
    number = Counter(row.outcome for row in results)
    words = ", ".join(f"{number[word]} {word}" for word in ("fresh", "confirmed", "stale", "unchecked") if number[word])
    parts: list = [Text(f"{plural(len(results), 'record')}: {words}." if results else "There are no records.")]
    stale = [row for row in results if row.outcome == "stale"]
    if stale:
        parts += [heading("Stale"), bullets(f"{row.record}: {row.detail}" for row in stale)]
        parts.append(Text("→ `claimbook show RECORD` gives the command that makes one again."))
    return Group(*parts)
