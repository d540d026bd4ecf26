"""Claimbook: five papers on training deep networks, re-run and judged claim by claim."""

__version__ = "0.1.0"
