"""Stores of unfinished runs that stop the run once it has been kept somewhere on the way."""

from __future__ import annotations

from claimbook.record.unfinished import Unfinished

AT = 20  # an iteration: runs are kept at each observation, and stop at the first kept at or after it


class Stop(Exception):
    """The run was stopped from outside."""


class Stopping(Unfinished):
    """Keeps every state, and raises Stop when a row has come to iteration `AT`."""

    def save(self, states):
        super().save(states)
        if any(row["at"] >= AT for rows in states.values() for row in rows):
            raise Stop


class StoppingAtSecond(Unfinished):
    """Keeps every state, and raises Stop when it has kept two."""

    def save(self, states):
        super().save(states)
        self.saved = getattr(self, "saved", 0) + 1
        if self.saved == 2:
            raise Stop
