from __future__ import annotations

from engine.fixtures import walk  # noqa: F401
