"""Where an unfinished run stands, so that a kill loses seconds and not the run: a JSON file each, beside the records.

A file is taken up again only where its key, its schema, the source digest and its own digest are right; any other is
named in a warning and the run starts from the beginning. It goes when the record is saved.
"""

from __future__ import annotations

import json
import time
import warnings
from pathlib import Path
from typing import Any

from claimbook import files
from claimbook.record.canonical import digest_of, from_json, to_json
from claimbook.record.reading import parse_json

SCHEMA_VERSION = 1
FOLDER = ".unfinished"
EVERY_S = 20.0


class Unfinished:
    """The unfinished runs below `root` (a store's root), or none at all where `root` is None.

    source: today's source digest: a run is not continued with other code. every_s: seconds between two saves.
    """

    def __init__(self, root: Path | str | None = None, source: str = "", every_s: float = EVERY_S):
        self._folder = Path(root) / FOLDER if root is not None else None
        self._source, self._every_s, self._last = source, every_s, time.monotonic()

    def load(self, key: str) -> Any | None:
        """The state that `save` was given for the run with this key, or None where it starts from the beginning."""
        if self._folder is None or not self._file(key).exists():
            return None
        try:
            content = parse_json(self._file(key).read_bytes())
            why = self._why_not(key, content)
        except (ValueError, TypeError, AttributeError, OSError) as error:
            why = f"it cannot be read ({str(error).splitlines()[0]})"
        if not why:
            return from_json(content["state"])
        warnings.warn(
            f"{self._file(key)} is not taken up again: {why}. The run starts from the beginning.", stacklevel=2
        )
        self.drop(key)
        return None

    def due(self) -> bool:
        """Whether it is time to save."""
        return self._folder is not None and time.monotonic() - self._last >= self._every_s

    def save(self, states: dict[str, Any]) -> None:
        """Write the state of each run: key → plain JSON values. Raises ClaimbookError (disk full …)."""
        if self._folder is None:
            return
        for key, state in states.items():
            content = {"schema_version": SCHEMA_VERSION, "key": key, "source": self._source, "state": to_json(state)}
            files.write_text(self._file(key), json.dumps(content | {"digest": digest_of(content)}))
        self._last = time.monotonic()

    def drop(self, key: str) -> None:
        """Forget the run: its record is saved, or its file is of no use."""
        if self._folder is not None:
            self._file(key).unlink(missing_ok=True)

    def _file(self, key: str) -> Path:
        return self._folder / f"{key}.json"

    def _why_not(self, key: str, content: dict[str, Any]) -> str:
        body = {name: value for name, value in content.items() if name != "digest"}
        if content.get("schema_version") != SCHEMA_VERSION:
            return f"its schema is {content.get('schema_version')!r}, and this Claimbook reads {SCHEMA_VERSION}"
        if content.get("digest") != digest_of(body):
            return "it is damaged"
        if content.get("key") != key:
            return "it is of another run"
        return "" if content.get("source") == self._source else "the code has changed since"
