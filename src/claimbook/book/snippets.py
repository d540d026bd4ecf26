"""Small pieces of MyST that the pages are put together from."""

from __future__ import annotations

from collections.abc import Sequence

from claimbook.book.links import Link, record_link
from claimbook.book.tables import Cell, Piece, Table, badge, escape, myst_cell, to_myst
from claimbook.claims.words import VERDICTS


def anchor(link: Link) -> str:
    """The line that puts an anchor before what follows."""
    return f"({link.label})=\n"


def definitions(rows: Sequence[tuple[str, Cell | None]]) -> str:
    """A definition list; rows without a value are left out."""
    written = [f"{escape(name)}\n: {myst_cell(cell)}\n" for name, cell in rows if cell not in (None, "", [], ())]
    return ":::{div} facts\n" + "\n".join(written) + ":::\n" if written else ""


def boxed(table: Table, name: str = "plain") -> str:
    """A table in a division with a class of the style sheet."""
    return f":::{{div}} {name}\n{to_myst(table)}:::\n"


def folded(title: str, body: str) -> str:
    """MyST behind a line that opens it."""
    return f"::::{{dropdown}} {escape(title)}\n{body}\n::::\n"


def tally(verdicts: Sequence[str]) -> str:
    """How many claims have which verdict, as badges."""
    counts = [f"{verdicts.count(word)} {myst_cell(badge(word))}" for word in VERDICTS if word in verdicts]
    return "::::{div} tally\n" + "\n\n".join(counts) + "\n::::\n" if counts else ""


def record_cells(record_ids: Sequence[str]) -> Cell:
    """Records as "n1-l2 0 1 2 · n2-l2 0 1 2": each seed linked to its record."""
    cell: list[str | Piece] = []
    arms: dict[str, list[tuple[str, str]]] = {}
    for record_id in record_ids:
        arm, seed, _ = record_id.rsplit("/", 1)[1].rsplit("-", 2)
        arms.setdefault(arm, []).append((seed.removeprefix("s"), record_id))
    for arm, own in arms.items():
        cell += ([" · "] if cell else []) + [f"{arm} seed" + ("s" if len(own) > 1 else "")]
        for seed, record_id in sorted(own, key=lambda pair: int(pair[0])):
            cell += [" ", Piece(seed, record_link(record_id))]
    return cell


def sentence(text: str) -> str:
    """Text from a file of claims as a paragraph."""
    return escape(text.strip()) + "\n"
