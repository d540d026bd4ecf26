"""`python -m claimbook` is `claimbook`."""

from __future__ import annotations

import sys

from claimbook.cli import main

if __name__ == "__main__":
    sys.exit(main())
