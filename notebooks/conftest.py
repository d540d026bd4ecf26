"""`pytest --nbval-lax notebooks` runs every notebook again and compares its outputs with the stored ones.

Each worker has an empty store, so the studies really run; the kernel is the Python that runs pytest. Numbers shown by
`glue` are compared with the tolerance that the stored output carries, everything else in a cell with the tag
`nbval-check-output` as text.
"""

from __future__ import annotations

import copy
import os
import tempfile
from pathlib import Path

from claimbook.book.glue import MIME, agrees
from claimbook.notebook.kernel import environment
from claimbook.record.places import STORE


def pytest_configure(config):
    if not (getattr(config.option, "nbval_lax", False) or getattr(config.option, "nbval", False)):
        return
    from nbval.plugin import IPyNbCell

    config.option.nbval_current_env = True
    folder = tempfile.TemporaryDirectory(prefix="claimbook-nbval-", ignore_cleanup_errors=True)
    config.add_cleanup(folder.cleanup)
    os.environ.update(environment(Path(folder.name), {STORE: str(Path(folder.name) / "store")}))
    IPyNbCell.compare_outputs = with_tolerance(IPyNbCell.compare_outputs)


def with_tolerance(exact):
    """nbval's comparison, told of the stored output wherever the new number agrees with it."""

    def compare_outputs(self, test, ref, skip_compare=None):
        return exact(self, settled(test, ref), ref, skip_compare)

    return compare_outputs


def settled(new, stored):
    """The new outputs; those that agree with the stored one in their place, as that one stands."""
    new = copy.deepcopy(list(new))
    for output, reference in zip(new, stored, strict=False):
        data, known = output.get("data", {}), reference.get("data", {})
        if MIME in data and MIME in known and agrees(data[MIME], known[MIME]):
            output["data"] = known
    return new
