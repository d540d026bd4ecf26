"""The wrong answers that were given with most confidence, with their pictures where the data are on this machine."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from claimbook.book.pictures import tag
from claimbook.book.shown import Shown, note_html, shown_table
from claimbook.book.study_records import arms_of, made_at, records_of, root_of, seed_links
from claimbook.book.tables import Table
from claimbook.data.symbol_pictures import pictures

TABLE = "mistakes"
COLUMNS = ["truth", "answer", "confidence", "file"]


def mistakes(study: Any, arms: Sequence[str] | None = None) -> Shown:
    """For each arm the mistakes of its first record that has some: pictures, and below them the table.

    A study with records of several sizes shows the largest one that an arm has.

    Args:
        study: of records with a table "mistakes" (file, sha256, truth, answer, confidence). arms: ids; all where None.

    Raises:
        UsageError: an unknown arm. DataError: a file of the data set cannot be read.
    """
    found = []
    for arm in arms_of(study, arms):
        records = [record for part in study.by_size for record in records_of(part, arm.id) if TABLE in record.tables]
        record = next((record for record in records if record.tables[TABLE]), None)
        if record is not None:
            found.append(_of_record(study, arm, record))
        elif records:
            note = f"{arm.title}: no wrong answer."
            found.append(Shown(note_html(note), note))
    if not found:
        note = "No record with a table of mistakes is at hand."
        return Shown(note_html(note), note)
    return Shown("\n".join(one.html for one in found), "\n\n".join(one.text for one in found))


def _of_record(study: Any, arm: Any, record: Any) -> Shown:
    rows, data = record.tables[TABLE], record.asked["data"]
    images = pictures(data, {row["sha256"]: row["file"] for row in rows}, data["side"])
    cells = [[row["truth"], row["answer"], f"{100 * row['confidence']:.1f} %", row["file"]] for row in rows]
    table = Table(COLUMNS, cells, caption=arm.title)
    link = Table(["record of seed"], [[seed_links([record])]])
    note = f"{_notes(data, len(images), len(rows))} {made_at(study).capitalize()}."
    shown = shown_table(table, link, root=root_of(study), notes=[note])
    drawn = [_picture(images[row["sha256"]], row) for row in rows if row["sha256"] in images]
    figure = f'<figure class="cb-pictures">{"".join(drawn)}</figure>\n' if drawn else ""
    return Shown(figure + shown.html, shown.text)


def _picture(image: np.ndarray, row: Mapping[str, Any]) -> str:
    words = f"{row['truth']}, taken for {row['answer']}"
    label = f"{row['truth']} → {row['answer']}, {100 * row['confidence']:.0f} %"
    return f"<div>{tag(image, words)}<br>{html.escape(label)}</div>"


def _notes(data: Mapping[str, Any], drawn: int, wrong: int) -> str:
    if drawn == wrong:
        return "The wrong answers that were given with most confidence, from the first run that has any."
    name = data["name"]
    what = "No pictures" if not drawn else f"Pictures of {drawn} of {wrong}"
    why = f"records hold no images, and the files of {name} are not all on the machine that made this page"
    return f"{what}: {why}. With them there (claimbook data fetch {name} says how), the notebook draws them."
