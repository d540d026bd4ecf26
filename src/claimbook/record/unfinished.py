"""Where unfinished runs stand, so that a kill loses seconds and not the run: checkpoints beside the records.

Two generations of each run are kept, the newest and the one before. One is taken up again only where its key, its
schema, the source digest and all its bytes are right (`record.checkpoint`); any other is named in a warning, and the
one before it is taken, or else the run starts from the beginning. They go when the record is saved.
"""

from __future__ import annotations

import contextlib
import time
import warnings
from pathlib import Path
from typing import Any

from claimbook import files
from claimbook.record import checkpoint

FOLDER = ".unfinished"
EVERY_S = 20.0


class Unfinished:
    """The unfinished runs below `root` (a store's root), or none at all where `root` is None.

    source: today's source digest: a run is not continued with other code. every_s: seconds between two saves.
    Whoever saves a run's state holds its lock (`Store.locked`).
    """

    def __init__(self, root: Path | str | None = None, source: str = "", every_s: float = EVERY_S):
        self._folder = Path(root) / FOLDER if root is not None else None
        self._source, self._every_s, self._last = source, every_s, time.monotonic()
        self._good: dict[str, int] = {}  # key → the generation last written or found good, 0 where none was

    def load(self, key: str) -> Any | None:
        """The state that `save` was given for the run with this key, or None where it starts from the beginning."""
        if self._folder is None:
            return None
        self._good[key], state = 0, None
        refused: dict[int, str] = {}
        for number in sorted(self._generations(key), reverse=True):
            try:
                state = checkpoint.read(self._folder, _name(key, number), key, self._source)
            except ValueError as why:
                refused[number] = str(why)
            else:
                self._good[key] = number
                break
        self._warn(key, refused)
        return state

    def due(self) -> bool:
        """Whether it is time to save."""
        return self._folder is not None and time.monotonic() - self._last >= self._every_s

    def save(self, states: dict[str, Any]) -> None:
        """Write the state of each run: key → JSON values and NumPy arrays, in dicts and lists.

        Only when the new generation is on the disk, all but the last good one before it are removed.

        Raises:
            TypeError, ValueError: something in a state cannot be kept.
            ClaimbookError: the folder cannot be written to, or the disk is full; what was there is untouched.
        """
        if self._folder is None:
            return
        for key, state in states.items():
            newest = max(self._generations(key), default=0)
            before, number = self._good.get(key, newest), newest + 1
            checkpoint.write(self._folder, _name(key, number), key, self._source, state)
            self._good[key] = number
            self._remove(key, keep={before, number})
        self._last = time.monotonic()

    def drop(self, key: str) -> None:
        """Forget the run: its record is saved."""
        if self._folder is not None:
            self._remove(key, keep=set())
            self._good.pop(key, None)

    def _generations(self, key: str) -> list[int]:
        """The numbers of the generations that have a manifest: arrays without one were never finished."""
        return [number for path in self._folder.glob(f"{key}.*") if (number := _number(path, key)) is not None]

    def _remove(self, key: str, keep: set[int]) -> None:
        """Remove all files of a run but those of the generations in `keep`; manifests before the arrays they name."""
        names = {f"{_name(key, number)}{end}" for number in keep for end in (checkpoint.MANIFEST, checkpoint.ARRAYS)}
        own = [path for path in self._folder.glob(f"{key}.*") if path.name not in names]
        left_by_a_kill = list(self._folder.glob(f"{files.TEMPORARY}{key[:40]}*"))
        for path in sorted(own, key=lambda path: path.suffix != checkpoint.MANIFEST) + left_by_a_kill:
            with contextlib.suppress(OSError):  # what cannot be removed is in nobody's way
                path.unlink()

    def _warn(self, key: str, refused: dict[int, str]) -> None:
        good = self._good[key]
        then = f"goes on from {_name(key, good)}" if good else "starts from the beginning"
        for number, why in refused.items():
            place = self._folder / f"{_name(key, number)}{checkpoint.MANIFEST}"
            warnings.warn(f"{place} is not taken up again: {why}. The run {then}.", stacklevel=3)


def _name(key: str, number: int) -> str:
    return f"{key}.{number:06d}"


def _number(path: Path, key: str) -> int | None:
    """The generation of a manifest's path, None of any other."""
    digits = path.name[len(key) + 1 : -len(checkpoint.MANIFEST)]
    return int(digits) if path.suffix == checkpoint.MANIFEST and digits.isdecimal() else None
