"""The README's tables are those of the ledger, the experiments and the catalogue, and its commands are real."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from made_records import made_records, saved

from claimbook.claims.ledger import verdicts
from claimbook.cli.app import command
from claimbook.cli.readme import SECTIONS, rendered, rewrite
from claimbook.errors import UsageError
from claimbook.evidence import RecordEvidence
from claimbook.experiment.registry import experiments
from claimbook.study import committed

README = Path(__file__).parents[2] / "README.md"
EMPTY = "".join(f"<!-- {name}: generated -->\n<!-- end of {name} -->\n" for name in SECTIONS)


def test_the_committed_readme_agrees_with_the_judge(monkeypatch):
    monkeypatch.delenv("CLAIMBOOK_RECORDS")
    text = README.read_text(encoding="utf-8")
    assert rendered(text) == text, "run: claimbook judge --readme README.md"


def test_every_verdict_stands_in_its_row(home):
    saved(home / "records", made_records())
    text = rendered(EMPTY)
    rows = verdicts(RecordEvidence([committed()]))
    assert len(rows) > 10
    for row in rows:
        line = next(line for line in text.splitlines() if line.startswith(f"| {row.id} |"))
        assert line.endswith(f"| **{row.verdict}** |") and row.measured_text in line
        assert len(re.findall(r"(?<!\\)\|", line)) == 6


def test_your_own_store_does_not_show(home):
    before = rendered(EMPTY)
    saved(home / "store", made_records())
    assert rendered(EMPTY) == before


def test_every_preset_stands_in_its_row():
    text = rendered(EMPTY)
    for experiment in experiments().values():
        for preset in experiment.presets:
            assert f"| {experiment.id} | `{preset.name}` |" in text


def test_it_is_written_only_where_it_changes(claimbook, home):
    file = home / "README.md"
    file.write_text(f"above\n{EMPTY}below\n")
    assert "written anew" in claimbook("judge", "--readme", str(file)).err
    assert file.read_text().startswith("above\n") and file.read_text().endswith("below\n")
    assert "was up to date" in claimbook("judge", "--readme", str(file), "--json").err and not rewrite(file)


def test_a_file_without_markers_is_left_alone(claimbook, home):
    file = home / "other.md"
    file.write_text("nothing here\n")
    assert claimbook("judge", "--readme", str(file)).code == 2 and file.read_text() == "nothing here\n"
    with pytest.raises(UsageError, match="no place for the verdicts"):
        rendered("nothing here")


def commands():
    blocks = re.findall(r"```shell\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    lines = [shlex.split(line, comments=True) for block in blocks for line in block.splitlines()]
    inline = re.findall(r"`(?:\.venv/bin/)?(claimbook [^`]*)`", README.read_text(encoding="utf-8"))
    found = [words for words in [*lines, *map(shlex.split, inline)] if words[:1] == ["claimbook"]]
    return [words for words in found if len(words) > 2 or words[1] not in ("notebook", "show", "run", "publish")]


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_the_commands_of_the_readme_are_understood(words):
    verb = command().commands[words[1]]
    context = verb.make_context(words[1], words[2:], resilient_parsing=False)
    assert all(name in experiments() for name in words[2:] if "/" in name and not name.startswith("-"))
    assert context is not None


def test_the_makes_and_places_of_the_readme_are_there():
    text, root = README.read_text(encoding="utf-8"), README.parent
    targets = re.findall(r"^([a-z]+):", (root / "Makefile").read_text(), re.MULTILINE)
    assert all(name in targets for name in re.findall(r"^make ([a-z]+)", text, re.MULTILINE))
    places = re.findall(r"^\| `([a-z/.]+)` \|", text, re.MULTILINE)
    assert "notebooks/" in places and all((root / place).exists() for place in places if place != "records/")
    assert "No number here was made\non a GPU" in text
