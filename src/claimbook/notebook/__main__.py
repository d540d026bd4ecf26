"""`python -m claimbook.notebook [PAPER/EXPERIMENT…]`: make the .ipynb files anew from their .md."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from claimbook.errors import ClaimbookError
from claimbook.notebook.generate import generate
from claimbook.notebook.places import known, root


def main(wanted: Sequence[str]) -> int:
    """Make the notebooks named, or all; the exit code is that of the error, where there is one."""
    try:
        paths = [root() / "notebooks" / f"{known(name)}.md" for name in wanted]
        for path in generate(paths or None, lambda line: print(line, flush=True)):
            print(f"made {path.relative_to(root())}")
    except ClaimbookError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
