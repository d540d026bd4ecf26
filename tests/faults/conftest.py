from __future__ import annotations

from data.toys import home, server  # noqa: F401
from engine.fakes import walk  # noqa: F401
