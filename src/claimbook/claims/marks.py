"""YAML with the line of every entry, so that an error can say where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from claimbook.errors import ClaimError

Place = tuple[str | int, ...]


class Marked:
    """A parsed YAML file: `data`, and `line(place)` for the line of an entry, e.g. ("claims", 3, "predicate")."""

    def __init__(self, path: Path, data: Any, lines: Mapping[Place, int]):
        self.path, self.data, self.lines = path, data, lines

    def line(self, place: Place) -> int:
        """The line (from 1) of the nearest entry at or above `place`; names that are not in the file are skipped."""
        here: Place = ()
        for step in place:
            if (*here, step) in self.lines:
                here = (*here, step)
        return self.lines.get(here, 1)

    def at(self, place: Place) -> str:
        """`file:line` of an entry, for messages."""
        return f"{self.path}:{self.line(place)}"


def read_marked(path: Path | str) -> Marked:
    """Read a YAML file safely (no Python objects).

    Raises:
        ClaimError: it is absent, not UTF-8, not YAML, refers to itself, or says one key twice.
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ClaimError(f"{path} cannot be read.", str(error), "Put the file there, as UTF-8 text.") from error
    try:
        loader = yaml.SafeLoader(text)
        try:
            node = loader.get_single_node()
            lines: dict[Place, int] = {}
            if node is not None:
                _walk(path, node, (), lines, ())
            return Marked(path, loader.construct_document(node) if node is not None else None, lines)
        finally:
            loader.dispose()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        problem = getattr(error, "problem", None) or str(error)
        raise ClaimError(f"{path}:{line}: this is not YAML: {problem}.", do="Mend that line.") from error


def _walk(path: Path, node: yaml.Node, place: Place, lines: dict[Place, int], above: tuple[int, ...]) -> None:
    lines.setdefault(place, node.start_mark.line + 1)
    if id(node) in above:
        raise ClaimError(f"{path}:{node.start_mark.line + 1}: this entry contains itself.", do="Write it out.")
    above = (*above, id(node))
    if isinstance(node, yaml.SequenceNode):
        for index, child in enumerate(node.value):
            _walk(path, child, (*place, index), lines, above)
    elif isinstance(node, yaml.MappingNode):
        for key, child in node.value:
            line = key.start_mark.line + 1
            if (*place, key.value) in lines:
                first = lines[(*place, key.value)]
                raise ClaimError(
                    f"{path}:{line}: {key.value!r} stands twice here, first on line {first}.",
                    "The second would silently replace the first.",
                    "Remove one of them.",
                )
            lines[(*place, key.value)] = line
            _walk(path, child, (*place, key.value), lines, above)
