from __future__ import annotations

from data.toys import home, server  # noqa: F401
from engine.fixtures import walk  # noqa: F401
