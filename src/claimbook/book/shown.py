"""What `show` hands to a notebook: HTML for the page, text for everything else."""

from __future__ import annotations

import dataclasses
import html
from collections.abc import Iterable, Mapping

from claimbook.book.tables import Table, plain, to_html


@dataclasses.dataclass(frozen=True)
class Shown:
    """An output of a cell. Jupyter asks for `_repr_mimebundle_`; a terminal prints the text."""

    html: str
    text: str

    def _repr_mimebundle_(self, include: Iterable[str] | None = None, exclude=None) -> Mapping[str, str]:
        return {"text/html": self.html, "text/plain": self.text}

    def __repr__(self) -> str:
        return self.text


def shown_table(*tables: Table, root: str | None = None, notes: Iterable[str] = ()) -> Shown:
    """Tables under each other, with sentences below. `root`: see `tables.to_html`."""
    notes = list(notes)
    parts = [to_html(table, root) for table in tables] + [note_html(note) for note in notes]
    return Shown("\n".join(parts), "\n\n".join([plain(table) for table in tables] + notes))


def note_html(note: str) -> str:
    """A sentence below a table or figure."""
    return f'<p class="cb-note">{html.escape(note)}</p>'
