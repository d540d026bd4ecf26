"""Notebooks: what parameters they take, running them safely, making them from their .md, rehearsing them.

The only caller of papermill. What papermill leaves open is closed here: parameters are checked before anything runs,
and an output takes the place of an older one only when every cell of its notebook has been run to its end.
"""

from __future__ import annotations

from claimbook.notebook.generate import generate
from claimbook.notebook.parameters import check, checked
from claimbook.notebook.places import names, source_of
from claimbook.notebook.rehearsal import Rehearsal, published, rehearse
from claimbook.notebook.run import run_notebook

__all__ = [
    "Rehearsal",
    "check",
    "checked",
    "generate",
    "names",
    "published",
    "rehearse",
    "run_notebook",
    "source_of",
]
