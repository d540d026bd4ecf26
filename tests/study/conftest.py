from __future__ import annotations

from engine.fakes import walk  # noqa: F401
