"""Errata laid out for people."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group
from rich.text import Text

from claimbook.claims import Erratum
from claimbook.cli.layout import facts, heading

HOLDS = {True: "the printed statement holds", False: "the printed statement does not hold", None: ""}


def view(errata: Sequence[Erratum]) -> Group:
    """Each erratum: where, what is printed, what is right, why, and the working."""
    parts: list = []
    for paper in dict.fromkeys(erratum.paper for erratum in errata):
        own = [erratum for erratum in errata if erratum.paper == paper]
        parts += [heading(paper, f"{len(own)} errata"), *(one(erratum) for erratum in own)]
    return Group(*(parts or [Text("No errata.")]))


def one(erratum: Erratum) -> Group:
    """One erratum with its working."""
    return Group(
        Text.assemble("\n", (erratum.id, "bold"), f"  {erratum.where}"),
        facts(
            [
                ("printed", erratum.says),
                ("correct", erratum.correct),
                ("why", erratum.reason),
                ("working", "\n".join(erratum.working)),
                ("shown in", erratum.cell or ""),
                ("so", HOLDS[erratum.holds]),
            ]
        ),
    )
