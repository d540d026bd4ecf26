"""A rehearsal runs a notebook live, notes its time down, and runs it again only when something has changed."""

from __future__ import annotations

import json
import threading

import pytest
from notebooks.small import notebook, printed

from claimbook.errors import RunError
from claimbook.notebook import rehearsal
from claimbook.notebook.rehearsal import published, rehearse

CODE = """
import os
store = os.environ.get("CLAIMBOOK_STORE", "")
print(preset, len(os.listdir(store)) if store else "no store")
if store: open(store + "/x", "w").close()
"""
NAME = "overparameterization/depth-lp"


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A checkout with one small notebook under the name of a real experiment."""
    folder = tmp_path / "checkout"
    for module in ("places", "rehearsal"):
        monkeypatch.setattr(f"claimbook.notebook.{module}.root", lambda: folder)
    path = notebook(folder / "notebooks" / f"{NAME}.ipynb", "preset = None", CODE)
    path.with_suffix(".md").write_text("source")
    (folder / "requirements.lock").write_text("lock")
    return folder


def test_it_runs_live_in_an_empty_store_and_again_only_when_something_changed(checkout):
    lines = []
    (first,) = rehearse(progress=lines.append)
    assert first.live and first.seconds > 0 and first.name == NAME
    assert printed(checkout / "build" / "rehearsal" / f"{NAME}.ipynb") == "smoke 0\n", "at smoke, in an empty store"
    assert any(line.startswith(f"{NAME}: cell 2: ") for line in lines)
    report = json.loads((checkout / "build" / "rehearsal.json").read_text())
    assert report == {"notebooks": {NAME: {"digest": first.digest, "seconds": first.seconds}}}

    (second,) = rehearse()
    assert not second.live and (second.digest, second.seconds) == (first.digest, first.seconds)

    (checkout / "requirements.lock").write_text("another lock")
    (third,) = rehearse()
    assert third.live and third.digest != first.digest
    assert printed(checkout / "build" / "rehearsal" / f"{NAME}.ipynb") == "smoke 0\n", "its store is empty every time"


@pytest.mark.parametrize("change", ["md", "ipynb", "lock", "package", "weights"])
def test_what_a_rehearsal_depends_on(checkout, monkeypatch, tmp_path, change):
    package = tmp_path / "claimbook"
    (package / "notebook").mkdir(parents=True)
    (package / "claims.yaml").write_text("a: 1")
    (package / "a.weights").write_text("1")
    monkeypatch.setattr(rehearsal, "__file__", str(package / "notebook" / "rehearsal.py"))
    before = rehearsal._digest(NAME)
    assert rehearsal._digest(NAME) == before
    path = {
        "md": checkout / "notebooks" / f"{NAME}.md",
        "ipynb": checkout / "notebooks" / f"{NAME}.ipynb",
        "lock": checkout / "requirements.lock",
        "package": package / "claims.yaml",
        "weights": package / "a.weights",
    }[change]
    path.write_text(path.read_text() + "\n")
    assert rehearsal._digest(NAME) != before


def test_one_that_fails_is_not_noted_down_and_stops_the_others(checkout, monkeypatch):
    def fake(name, parameters, output, *, progress, environment, stopped):
        if name == "a":
            raise RunError("a failed")
        for _ in range(200):
            if stopped():
                raise RunError("b was stopped")
            threading.Event().wait(0.05)

    monkeypatch.setattr(rehearsal, "run_notebook", fake)
    monkeypatch.setattr(rehearsal, "_digest", lambda name: name)
    with pytest.raises(RunError, match="a failed"):
        rehearse(["a", "b"])
    assert not (checkout / "build" / "rehearsal.json").exists()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"notebooks": {"x": 1}}', '{"notebooks": {"x": {"digest": "d"}}}'])
def test_a_report_that_is_damaged_counts_as_none(tmp_path, text):
    path = tmp_path / "rehearsal.json"
    path.write_text(text)
    assert rehearsal._read(path) == {}


def test_the_published_notebook_is_told_so(checkout):
    output = published(NAME)
    assert output == checkout / "build" / "published" / f"{NAME}.ipynb" and printed(output).startswith("published ")
