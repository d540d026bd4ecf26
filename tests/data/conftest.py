from __future__ import annotations

from data.cifar_toys import cifar_home  # noqa: F401
from data.toys import home, server  # noqa: F401
