"""Studies of the homotopy paper's starting points that really run: a second of BFGS."""

from __future__ import annotations

from pathlib import Path

import pytest

from claimbook.record.places import STORE
from claimbook.study import reproduce


def levied(name: str, folder: Path, arms: list[str], **given):
    """The study homotopy/`name` of these arms at preset smoke, with its records in `folder`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(STORE, str(folder))
        return reproduce(f"homotopy/{name}", preset="smoke", arms=arms, **given)
