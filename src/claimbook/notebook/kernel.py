"""The surroundings of a kernel: the Python that we run under, and nothing of the user's own Jupyter set-up."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from claimbook import files
from claimbook.compat import threads

NAME = "python3"


def environment(folder: Path, extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment variables for a process that starts kernels; what Jupyter writes goes to `folder`.

    The kernel named "python3" is this Python, whatever kernels the user has installed; the user's IPython start-up
    files are not run, and nothing is written to the home folder. `extra` has the last word.
    """
    spec = {
        "argv": [sys.executable, "-Xfrozen_modules=off", "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
    }
    files.write_text(folder / "kernels" / NAME / "kernel.json", json.dumps(spec))
    count = str(threads())
    own = {
        "JUPYTER_PATH": os.pathsep.join(filter(None, [str(folder), os.environ.get("JUPYTER_PATH", "")])),
        "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
        "JUPYTER_CONFIG_DIR": str(folder / "config"),
        "IPYTHONDIR": str(folder / "ipython"),
        "OMP_NUM_THREADS": count,
        "OPENBLAS_NUM_THREADS": count,
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }
    return {**os.environ, **own, **(extra or {})}
