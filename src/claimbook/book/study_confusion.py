"""What is taken for what: confusion matrices, counted over the seeds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from claimbook.book.shown import Shown, note_html, shown_table
from claimbook.book.study_records import arms_of, made_at, records_of, root_of, seed_links
from claimbook.book.tables import Cell, Table
from claimbook.book.text import number, plural

NONE = "·"
MOST = 5  # pairs that are named below a matrix

Counts = dict[str, dict[str, int]]


def confusion(study: Any, arms: Sequence[str] | None = None, table: str = "confusion") -> Shown:
    """For each arm and size a matrix: a row for each class of the images, a column for each answer, counts of images.

    Args:
        study: the study. arms: ids; all where None. table: which table of the records; in its rows "truth" is the
            class, and every other column an answer.

    Raises:
        UsageError: an unknown arm.
    """
    tables, notes = [], []
    for part in study.by_size:
        for arm in arms_of(part, arms):
            records = [record for record in records_of(part, arm.id) if record.tables.get(table)]
            if records:
                counts = counted([record.tables[table] for record in records])
                tables += _tables(arm, counts, records)
                notes.append(f"{arm.title}, {made_at(part)}: {_told(counts)}")
    if not tables:
        note = "No record with a confusion matrix is at hand."
        return Shown(note_html(note), note)
    notes.insert(0, f"Rows: what the images show. Columns: what was answered. {NONE} stands for none.")
    return shown_table(*tables, root=root_of(study), notes=notes)


def counted(matrices: Sequence[Sequence[dict[str, Any]]]) -> Counts:
    """Truth → answer → images, added up over matrices of the same classes."""
    counts: Counts = {}
    for rows in matrices:
        for row in rows:
            own = counts.setdefault(row["truth"], {})
            for answer, images in row.items():
                if answer != "truth":
                    own[answer] = own.get(answer, 0) + images
    return counts


def _tables(arm: Any, counts: Counts, records: Sequence[Any]) -> list[Table]:
    answers = list(dict.fromkeys(answer for row in counts.values() for answer in row))
    rows: list[list[Cell]] = [
        [truth, *(number(row[answer]) if row.get(answer) else NONE for answer in answers), number(sum(row.values()))]
        for truth, row in counts.items()
    ]
    links = Table(["seeds"], [[seed_links(records)]])
    return [Table(["", *answers, "in all"], rows, caption=arm.title), links]


def _told(counts: Counts) -> str:
    """How many are wrong, and the pairs of which there are most."""
    wrong = [(n, truth, answer) for truth, row in counts.items() for answer, n in row.items() if n and truth != answer]
    images = sum(n for row in counts.values() for n in row.values())
    worst = sorted(wrong, key=lambda pair: -pair[0])[:MOST]
    most = ", ".join(f"{truth} taken for {answer} {n} times" for n, truth, answer in worst if n > 1)
    told = f"{plural(sum(n for n, *_ in wrong), 'wrong answer')} to {plural(images, 'image')}"
    return f"{told}; most often {most}." if most else f"{told}."
